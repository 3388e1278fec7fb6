"""Print how many of the vehicles that drive by are reported, once and rightly."""

from pathlib import Path
from typing import Any

import click

from edge_anpr.config import Config
from tests.passages.figures import details, report
from tests.passages.judging import judge_all
from tests.passages.programme import filmed_often


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default="../shared/data")
@click.option("--split", type=click.Choice(["train", "validation"]), default="train")
@click.option("--vehicles", default=1000, help="At most so many photographs.")
@click.option("--times", default=1, help="Film them so often, each time otherwise.")
@click.option("--workers", default=1, help="Processes.")
@click.option("--verbose", is_flag=True, help="Name every vehicle that went wrong.")
def main(data: Path, workers: int, *, verbose: bool, **filming: Any) -> None:
    """Tune on train, and look at validation last."""
    if not (data / "plates.csv").is_file():
        raise click.BadParameter(
            f"{data} holds no labelled photographs; models/README.md says how such a "
            "folder is laid out.",
            param_hint="--data",
        )
    judgement = judge_all(filmed_often(data, **filming), Config(), workers)
    for line in judgement.funnel.lines:
        click.echo(line)
    for line in report(judgement):
        click.echo(line)
    for line in details(judgement) if verbose else ():
        click.echo(line)


if __name__ == "__main__":
    main()
