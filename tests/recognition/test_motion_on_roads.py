"""The gate on drawn roads: traffic makes it no blinder, weather keeps it no busier."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from edge_anpr.config.camera import MotionConfig
from edge_anpr.recognition.motion import MotionGate
from tests.recognition.roads import (
    GUST_EVERY_S,
    Disturb,
    Look,
    Passing,
    Scene,
    Wind,
    always,
    drawn,
    exposure,
    flag,
    glitter,
    gusts,
    headlights,
    insect,
    rain,
    shade,
    shake,
    traffic,
    tree,
)

BUSY_S, PAUSE_S = 60.0, 3.0
HEADWAY_S = 1.5
ALONE_S = 3.0  # from the begin of one to that of the next
KNOWN_S = 20.0  # until wind that does not rest is known
HOLD = MotionConfig().hold_s

DAY = Scene(fps=5)
DUSK = Scene(fps=5, light=0.35, noise=2.5)
NIGHT = Scene(fps=5, light=0.25, noise=4)


def open_share(gate: MotionGate, looks: Iterable[Look]) -> float:
    return float(np.mean([gate.look(look.frame).is_recent for look in looks]))


@pytest.mark.parametrize(
    ("scene", "contrast"),
    [(DAY, 0.3), (DUSK, 0.5), (NIGHT, 1.0)],
    ids=["pale by day", "pale at dusk", "by night"],
)
def test_after_dense_traffic_a_single_vehicle_is_seen(
    scene: Scene, contrast: float
) -> None:
    gate = MotionGate(MotionConfig())
    count, begin_s = len(drawn().vehicles), BUSY_S + PAUSE_S
    alone = [
        Passing(number, begin_s + number * ALONE_S, contrast=contrast)
        for number in range(count)
    ]
    before = scene.looks(traffic(BUSY_S, HEADWAY_S), 0, begin_s)
    open_share(gate, before)
    seen = [
        gate.look(look.frame).is_recent
        for look in scene.looks(alone, begin_s, begin_s + count * ALONE_S)
        if look.plates
    ]
    assert np.mean(seen) > 0.9


@pytest.mark.parametrize(
    "disturb",
    [tree(always), glitter(always), shade(always), flag, rain, exposure],
    ids=["tree", "glitter", "shade", "flag", "rain", "exposure"],
)
def test_what_never_rests_is_soon_known(disturb: Disturb) -> None:
    assert _share_when_known(Scene(5, disturb=disturb)) < 0.1


@pytest.mark.parametrize("disturb", [shade(always), flag], ids=["shade", "flag"])
def test_a_fast_camera_knows_it_as_soon(disturb: Disturb) -> None:
    assert _share_when_known(Scene(25, disturb=disturb)) < 0.1


def _share_when_known(scene: Scene) -> float:
    gate = MotionGate(MotionConfig())
    open_share(gate, scene.looks([], 0, 2 * KNOWN_S))
    return open_share(gate, scene.looks([], 2 * KNOWN_S, 4 * KNOWN_S))


@pytest.mark.parametrize("lasts_s", [1.0, 2.0])
@pytest.mark.parametrize("kind", [tree, glitter, shade, shake])
def test_a_gust_opens_the_gate_no_longer_than_it_blows(
    kind: Callable[[Wind], Disturb], lasts_s: float
) -> None:
    gate, scene = MotionGate(MotionConfig()), Scene(5, disturb=kind(gusts(lasts_s)))
    open_share(gate, scene.looks([], 0, KNOWN_S))
    share = open_share(gate, scene.looks([], KNOWN_S, 3 * KNOWN_S))
    assert share < (lasts_s + HOLD) / GUST_EVERY_S + 0.05


@pytest.mark.parametrize("disturb", [headlights, insect])
def test_what_comes_and_goes_by_night_keeps_the_gate_shut_mostly(
    disturb: Disturb,
) -> None:
    scene = Scene(5, light=0.25, noise=4, disturb=disturb)
    share = open_share(MotionGate(MotionConfig()), scene.looks([], 0, 3 * KNOWN_S))
    assert share < 0.4


@pytest.mark.parametrize("lasts_s", [1.6, 6.0], ids=["fast", "slow"])
def test_a_vehicle_that_has_passed_leaves_no_trace(lasts_s: float) -> None:
    gate, passings = MotionGate(MotionConfig()), traffic(60, 12, lasts_s=lasts_s)
    moving = [
        not gate.look(look.frame).is_still
        for look in DAY.looks(passings, 0, 60)
        if not any(passing.pose(look.frame.taken_s) for passing in passings)
    ]
    assert np.mean(moving[1:]) < 0.1
