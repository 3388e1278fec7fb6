"""edge-anpr review-report: are second opinions worth their money?"""

from datetime import UTC, datetime
from pathlib import Path

import click

from edge_anpr.cli.database_file import is_there
from edge_anpr.cli.options import FILE
from edge_anpr.cli.saying import say
from edge_anpr.config import Config, load_config
from edge_anpr.errors import StorageFailed
from edge_anpr.records import ReviewState
from edge_anpr.review.billing import allowance, billing_day
from edge_anpr.review.report import report
from edge_anpr.storage.opening import FILE_NAME, open_beside
from edge_anpr.storage.review_log import review_facts
from edge_anpr.storage.review_status import review_status


@click.command("review-report")
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
def review_report(config_file: Path | None) -> None:
    """Say what came of second opinions, what they cost, and whether they pay."""
    config = load_config(config_file) if config_file else Config()
    file = config.storage.folder / FILE_NAME
    if not is_there(file):
        raise StorageFailed(f"{file}: there is no such file; run the service first.")
    db = open_beside(config.storage)
    try:
        today = billing_day(datetime.now(UTC))
        most = allowance(config.review)
        status = review_status(db, today, most, ReviewState.READY, "")
        for line in report(status, review_facts(db), config.review):
            say(line)
    finally:
        db.close()
    if not config.review.enabled:
        say("Second opinions are off (review.enabled).")
