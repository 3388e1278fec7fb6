"""What is poor comes with what to change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.recognition.assessing import PlateView
from edge_anpr.web.aiming import checks, smear, viewing_angle, worst
from edge_anpr.web.verdicts import Level

FINE = PlateView(130.0, 30.0, 0.8, 0.02, 0.6, 2.0)


def _check(view: PlateView, name: str) -> tuple[Level, str]:
    (found,) = (each for each in checks(view) if each.name == name)
    return found.level, found.advice


def test_a_good_view_needs_nothing() -> None:
    assert worst(checks(FINE)) is Level.GOOD
    assert {each.advice for each in checks(FINE)} == {""}


def test_a_narrow_plate_is_told_how_wide_it_must_be() -> None:
    level, advice = _check(replace(FINE, width_px=62.0), "Width")
    assert level is Level.POOR
    assert advice == ("Plates are 62 px wide: zoom in or move closer; 80 needed.")


@pytest.mark.parametrize(
    ("view", "name", "level"),
    [
        (replace(FINE, width_px=40.0), "Width", Level.BAD),
        (replace(FINE, sharpness=0.3), "Sharpness", Level.POOR),
        (replace(FINE, sharpness=0.1), "Sharpness", Level.BAD),
        (replace(FINE, glare=0.2), "Glare", Level.POOR),
        (replace(FINE, glare=0.5), "Glare", Level.BAD),
        (replace(FINE, contrast=0.1), "Contrast", Level.BAD),
        (replace(FINE, slope_degrees=-12.0), "Slope", Level.POOR),
        (replace(FINE, slope_degrees=25.0), "Slope", Level.BAD),
    ],
)
def test_every_fault_shows_with_advice(
    view: PlateView, name: str, level: Level
) -> None:
    found, advice = _check(view, name)
    assert (found, bool(advice), worst(checks(view))) == (level, True, level)


@pytest.mark.parametrize(
    ("shutter_us", "kmh", "level"),
    [
        (1000, 90, Level.GOOD),  # the table of Milestone's guide: 1/1000 s up to 90
        (2000, 45, Level.GOOD),
        (4000, 22, Level.GOOD),
        (1000, 100, Level.POOR),
        (2000, 130, Level.BAD),
    ],
)
def test_smear_follows_the_rule(shutter_us: float, kmh: float, level: Level) -> None:
    assert smear(shutter_us, kmh).level is level


def test_smear_is_how_far_the_vehicle_moves() -> None:
    assert smear(1000, 90).value == "2.5 cm"


@given(st.floats(0.1, 10), st.floats(0, 10), st.floats(1, 50))
def test_from_where_it_is_told_to_stand_the_angle_is_good(
    height_m: float, aside_m: float, distance_m: float
) -> None:
    found = viewing_angle(height_m, aside_m, distance_m)
    if found.level is Level.GOOD:
        return
    told_m = float(found.advice.split(" from ")[1].split(" m ")[0])
    better = viewing_angle(height_m, aside_m, told_m + 1)
    assert better.level is Level.GOOD
