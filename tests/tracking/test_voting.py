"""Many imperfect reads make one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.records import Alternative, Detection, PlateRead
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.voting import vote
from edge_anpr.tracking.weighing import LEAST_SURE, SUREST
from tests.tracking.drive_by import look, plate_box

CHARS = "AB8DO01I"
TEXTS = st.text(CHARS, min_size=2, max_size=8)
CONFIDENCES = st.floats(0, 1)


@st.composite
def reads(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> PlateRead:
    """As the reader gives them: all confidences together are at most 1."""
    text = draw(texts)
    confidence = draw(CONFIDENCES)
    left, alternatives = 1 - confidence, []
    for other in draw(st.lists(TEXTS, max_size=3, unique=True)):
        part = draw(st.floats(0, left))
        left -= part
        if other != text:
            alternatives.append(Alternative(other, part))
    chars = draw(st.tuples(*[CONFIDENCES] * len(text)))
    return PlateRead(text, confidence, chars, tuple(alternatives))


@st.composite
def looks(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> Look:
    box = plate_box(300, 300, draw(st.floats(1, 300)))
    return Look(Detection(box, 0.9), draw(reads(texts)), draw(CONFIDENCES))


def _said(*texts: str, confidence: float = 0.7) -> list[Look]:
    return [look(text, plate_box(300, 300), confidence) for text in texts]


@given(st.lists(looks(), min_size=1, max_size=6))
def test_confidences_are_fractions_that_add_up_to_one_at_most(seen: list[Look]) -> None:
    voted = vote(seen)
    assert voted is not None
    others = [each.confidence for each in voted.alternatives]
    assert len(voted.char_confidences) == len(voted.text)
    assert all(0 <= each <= 1 for each in (*voted.char_confidences, *others))
    assert voted.confidence + sum(others) <= 1 + 1e-9
    assert others == sorted(others, reverse=True)
    assert voted.text not in [each.text for each in voted.alternatives]


@given(st.lists(looks(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_looks_does_not_matter(seen: list[Look], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert vote(shuffled) == vote(seen)


@given(TEXTS, st.data())
def test_unanimous_reads_win(text: str, data: st.DataObject) -> None:
    seen = data.draw(st.lists(looks(st.just(text)), min_size=1, max_size=6))
    voted = vote(seen)
    assert voted is not None
    assert voted.text == text


@given(looks())
def test_a_single_look_is_believed_as_far_as_it_goes(seen: Look) -> None:
    voted = vote([seen])
    assert voted is not None
    assert seen.read is not None
    assert voted.text == seen.read.text
    heard = min(max(seen.read.confidence, LEAST_SURE), SUREST)
    assert voted.confidence == pytest.approx(heard, rel=0.01)


def test_unread_looks_do_not_vote() -> None:
    assert vote([look(None, plate_box(300, 300))]) is None


@pytest.mark.parametrize(
    ("texts", "voted"),
    [
        (("AB12CDE", "AB12CDF", "AB12CDE"), "AB12CDE"),
        (("XB12CDE", "AX12CDE", "AB1XCDE"), "AB12CDE"),
        (("AB12CDE", "B12CDE", "AB12CD"), "AB12CDE"),
        (("IAB12CDE", "AB12CDE", "AB12CDE"), "AB12CDE"),
        (("AB12CDE", "AB12CDE", "AB112CDE", "A12CDE"), "AB12CDE"),
        (("B12CDE", "AB12CD", "AB1CDE"), "AB12CDE"),
        (("AB12CDE", "AB12CDE", "B12CDE", "12CDE", "CDE"), "AB12CDE"),
        (("AB12CDE", "AB12CD", "AB12CD", "B12CDE"), "AB12CDE"),
    ],
)
def test_errors_in_different_places_are_outvoted(
    texts: tuple[str, ...], voted: str
) -> None:
    result = vote(_said(*texts))
    assert result is not None
    assert result.text == voted


def test_a_sharp_look_outweighs_two_blurred_ones() -> None:
    box = plate_box(300, 300)
    blurred = [look("AB12CDF", box, sharpness=0.1)] * 2
    result = vote([*blurred, look("AB12CDE", box, sharpness=0.9)])
    assert result is not None
    assert result.text == "AB12CDE"


def test_a_near_look_outweighs_two_far_ones() -> None:
    far = [look("AB12CDF", plate_box(300, 300, 20))] * 2
    result = vote([*far, look("AB12CDE", plate_box(300, 300, 130))])
    assert result is not None
    assert result.text == "AB12CDE"


def test_runners_up_vote_too() -> None:
    def doubtful(text: str, other: str) -> Look:
        read = PlateRead(text, 0.5, (1, 1, 0.5), (Alternative(other, 0.45),))
        return Look(Detection(plate_box(300, 300), 0.9), read, 0.8)

    result = vote([doubtful("AB8", "ABB"), doubtful("ABR", "ABB")])
    assert result is not None
    assert result.text == "ABB"


def test_agreement_makes_surer_and_dissent_less_sure() -> None:
    one, two = vote(_said("AB12CDE")), vote(_said("AB12CDE", "AB12CDE"))
    torn = vote(_said("AB12CDE", "AB12CDE", "AB12CDF"))
    assert one
    assert two
    assert torn
    assert one.confidence < two.confidence
    assert torn.confidence < two.confidence
    assert torn.char_confidences[6] < torn.char_confidences[0]
    assert torn.alternatives[0].text == "AB12CDF"


def test_a_longer_text_is_hardly_contradicted_by_one_that_lacks_its_end() -> None:
    whole, other = _said("AB12CDE", "AB12CDE"), _said("XB12CDE", "B12CDE")
    contradicted, cut = vote([*whole, other[0]]), vote([*whole, other[1]])
    assert contradicted
    assert cut
    assert cut.confidence > contradicted.confidence
    back = vote([*other[1:] * 2, whole[0]])
    assert back
    assert back.text == "B12CDE"  # two against one is still more


@pytest.mark.parametrize("whole", [1, 2])
def test_what_many_have_read_is_less_sure_while_others_saw_more_of_it(
    whole: int,
) -> None:
    short = ["12CDE"] * (12 - whole)
    voted = vote(_said(*short, *["B12CDE"] * whole, confidence=0.98))
    assert voted
    assert voted.text == "12CDE"
    assert voted.confidence < 0.9
    assert voted.alternatives[0].text == "B12CDE"


def test_one_sure_look_outweighs_three_that_know_little() -> None:
    poor = _said(*["7L2002"] * 3, confidence=0.4)
    voted = vote([*poor, *_said("1L2002", confidence=0.95)])
    assert voted
    assert voted.text == "1L2002"


def test_a_sure_read_outweighs_what_poor_ones_can_be_pieced_into() -> None:
    poor = _said("CB13", "CB14", "CB15", confidence=0.35)
    voted = vote([*poor, *_said("AB12", confidence=0.9)])
    assert voted
    assert voted.text == "AB12"


def test_a_text_pieced_together_from_poor_reads_is_not_sure() -> None:
    result = vote(_said("I1VB0D", "IIV38D", "11VB8DL", confidence=0.02))
    assert result is not None
    assert result.confidence < 0.05


def test_a_look_that_could_read_nothing_changes_nothing() -> None:
    sure = _said("AB12CDE", confidence=0.95)
    poor = _said("I1VB0D", "1X", "D0", "8B8B", confidence=0.02)
    alone, among = vote(sure), vote([*sure, *poor])
    assert alone
    assert among
    assert among.text == "AB12CDE"
    assert among.confidence == pytest.approx(alone.confidence, abs=0.03)
