"""Certificates of this device's own, and when they end."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.trust import SOON, credentials, ending_files, tls_context
from edge_anpr.delivery.validity import Validity, validities
from edge_anpr.errors import DeliveryFailed
from tests.delivery.certificates import certificate

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENTS = st.integers(-76 * 365, 7900 * 365).map(
    lambda days: NOON + days * DAY + timedelta(seconds=days % 60)
)


@given(st.lists(st.tuples(MOMENTS, MOMENTS).map(sorted), max_size=3))
def test_what_stands_in_certificates_is_read(spans: list[list[datetime]]) -> None:
    pem = b"They are ours:\n" + b"".join(certificate(*span) for span in spans)
    assert validities(pem) == [Validity(*span) for span in spans]


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_what_is_damaged_is_a_fault_or_harmless(at: int, damage: bytes) -> None:
    pem = certificate(NOON, NOON + DAY)
    damaged = pem[:at] + damage + pem[at + len(damage) :]
    try:
        validities(damaged)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("setting", "what"),
    [("certificate_file", "This device's certificate"), ("ca_file", "authority")],
)
@pytest.mark.parametrize(
    ("begins", "ends", "says"),
    [
        (-9 * DAY, SOON + DAY, ""),
        (-9 * DAY, SOON, "ends on 2026-06-22"),
        (-9 * DAY, -DAY, "has ended on 2026-05-31"),
        (DAY, 99 * DAY, "does not hold before 2026-06-02"),
    ],
)
def test_a_certificate_that_does_not_hold_for_long_is_named(  # noqa: PLR0913, PLR0917
    tmp_path: Path,
    setting: str,
    what: str,
    begins: timedelta,
    ends: timedelta,
    says: str,
) -> None:
    file = tmp_path / "some.crt"
    file.write_bytes(certificate(NOON + begins, NOON + ends))
    config = MqttConfig().model_copy(update={setting: file})
    told = [problem.sentence for problem in ending_files(config, NOON)]
    assert len(told) == bool(says)
    for sentence in told:
        assert what in sentence
        assert says in sentence
        assert str(file) in sentence
        assert f"mqtt.{setting}" in sentence
    without = config.model_copy(update={"tls": False})
    assert list(ending_files(without, NOON)) == []


def test_an_old_authority_beside_a_new_one_is_no_problem(tmp_path: Path) -> None:
    file = tmp_path / "both.crt"
    old, new = certificate(NOON - DAY, NOON), certificate(NOON, NOON + 99 * DAY)
    file.write_bytes(old + new)
    assert list(ending_files(MqttConfig(ca_file=file), NOON)) == []


@pytest.mark.parametrize("text", [f"anna\n{'x' * 65536}", f"{'ä' * 32768}\nx"])
def test_credentials_that_mqtt_cannot_carry_are_named(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "credentials"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DeliveryFailed, match="expected the user name on the first"):
        credentials(file)


def test_credentials_may_begin_with_the_mark_that_windows_puts_there(
    tmp_path: Path,
) -> None:
    file = tmp_path / "credentials"
    file.write_text("anna\nthree old ladders\n", encoding="utf-8-sig")
    assert credentials(file) == ("anna", "three old ladders")


@pytest.mark.parametrize(
    "content", [None, b"", b"-----BEGIN CERTIFICATE-----\nMA==\n-----END"]
)
def test_what_cannot_be_read_is_for_the_connection_to_tell(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "some.crt"
    if content is not None:
        file.write_bytes(content)
    assert list(ending_files(MqttConfig(ca_file=file), NOON)) == []


@pytest.mark.parametrize(
    ("method", "setting"),
    [("load_verify_locations", "ca_file"), ("load_cert_chain", "certificate_file")],
)
def test_a_file_that_vanishes_while_it_is_renewed_is_a_fault_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, setting: str
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    file = tmp_path / "some.pem"
    file.write_bytes(certificate(NOON, NOON + DAY) + b"-----BEGIN PRIVATE KEY-----")
    both = {"certificate_file": file, "key_file": file}
    files = both if setting in both else {setting: file}
    config = MqttConfig().model_copy(update=files)
    monkeypatch.setattr(ssl.SSLContext, method, gone)
    with pytest.raises(DeliveryFailed, match="cannot be read"):
        tls_context(config)
