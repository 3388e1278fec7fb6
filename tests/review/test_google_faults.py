"""What a server says about times, however it says it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from google.api_core.exceptions import from_http_status
from google.auth.exceptions import TransportError
from google.auth.transport.requests import Request as TokenRequest
from hypothesis import given
from hypothesis import strategies as st
from requests import Response

from edge_anpr.errors import ReviewFailed, ReviewForbidden
from edge_anpr.review.google_faults import LONGEST_WAIT_S, named

HOUR = timedelta(hours=1)
# RFC 9110 has GMT; RFC 2822 has -0000 where the zone is not known.
ZONES = ["GMT", "+0000", "-0000", ""]
WHEN = r"Wed, [0-9]{1,2} Oct [0-9]{1,25} [0-9]{2}:28:00 ?(GMT|[+-][0-9]{4,12})?"
HEADERS = st.one_of(
    st.text(st.characters(max_codepoint=255)), st.from_regex(WHEN, fullmatch=True)
)


def _named(status: int, headers: dict[str, str]) -> ReviewFailed | ReviewForbidden:
    response = Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json"
    response.headers.update(headers)
    error = from_http_status(status, "no", response=response)  # type: ignore[no-untyped-call]
    return named(error)


def _said(time: datetime, zone: str) -> str:
    return format_datetime(time, usegmt=True).replace("GMT", zone).strip()


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_without_a_zone_is_utc(zone: str) -> None:
    now = datetime.now(UTC)
    assert isinstance(_named(403, {"Date": _said(now, zone)}), ReviewForbidden)
    fault = _named(403, {"Date": _said(now - HOUR, zone)})
    assert isinstance(fault, ReviewFailed)
    assert "clock is wrong by 1:00:0" in str(fault)
    fault = _named(503, {"Retry-After": _said(now + HOUR, zone)})
    assert isinstance(fault, ReviewFailed)
    assert 3590 < fault.retry_after_s <= 3600


def test_no_way_to_the_server_that_gives_tokens_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(TransportError) as caught:
        TokenRequest()("https://oauth.invalid/token")
    fault = named(caught.value)
    assert str(fault).startswith("Google cannot be reached: no name server knows its ")


@given(HEADERS, HEADERS)
def test_no_header_keeps_a_fault_from_being_named(date: str, retry_after: str) -> None:
    headers = {"Date": date, "Retry-After": retry_after}
    _named(403, headers)
    fault = _named(503, headers)
    assert isinstance(fault, ReviewFailed)
    assert 0 <= fault.retry_after_s <= LONGEST_WAIT_S
