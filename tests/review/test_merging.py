"""What two readings make together, and what no reviewer may do."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.records import Alternative, ListKind, Outcome, Sighting, Stage
from edge_anpr.review.cleaning import Letter, Line
from edge_anpr.review.merging import CONFIDENT, Merger
from edge_anpr.tracking.watch_lists import WatchLists
from tests.delivery.owed import sighting as any_sighting

NO_LISTS = WatchLists(WatchlistConfig())
ANY_FORMAT = Merger(FormatsConfig(), NO_LISTS)
BRITISH = Merger(FormatsConfig(countries=("GB",)), NO_LISTS)
PLATES = st.text("ABCDEFGHKLMNPRSTUVWXYZ0123456789", min_size=2, max_size=9)
CONFIDENCES = st.floats(0, 1)


def doubtful(
    text: str,
    confidence: float = 0.5,
    others: dict[str, float] | None = None,
    chars: tuple[float, ...] | None = None,
) -> Sighting:
    return replace(
        any_sighting(),
        plate=text,
        raw_text=text,
        confidence=confidence,
        char_confidences=chars or (0.9,) * len(text),
        alternatives=tuple(Alternative(*item) for item in (others or {}).items()),
        country=None,
        format=None,
    )


def line(text: str, confidence: float | None = 0.9) -> Line:
    return tuple(Letter(char, confidence) for char in text)


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    text = draw(PLATES)
    confidence = draw(CONFIDENCES)
    others = draw(st.lists(PLATES.filter(lambda t: t != text), max_size=4, unique=True))
    shares = draw(st.lists(CONFIDENCES, min_size=len(others), max_size=len(others)))
    room = (1 - confidence) / (sum(shares) or 1)
    chars = draw(st.tuples(*[CONFIDENCES] * len(text)))
    named = {o: s * min(room, 1) for o, s in zip(others, shares, strict=True)}
    return doubtful(text, confidence, named, chars)


@st.composite
def seen_lines(draw: st.DrawFn) -> list[Line]:
    texts = draw(st.lists(PLATES, max_size=3))
    sure = st.none() | CONFIDENCES
    return [tuple(Letter(char, draw(sure)) for char in text) for text in texts]


@given(sightings(), seen_lines(), st.sampled_from([ANY_FORMAT, BRITISH]))
def test_whatever_a_reviewer_says_the_revision_is_sound(
    before: Sighting, seen: list[Line], merger: Merger
) -> None:
    after = merger.reviewed(before, seen, "someone")
    assert (after.id, after.revision) == (before.id, before.revision + 1)
    assert after.stage is Stage.REVIEWED
    assert (after.raw_text, after.crop_jpeg) == (before.raw_text, before.crop_jpeg)
    assert 0 <= after.confidence <= 1
    assert len(after.char_confidences) == len(after.plate)
    assert all(0 <= each <= 1 for each in after.char_confidences)
    others = [each.text for each in after.alternatives]
    assert after.plate not in others
    assert len(others) == len(set(others))
    whole = after.confidence + sum(each.confidence for each in after.alternatives)
    assert whole <= 1 + 1e-9
    assert after.review is not None
    assert after.review.before == before.plate
    is_changed = after.review.outcome is Outcome.CHANGED
    assert is_changed == (after.plate != before.plate)


@given(sightings(), seen_lines(), st.floats(CONFIDENT, 1))
def test_what_was_read_surely_is_never_changed_nor_made_less_sure(
    before: Sighting, seen: list[Line], confidence: float
) -> None:
    sure = replace(before, confidence=confidence, alternatives=())
    after = ANY_FORMAT.reviewed(sure, seen, "someone")
    assert after.plate == sure.plate
    assert after.confidence >= sure.confidence


@given(sightings(), st.none() | CONFIDENCES)
def test_the_same_reading_never_makes_it_less_sure(
    before: Sighting, confidence: float | None
) -> None:
    seen = [line(before.plate, confidence)]
    after = ANY_FORMAT.reviewed(before, seen, "someone")
    if after.review and after.review.outcome is Outcome.CONFIRMED:
        assert after.confidence >= before.confidence


@given(sightings(), seen_lines())
def test_a_plate_is_never_made_of_what_nobody_read(
    before: Sighting, seen: list[Line]
) -> None:
    after = ANY_FORMAT.reviewed(before, seen, "someone")
    read = {before.raw_text, *(each.text for each in before.alternatives)}
    read |= {"".join(letter.char for letter in each) for each in seen}
    assert set(after.plate) <= set("".join(read))


def test_an_agreeing_reviewer_confirms() -> None:
    after = ANY_FORMAT.reviewed(doubtful("AB12CDE"), [line("AB12CDE")], "someone")
    assert after.review
    assert after.review.outcome is Outcome.CONFIRMED
    assert after.confidence > 0.9


def test_a_runner_up_that_the_reviewer_reads_takes_the_place() -> None:
    before = doubtful("A812CDE", 0.5, {"AB12CDE": 0.4}, (0.9, 0.5, *(0.9,) * 5))
    after = ANY_FORMAT.reviewed(before, [line("AB12CDE")], "someone")
    assert after.plate == "AB12CDE"
    assert after.review
    assert after.review.outcome is Outcome.CHANGED
    assert after.review.before == "A812CDE"
    assert after.review.text == "AB12CDE"
    assert after.alternatives[0].text == "A812CDE"
    assert after.char_confidences[1] < after.char_confidences[0]


def test_each_reading_gives_the_characters_it_is_sure_of() -> None:
    before = doubtful("AB12C0E", 0.5, {}, (0.97, 0.97, 0.97, 0.97, 0.97, 0.4, 0.97))
    seen = tuple(
        Letter(char, sure)
        for char, sure in zip(
            "A812CDE", (0.97, 0.35, 0.97, 0.97, 0.97, 0.97, 0.97), strict=True
        )
    )
    assert ANY_FORMAT.reviewed(before, [seen], "someone").plate == "AB12CDE"


def test_a_reviewer_that_reads_something_else_does_not_win() -> None:
    before = doubtful("AB12CDE", 0.7)
    after = ANY_FORMAT.reviewed(before, [line("XK77PQR")], "someone")
    assert after.plate == "AB12CDE"
    assert after.review
    assert after.review.outcome is Outcome.DISAGREED
    assert after.confidence <= before.confidence


@pytest.mark.parametrize("seen", [[], [line("A")]], ids=["nothing", "one character"])
def test_nothing_read_changes_nothing(seen: list[Line]) -> None:
    before = doubtful("AB12CDE")
    after = ANY_FORMAT.reviewed(before, seen, "someone")
    assert after.review
    assert after.review.outcome is Outcome.NOTHING_READ
    assert replace(after, review=None, revision=1, stage=Stage.FINAL) == before


def test_a_national_format_decides_between_two_readings() -> None:
    before, seen = doubtful("AB1WCDE", 0.6), [line("AB12CDE", 0.97)]
    assert ANY_FORMAT.reviewed(before, seen, "someone").plate == "AB1WCDE"
    after = BRITISH.reviewed(before, seen, "someone")
    assert (after.plate, after.country) == ("AB12CDE", "GB")


def test_of_several_lines_the_plates_own_is_taken() -> None:
    seen = [line("DEALER"), line("A812CDE"), line("LONDON")]
    after = ANY_FORMAT.reviewed(doubtful("A812CDE"), seen, "someone")
    assert after.review
    assert after.review.text == "A812CDE"


def test_two_lines_make_one_plate() -> None:
    seen = [line("59X1"), line("12345")]
    after = ANY_FORMAT.reviewed(doubtful("59X112345"), seen, "someone")
    assert after.review
    assert after.review.outcome is Outcome.CONFIRMED


def test_a_plate_that_only_the_review_reveals_is_matched(tmp_path: Path) -> None:
    file = tmp_path / "wanted.csv"
    file.write_text("plate,kind\nAB12CDE,watch\n")
    lists = WatchLists(WatchlistConfig(lists=(WatchListFile(file=file, max_cost=0.0),)))
    lists.refresh(0)
    before = doubtful("A812CDE", 0.5, {"AB12CDE": 0.4}, (0.9, 0.5, *(0.9,) * 5))
    after = Merger(FormatsConfig(), lists).reviewed(before, [line("AB12CDE")], "x")
    assert after.match
    assert (after.match.kind, after.match.why) == (ListKind.WATCH, "exact")
    assert after.is_alert
