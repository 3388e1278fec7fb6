"""Of two boxes in one place one is a plate."""

from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.tracking.doubles import singled
from tests.tracking.drive_by import look, plate_box

PLATE = look("AB12CDE", plate_box(300, 300, 100), 0.99)
AROUND = look("AB12CDEJ", plate_box(320, 305, 230), 0.9)
BESIDE = look("KX68FGH", plate_box(390, 300, 100), 0.5)


def test_the_surer_read_is_kept_whichever_is_larger() -> None:
    assert singled([AROUND, PLATE]) == [PLATE]
    surer = look("AB12CDE", AROUND.box, 0.999)
    assert singled([PLATE, surer]) == [surer]


def test_an_unread_box_gives_way_to_a_read_one() -> None:
    assert singled([look(None, PLATE.box), PLATE]) == [PLATE]


@given(st.permutations([PLATE, BESIDE, look(None, plate_box(300, 330, 100))]))
def test_plates_that_touch_are_all_kept(looks: list[object]) -> None:
    assert singled(looks) == looks  # type: ignore[arg-type]


def test_a_box_that_gave_way_takes_no_other_with_it() -> None:
    inner = look("FGH", plate_box(400, 310, 30), 0.3)
    assert singled([inner, AROUND, PLATE]) == [inner, PLATE]
