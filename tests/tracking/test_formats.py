"""National formats tell look-alikes apart, and leave alone what fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.errors import ConfigError
from edge_anpr.records import Alternative
from edge_anpr.tracking.formats.catalogue import countries, load_formats, national
from edge_anpr.tracking.formats.pattern import Format, shapes
from edge_anpr.tracking.formats.settling import Settled, settle

COUNTRIES = countries()
FORMATS = [
    (kind, examples)
    for country in COUNTRIES
    for kind, examples in zip(
        national(country).formats, national(country).examples, strict=True
    )
]
EVERY_FORMAT = tuple(kind for kind, _ in FORMATS)
GB = load_formats(FormatsConfig(countries=("GB",)))
TEXTS = st.text("ABCDEGIOQSZ0125678", min_size=2, max_size=10)


def _settled(text: str, formats: tuple[Format, ...], max_swaps: int = 2) -> Settled:
    return settle(text, [0.9] * len(text), (), formats, max_swaps)


def _format(name: str, pattern: str) -> Format:
    return Format("GB", name, shapes(pattern, "AB", 10))


def test_no_promised_country_is_missing() -> None:
    europe = "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI"
    more = "LT LU LV MD ME MK MT NL NO PL PT RO RS RU SE SI SK TR UA XK"
    america = "AR BO BR CA CL CO EC MX PE PY US UY VE"
    asia = "AE AM AZ CN GE HK ID IL IN KZ LK MY PH PK SA SG TW UZ VN"
    elsewhere = "AU GH KE NG NZ TZ UG ZA"
    wanted = " ".join([europe, more, america, asia, elsewhere])
    assert set(COUNTRIES) == set(wanted.split())


@pytest.mark.parametrize(
    ("kind", "plate"),
    [(kind, plate) for kind, examples in FORMATS for plate in examples.fits],
    ids=lambda each: each if isinstance(each, str) else f"{each.country} {each.name}",
)
def test_a_plate_of_the_country_fits(kind: Format, plate: str) -> None:
    assert kind.fits(plate)


@pytest.mark.parametrize(
    ("kind", "plate"),
    [(kind, plate) for kind, examples in FORMATS for plate in examples.fails],
    ids=lambda each: each if isinstance(each, str) else f"{each.country} {each.name}",
)
def test_another_plate_does_not_fit(kind: Format, plate: str) -> None:
    assert not kind.fits(plate)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_format_has_examples_and_a_name_of_its_own(country: str) -> None:
    facts = national(country)
    assert all(each.fits and each.fails for each in facts.examples)
    assert len({kind.name for kind in facts.formats}) == len(facts.formats)


@pytest.mark.parametrize(
    ("country", "text", "plate"),
    [
        (country, *pair)
        for country in COUNTRIES
        for pair in national(country).settles.items()
    ],
)
def test_a_text_is_settled_as_its_country_says(
    country: str, text: str, plate: str
) -> None:
    assert _settled(text, national(country).formats).plate == plate


@given(st.data(), st.sampled_from(EVERY_FORMAT))
def test_settling_never_changes_a_plate_that_fits(
    data: st.DataObject, kind: Format
) -> None:
    shape = data.draw(st.sampled_from(kind.shapes))
    plate = "".join(data.draw(st.sampled_from(sorted(place))) for place in shape)
    other = Alternative(data.draw(TEXTS), 0.4)
    formats = data.draw(st.permutations(EVERY_FORMAT))
    settled = settle(plate, [0.1] * len(plate), (other,), formats, 4)
    assert settled.plate == plate
    assert settled.format is not None


@given(TEXTS, st.lists(st.sampled_from(EVERY_FORMAT), max_size=4))
def test_what_is_settled_fits_or_is_the_text(text: str, formats: list[Format]) -> None:
    settled = _settled(text, tuple(formats))
    named = [kind for kind in formats if kind.name == settled.format]
    assert any(kind.fits(settled.plate) for kind in named) or settled == Settled(text)


@given(TEXTS, st.lists(st.sampled_from(EVERY_FORMAT), max_size=4))
def test_settling_twice_changes_nothing_more(text: str, formats: list[Format]) -> None:
    once = _settled(text, tuple(formats))
    assert _settled(once.plate, tuple(formats)) == once


def test_without_a_country_a_plate_is_what_was_read() -> None:
    assert _settled("A8I2CDE", ()) == Settled("A8I2CDE")


def test_no_more_is_exchanged_than_allowed() -> None:
    france = national("FR").formats
    assert _settled("A8IZ3CD", france, 3).plate == "AB123CD"
    assert _settled("A8IZ3CD", france, 2) == Settled("A8IZ3CD")


def test_a_doubtful_character_is_exchanged_first() -> None:
    b, eight = frozenset("B"), frozenset("8")
    pairs = (Format("GB", "pairs", ((b, b), (eight, eight))),)
    assert settle("8B", [0.1, 0.9], (), pairs, 2).plate == "BB"
    assert settle("8B", [0.9, 0.1], (), pairs, 2).plate == "88"


def test_a_runner_up_decides_between_two_look_alikes() -> None:
    either = (_format("first", "[O] [A]"), _format("second", "[D] [A]"))
    assert _settled("0A", either).plate == "OA"
    alternatives = (Alternative("DA", 0.3),)
    assert settle("0A", [0.5, 0.9], alternatives, either, 2).plate == "DA"


def test_a_runner_up_that_fits_is_taken_when_no_exchange_helps() -> None:
    alternatives = (Alternative("XXXXXXXX", 0.2), Alternative("AB12CDE", 0.1))
    settled = settle("WAB12CDE", [0.5] * 8, alternatives, GB, 2)
    assert settled == Settled("AB12CDE", "GB", "current (2001)")


def test_an_unlikely_runner_up_is_not_taken() -> None:
    settled = settle("WAB12CDE", [0.9] * 8, (Alternative("AB12CDE", 0.01),), GB, 2)
    assert settled == Settled("WAB12CDE")


def test_an_unknown_country_is_named_with_what_helps() -> None:
    with pytest.raises(ConfigError, match="formats of JP; correct it, or leave it out"):
        load_formats(FormatsConfig(countries=("GB", "JP")))


@pytest.mark.parametrize("pattern", ["L{2", "Y", "[a]", "L{}", "l"])
def test_a_malformed_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not understood"):
        shapes(pattern, "AB", 10)


def test_a_pattern_is_spelt_out() -> None:
    spelt = shapes("L [0-2A]{0,1}", "XY", 10)
    assert spelt == ((frozenset("XY"),), (frozenset("XY"), frozenset("012A")))
