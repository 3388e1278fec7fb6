"""A run that trains one output's layers leaves the others alone; needs torch."""

from pathlib import Path
from typing import Any

import pytest

from models.training.graph import Graph

torch: Any = pytest.importorskip("torch", reason="training environment only")

from models.training.run import Plan, Run  # noqa: E402

PLAN = Plan(images=64, hours=1, batch=8, rate=1e-2, decay=0.02, average=0.9)


def two_outputs() -> Graph:
    graph = Graph("two", channels=1)
    shared = graph.conv("input", 4, 3)
    graph.output(graph.conv(shared, 4), 1, "one")
    graph.output(graph.conv(shared, 4), 1, "other")
    return graph


def test_only_the_layers_of_one_output_learn(tmp_path: Path) -> None:
    run = Run(two_outputs(), PLAN, tmp_path, only="other")
    before = {k: v.clone() for k, v in run.average.network.state_dict().items()}
    run.train(
        lambda: (torch.rand(8, 1, 6, 6) * 255, None),
        lambda results, _: {"far": sum((each - 3).square().mean() for each in results)},
        lambda _: {},
        judge_every=1000,
    )
    after = run.average.network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert {name.split(".")[1] for name in changed} == {"conv_3", "other"}
