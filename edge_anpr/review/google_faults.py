"""What went wrong on the way to Google, in our own words: what to do, who has paid.

Where asking again would not help, the review ends: 400, 401, 403 and their like. In
doubt a request counts as billed.
"""

import email.utils
import re
from datetime import UTC, datetime, timedelta

from google.api_core.exceptions import (
    ClientError,
    GoogleAPICallError,
    TooManyRequests,
)
from google.auth.exceptions import RefreshError, TransportError
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import ParseError
from requests import Response
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,
    ConnectTimeout,
    ProxyError,
    RequestException,
    SSLError,
    Timeout,
    TooManyRedirects,
)
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)

from edge_anpr.errors import ReviewFailed, ReviewForbidden

LOGIN_FIRST = 511  # RFC 6585
PASSING = {408, 409, 499}  # timed out, in one another's way, cancelled
MOST_SKEW = timedelta(minutes=5)  # beyond it Google rejects what we sign
LONGEST_WAIT_S = 86400.0
WRONG_TIME = re.compile("not yet valid|has expired|reasonable timeframe", re.IGNORECASE)
WRONG_PARTY = re.compile("certificate.verify.failed|hostname mismatch", re.IGNORECASE)
REQUEST_LINE = re.compile(r"^POST \S+: ")
AT_ONCE = "(char 0)"  # not a character of it was JSON
PORTAL = (
    "Somebody else answers in Google's place: a captive portal or a proxy. Log in to "
    "the network, or let {name} through."
)
NAME = "vision.googleapis.com"
UNREACHED = (
    "Google cannot be reached: {}. Check the way to the internet, and that a firewall "
    "lets this device through."
)


def named(error: Exception) -> ReviewFailed | ReviewForbidden:
    """error: of Google's library or one below it."""
    if fault := _of_clock_or_portal(error):
        return fault
    if isinstance(error, GoogleAPICallError):
        return _of_google(error)
    if isinstance(error, TransportError):  # no way to the server that gives tokens
        return ReviewFailed(UNREACHED.format(_obstacle(error)), is_billed=False)
    if isinstance(error, RefreshError):
        return ReviewForbidden(f"Google refuses the service account: {_brief(error)}")
    if isinstance(error, RequestException):
        return _of_the_line(error)
    return ReviewFailed(f"Google's answer is not understood: {_brief(error)}")


def _of_clock_or_portal(error: Exception) -> ReviewFailed | None:
    text = str(error)
    if WRONG_TIME.search(text):
        return ReviewFailed(
            "This computer's clock or a certificate is out of date; let it reach a "
            "time server.",
            is_billed=False,
        )
    skew = _skew(_response(error))
    if skew and isinstance(error, ClientError):
        return ReviewFailed(
            f"This computer's clock is wrong by {skew}; let it reach a time server.",
            is_billed=False,
        )
    if (
        isinstance(error, SSLError | TooManyRedirects)
        or WRONG_PARTY.search(text)
        or _is_no_answer_of_google(error)
    ):
        return ReviewFailed(PORTAL.format(name=NAME), is_billed=False)
    return None


def _is_no_answer_of_google(error: Exception) -> bool:
    """A page where there should be JSON; a 5xx may well be a page of Google's."""
    if isinstance(error, ParseError):
        return AT_ONCE in str(error)
    response = _response(error)
    if response is None:
        return False
    if response.status_code == LOGIN_FIRST:
        return True
    if not isinstance(error, ClientError):
        return False
    return "json" not in response.headers.get("Content-Type", "")


def _of_google(error: GoogleAPICallError) -> ReviewFailed | ReviewForbidden:
    says = f"Google says {error.code or ''}: {_brief(error)}".replace(" :", ":")
    wait_s = _retry_after_s(error)
    if isinstance(error, TooManyRequests):
        return ReviewFailed(says, is_billed=False, retry_after_s=wait_s)
    if isinstance(error, ClientError) and error.code not in PASSING:
        return ReviewForbidden(says)
    return ReviewFailed(says, retry_after_s=wait_s)


def _retry_after_s(error: GoogleAPICallError) -> float:
    """By the header Retry-After (RFC 9110), or google.rpc.RetryInfo."""
    response = _response(error)
    header = response.headers.get("Retry-After", "") if response is not None else ""
    if header.strip().isdecimal():
        return min(float(header), LONGEST_WAIT_S)
    if header:
        until = _time(header)
        left_s = (until - datetime.now(UTC)).total_seconds() if until else 0.0
        return min(max(left_s, 0.0), LONGEST_WAIT_S)
    for detail in error.details or ():
        delay = getattr(detail, "retry_delay", None)
        if isinstance(delay, Duration):
            return min(delay.seconds + delay.nanos / 1e9, LONGEST_WAIT_S)
    return 0.0


def _skew(response: Response | None) -> timedelta | None:
    """How far our clock is from the one that answered, when that is too far."""
    if response is None or "Date" not in response.headers:
        return None
    theirs = _time(response.headers["Date"])
    skew = abs(datetime.now(UTC) - theirs) if theirs else timedelta()
    return timedelta(seconds=round(skew.total_seconds())) if skew > MOST_SKEW else None


def _time(text: str) -> datetime | None:
    """Of a header; UTC where it names no zone, and None where it makes no sense."""
    try:
        time = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _response(error: Exception) -> Response | None:
    response = getattr(error, "response", None)
    return response if isinstance(response, Response) else None


def _of_the_line(error: RequestException) -> ReviewFailed:
    if not _was_sent(error):
        return ReviewFailed(UNREACHED.format(_obstacle(error)), is_billed=False)
    if isinstance(error, Timeout):
        return ReviewFailed("Google has not answered in time.")
    if isinstance(error, ConnectionError | ChunkedEncodingError):
        return ReviewFailed("The line to Google broke off before all was answered.")
    return ReviewFailed(f"The line to Google fails: {_brief(error)}")


def _was_sent(error: RequestException) -> bool:
    if isinstance(error, ConnectTimeout | ProxyError):
        return False
    return not isinstance(_reason(error), NewConnectionError | ConnectTimeoutError)


def _obstacle(error: Exception) -> str:
    """Google's library puts the fault of requests into its own, and that urllib3's."""
    inner = error.args[0] if error.args else None
    if isinstance(error, TransportError) and isinstance(inner, RequestException):
        return _obstacle(inner)
    reason = _reason(error)
    if isinstance(reason, NameResolutionError):
        return "no name server knows its address"
    if isinstance(error, ProxyError):
        return "the proxy that this device is to use does not let it through"
    if isinstance(error, Timeout):
        return "it does not answer"
    if isinstance(error, RequestException):
        return "no connection to it can be opened"
    return _brief(error)


def _reason(error: Exception) -> object:
    """What urllib3 says was wrong, in what requests made of it."""
    return getattr(error.args[0], "reason", None) if error.args else None


def _brief(error: Exception) -> str:
    text = error.message if isinstance(error, GoogleAPICallError) else error
    return REQUEST_LINE.sub("", " ".join(str(text).split()))[:200]
