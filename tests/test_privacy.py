"""What is said of privacy follows from the settings, whatever they are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config import Config
from edge_anpr.config.delivery import DeviceConfig, MqttConfig
from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.review import ReviewConfig
from edge_anpr.config.storage import StorageConfig
from edge_anpr.config.web import WebConfig
from edge_anpr.privacy import privacy_report
from tests.programs import run_python


@given(sightings=st.integers(1, 99_999), crops=st.integers(1, 999))
def test_the_times_are_those_of_the_settings(sightings: int, crops: int) -> None:
    storage = StorageConfig(keep_sightings_days=sightings, keep_crops_days=crops)
    rows = privacy_report(Config(storage=storage)).splitlines()
    (kept,) = [row for row in rows if row.startswith("| Sightings")]
    assert f"| {sightings} day" in kept
    (kept,) = [row for row in rows if row.startswith("| Crops of plates")]
    assert f"| {crops} day" in kept


def test_hours_are_said_as_hours() -> None:
    storage = StorageConfig(keep_crops_days=0.25, keep_owed_days=1)
    said = privacy_report(Config(storage=storage))
    assert "| Crops of plates | " in said
    assert "| 6 hours |" in said
    assert "| 1 day at most |" in said


def test_who_gets_what_is_said() -> None:
    alone = privacy_report(Config(web=WebConfig(enabled=False)))
    assert "Nothing is sent to a broker." in alone
    assert "Nothing goes to a cloud." in alone
    assert "There is no page." in alone
    sends = Config(
        device=DeviceConfig(id="pole-7"),
        mqtt=MqttConfig(host="broker.example", tls=False, port=1883),
        review=ReviewConfig(enabled=True, api_key_file=Path("key"), monthly_units=500),
    )
    said = privacy_report(sends)
    assert said.startswith("# What pole-7 keeps")
    assert "broker.example:1883, NOT ENCRYPTED" in said
    assert "at most 500 a month" in said


def test_logins_are_kept_where_there_is_a_page() -> None:
    web = WebConfig(session_hours=3)
    assert "somebody logs in more than 3 hours later" in privacy_report(Config(web=web))
    alone = privacy_report(Config(web=WebConfig(enabled=False)))
    assert "logged in" not in alone


def test_plates_that_go_however_sure_are_said_to_go() -> None:
    review = ReviewConfig(enabled=True, api_key_file=Path("key"))
    formats = FormatsConfig(countries=("GB",))
    foreign = "than 0.8, and of those that fit no format of formats.countries, go to"
    assert foreign in privacy_report(Config(review=review, formats=formats))
    assert "surely than 0.8 go to" in privacy_report(Config(review=review))
    of_any = review.model_copy(update={"unless_format_fits": False})
    assert "surely than 0.8 go to" in privacy_report(
        Config(review=of_any, formats=formats)
    )


def test_a_picture_that_somebody_saves_is_said_to_be_kept() -> None:
    kept = "plates made unreadable | /var/lib/edge-anpr/sightings.db on this device | "
    assert kept + "until 20 newer ones |" in privacy_report(Config())
    assert kept not in privacy_report(Config(web=WebConfig(enabled=False)))


def test_what_waits_in_memory_is_said_to() -> None:
    assert "| until 48 newer ones, or the end" in privacy_report(Config())


def test_what_outlives_a_review_is_said() -> None:
    review = ReviewConfig(enabled=True, api_key_file=Path("key"))
    assert "each second opinion; no plate" in privacy_report(Config(review=review))
    assert "second opinion" not in privacy_report(Config())


def test_the_command_prints_it(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("storage: {keep_sightings_days: 3}\n")
    done = run_python("-m", "edge_anpr", "privacy-report", "-c", str(file))
    assert done.returncode == 0
    assert "| 3 days |" in done.stdout


@pytest.mark.parametrize(
    ("days", "said"),
    [(0.1, "2.4 hours"), (1 / 24, "1 hour"), (1, "1 day"), (2.5, "2.5 days")],
)
def test_a_time_is_said_as_people_say_it(days: float, said: str) -> None:
    storage = StorageConfig(keep_access_days=days)
    rows = privacy_report(Config(storage=storage)).splitlines()
    (kept,) = [row for row in rows if row.startswith("| Who looked")]
    assert kept.endswith(f"| {said} |")
