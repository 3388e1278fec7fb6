import json

from edge_anpr.bench.cold_start import ColdStart
from edge_anpr.bench.machine import Machine
from edge_anpr.bench.measuring import Benchmark, Picture, Round
from edge_anpr.bench.report import LABELS, as_json, as_lines
from edge_anpr.bench.steps import Step
from edge_anpr.bench.timing import Timing


def _benchmark(slowest_ms: float, rounds: int = 1) -> Benchmark:
    """The yardstick takes 10 ms or, two times in three, slowest_ms; our networks
    9 ms, all else 12 ms."""
    timings = dict.fromkeys(Step, Timing((12.0,) * 3, (12.0,) * 3))
    timings[Step.NETWORKS] = Timing((9.0,) * 3, (9.0,) * 3)
    timings[Step.YARDSTICK] = Timing((slowest_ms, 10.0, slowest_ms), (10.0,) * 3)
    return Benchmark(
        Machine("Board", "Linux", 4),
        "runtime 1.0",
        Picture("car.jpg", 640, 480),
        ColdStart((500.0, 700.0, 600.0), 95.0),
        tuple(Round(i + 1, timings) for i in range(rounds)),
        120.0,
    )


def test_every_step_has_a_label() -> None:
    assert LABELS.keys() == set(Step)


def test_the_verdict_names_the_projection_as_one() -> None:
    assert (
        "normal detector + one plate: 12.0 ms, 1.20 x MobileNet v2 (10.0 ms; "
        "their networks alone 0.90 x); projected Raspberry Pi 4: 20 ms (a projection)"
    ) in as_lines(_benchmark(10.0))


def test_a_busy_machine_is_mentioned() -> None:
    assert not any("busy" in line for line in as_lines(_benchmark(10.0)))
    assert "2.0 x its least time" in as_lines(_benchmark(20.0))[-1]


def test_threads_without_a_gain_are_mentioned() -> None:
    last = as_lines(_benchmark(10.0, rounds=2))[-1]
    assert last.startswith("2 threads are no quicker than 1")


def test_a_row_has_least_and_median_wall_and_median_cpu_time() -> None:
    row = "int8 MobileNet v2 1.0 224         10.0    15.0     10.0"
    assert row in as_lines(_benchmark(15.0))


def test_json_holds_ratios_and_the_projection() -> None:
    (found,) = json.loads(as_json(_benchmark(15.0)))["rounds"]
    assert found["ratio"] == {"least_wall": 1.2, "median_wall": 0.8, "median_cpu": 1.2}
    assert found["networks_alone_ratio"]["least_wall"] == 0.9
    assert found["projected_pi4_ms"] == 20.4
    assert found["ms"]["yardstick"]["wall"] == {"least": 10.0, "median": 15.0}
