"""Google's own client against a server that speaks Google's protocol."""

import base64
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from google.cloud import vision_v1

from edge_anpr.config.review import ReviewConfig, Transport
from edge_anpr.errors import ConfigError, ReviewFailed, ReviewForbidden
from edge_anpr.review import Answer
from edge_anpr.review.google_vision import CloudVision, open_cloud_vision
from tests.review.settings import KEY, api_key_file, review_config
from tests.review.vision_server import (
    Trouble,
    Vision,
    Word,
    grpc_server,
    rest_server,
    saw,
)

SERVERS = {Transport.REST: rest_server, Transport.GRPC: grpc_server}
LOGIN = b"<html><title>Welcome to the station's network</title></html>"


def _what_it_says(picture: bytes) -> vision_v1.AnnotateImageResponse:
    """A picture here is the text that Google is to see on it."""
    return saw(Word(picture.decode()))


def _text(answer: Answer) -> str:
    return "".join(symbol.char for symbol in answer.symbols)


@pytest.fixture(params=list(Transport))
def transport(request: pytest.FixtureRequest) -> Transport:
    return Transport(request.param)


@pytest.fixture
def vision(transport: Transport) -> Iterator[Vision]:
    with SERVERS[transport](_what_it_says) as vision:
        yield vision


@pytest.fixture
def reviewer(vision: Vision, transport: Transport, tmp_path: Path) -> CloudVision:
    return open_cloud_vision(review_config(tmp_path, vision.url, transport))


def test_each_picture_gets_its_own_answer(
    vision: Vision, reviewer: CloudVision
) -> None:
    answers = reviewer.read([b"AB12CDE", b"KX9"])
    assert [_text(each) for each in answers] == ["AB12CDE", "KX9"]
    assert answers[0].symbols[0].confidence == pytest.approx(0.9)
    assert vision.pictures == [b"AB12CDE", b"KX9"]


def test_exactly_one_feature_is_asked_for_and_its_confidences(
    vision: Vision, reviewer: CloudVision
) -> None:
    reviewer.read([b"AB12CDE"])
    (one,) = vision.asked[0].requests
    kinds = [feature.type_ for feature in one.features]
    assert kinds == [vision_v1.Feature.Type.TEXT_DETECTION]
    parameters = one.image_context.text_detection_params
    assert parameters.enable_text_detection_confidence_score


def test_a_confidence_of_nought_is_unknown(
    transport: Transport, tmp_path: Path
) -> None:
    with SERVERS[transport](lambda _: saw(Word("AB", confidence=0))) as vision:
        reviewer = open_cloud_vision(review_config(tmp_path, vision.url, transport))
        (answer,) = reviewer.read([b""])
    assert [symbol.confidence for symbol in answer.symbols] == [None, None]


def test_a_picture_without_text_is_an_answer(
    vision: Vision, reviewer: CloudVision
) -> None:
    vision.answer = lambda _: vision_v1.AnnotateImageResponse()
    assert reviewer.read([b"-"]) == [Answer()]


@pytest.mark.parametrize(("code", "is_final"), [(3, True), (14, False)])
def test_one_picture_may_fail_alone(
    vision: Vision, reviewer: CloudVision, code: int, is_final: bool
) -> None:
    bad = vision_v1.AnnotateImageResponse(
        error={"code": code, "message": "Bad image data."}
    )
    vision.answer = lambda picture: bad if picture == b"-" else saw(Word("AB1"))
    good, failed = reviewer.read([b"+", b"-"])
    assert _text(good) == "AB1"
    assert failed == Answer((), "Google says: Bad image data.", is_final)


def test_too_few_answers_are_none(vision: Vision, reviewer: CloudVision) -> None:
    vision.answers = False
    with pytest.raises(ReviewFailed, match="0 answers to 1"):
        reviewer.read([b"AB1"])


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_is_final(vision: Vision, reviewer: CloudVision, status: int) -> None:
    # At 401 the library fetches a new token, where there are tokens, and tries again.
    vision.trouble.extend([Trouble(status, "API key not valid.")] * 3)
    with pytest.raises(ReviewForbidden, match="API key not valid"):
        reviewer.read([b"AB1"])


@pytest.mark.parametrize(
    ("status", "is_billed"), [(429, False), (503, True), (504, True)]
)
def test_what_passes_is_asked_again_and_not_by_the_library(
    vision: Vision, reviewer: CloudVision, status: int, is_billed: bool
) -> None:
    wait = Trouble(status, headers=(("Retry-After", "17"),), retry_after_s=17)
    vision.trouble.append(wait)
    with pytest.raises(ReviewFailed) as caught:
        reviewer.read([b"AB1"])
    assert caught.value.is_billed is is_billed
    assert caught.value.retry_after_s == 17
    assert len(vision.asked) == 1
    assert _text(reviewer.read([b"AB1"])[0]) == "AB1"


def test_an_answer_that_comes_too_late_may_have_been_billed(
    vision: Vision, transport: Transport, tmp_path: Path
) -> None:
    config = review_config(tmp_path, vision.url, transport, timeout_s=0.5)
    reviewer = open_cloud_vision(config)
    reviewer.read([b"AB1"])  # connected
    vision.trouble.append(Trouble(late_s=1.2))
    with pytest.raises(ReviewFailed) as caught:
        reviewer.read([b"AB1"])
    assert caught.value.is_billed
    assert len(vision.asked) == 2


def test_nobody_is_billed_where_nobody_listens(
    transport: Transport, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    config = review_config(tmp_path, url, transport, timeout_s=0.5)
    with pytest.raises(ReviewFailed) as caught:
        open_cloud_vision(config).read([b"AB1"])
    assert not caught.value.is_billed


@pytest.fixture
def rest(tmp_path: Path) -> Iterator[tuple[Vision, CloudVision]]:
    with rest_server(_what_it_says) as vision:
        yield vision, open_cloud_vision(review_config(tmp_path, vision.url))


@pytest.mark.parametrize("bytes_sent", [0, 20])
def test_a_line_that_is_cut_may_have_been_billed(
    rest: tuple[Vision, CloudVision], bytes_sent: int
) -> None:
    vision, reviewer = rest
    vision.trouble.append(Trouble(cut_after=bytes_sent))
    with pytest.raises(ReviewFailed) as caught:
        reviewer.read([b"AB1"])
    assert caught.value.is_billed
    assert _text(reviewer.read([b"AB1"])[0]) == "AB1"


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(200, body=LOGIN, content_type="text/html"),
        Trouble(403, body=LOGIN, content_type="text/html"),
        Trouble(511, body=LOGIN, content_type="text/html"),
        Trouble(302, body=b"", headers=(("Location", "http://127.0.0.1:9/login"),)),
        Trouble(307, body=b"", headers=(("Location", "/elsewhere"),)),
    ],
    ids=["page", "forbidden page", "511", "redirect", "redirect with the pictures"],
)
def test_a_captive_portal_is_recognised_and_gets_nothing_more(
    rest: tuple[Vision, CloudVision], trouble: Trouble
) -> None:
    vision, reviewer = rest
    vision.trouble.append(trouble)
    with pytest.raises(ReviewFailed, match="captive portal") as caught:
        reviewer.read([b"AB1"])
    assert not caught.value.is_billed
    assert len(vision.asked) == 1


def test_a_wrong_clock_is_not_taken_for_a_wrong_key(
    rest: tuple[Vision, CloudVision],
) -> None:
    vision, reviewer = rest
    then = format_datetime(datetime.now(UTC) + timedelta(days=3), usegmt=True)
    vision.trouble.extend([Trouble(401, headers=(("Date", then),))] * 3)
    with pytest.raises(ReviewFailed, match=r"clock is wrong by (2|3) days"):
        reviewer.read([b"AB1"])


@pytest.mark.parametrize(
    ("header", "least_s", "most_s"),
    [
        ("in an hour", 3000, 3600),
        ("99999999", 86400, 86400),
        ("soon", 0, 0),
        ("-5", 0, 0),
    ],
)
def test_every_retry_after_is_understood(
    rest: tuple[Vision, CloudVision], header: str, least_s: float, most_s: float
) -> None:
    vision, reviewer = rest
    if header == "in an hour":
        header = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    vision.trouble.append(Trouble(429, headers=(("Retry-After", header),)))
    with pytest.raises(ReviewFailed) as caught:
        reviewer.read([b"AB1"])
    assert least_s <= caught.value.retry_after_s <= most_s


@pytest.mark.parametrize("body", [b"[]", b'"no"', b"null", b"[1]", b'{"error": "x"}'])
@pytest.mark.parametrize("status", [200, 403, 500])
def test_no_answer_is_so_odd_that_it_ends_the_program(
    rest: tuple[Vision, CloudVision], status: int, body: bytes
) -> None:
    vision, reviewer = rest
    vision.trouble.append(Trouble(status, body=body))
    with pytest.raises((ReviewFailed, ReviewForbidden)):
        reviewer.read([b"AB1"])


def test_the_key_travels_in_a_header(rest: tuple[Vision, CloudVision]) -> None:
    vision, reviewer = rest
    reviewer.read([b"AB1"])
    assert vision.headers[0]["x-goog-api-key"] == KEY


@pytest.fixture(scope="session")
def account() -> dict[str, str]:
    """The key file of a service account that nobody has."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "type": "service_account",
        "client_email": "gate@nowhere.iam.gserviceaccount.com",
        "token_uri": "http://127.0.0.1:9/token",
        "project_id": "nowhere",
        "private_key_id": "1",
        "private_key": key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    }


@pytest.mark.parametrize(
    ("endpoint", "proxy", "why"),
    [
        ("vision.invalid", "", "no name server knows its address"),
        ("http://127.0.0.1:1", "", "no connection to it can be opened"),
        ("127.0.0.1:1", "http://127.0.0.1:1", "the proxy that this device is to use "),
    ],
)
def test_without_a_network_it_is_said_in_plain_words(
    endpoint: str,
    proxy: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("no_proxy", "" if proxy else "*")
    with pytest.raises(ReviewFailed) as caught:
        open_cloud_vision(review_config(tmp_path, endpoint)).read([b"AB12CDE"])
    assert str(caught.value).startswith(f"Google cannot be reached: {why}")
    assert "Pool" not in str(caught.value)
    assert not caught.value.is_billed


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Trouble(late_s=2.0), "Google has not answered in time."),
        (Trouble(cut_after=0), "The line to Google broke off before all was"),
    ],
)
def test_a_line_that_fails_is_said_in_plain_words(
    trouble: Trouble, says: str, tmp_path: Path
) -> None:
    with rest_server(_what_it_says) as vision:
        vision.trouble.append(trouble)
        reviewer = open_cloud_vision(review_config(tmp_path, vision.url, timeout_s=1.0))
        with pytest.raises(ReviewFailed, match=f"^{says}") as caught:
            reviewer.read([b"AB12CDE"])
    assert caught.value.is_billed


def test_a_service_account_signs_for_itself(
    account: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    with rest_server(_what_it_says) as vision:
        config = ReviewConfig(enabled=True, credentials_file=file, endpoint=vision.url)
        open_cloud_vision(config).read([b"AB1"])
        scheme, token = vision.headers[0]["authorization"].split()
    assert scheme == "Bearer"
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert claims["iss"] == account["client_email"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"type": "x"}'])
def test_a_file_that_is_no_account_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"account\.json: is not the key file"):
        open_cloud_vision(ReviewConfig(enabled=True, credentials_file=file))


@pytest.mark.parametrize("text", ["", "two words", "a\nb", "kéy"])
def test_a_file_that_is_no_key_is_named(text: str, tmp_path: Path) -> None:
    api_key_file(tmp_path).write_text(text)
    config = ReviewConfig(enabled=True, api_key_file=tmp_path / "api.key")
    with pytest.raises(ConfigError, match=r"api\.key: must hold an API key"):
        open_cloud_vision(config)


def test_credentials_that_are_missing_are_named(tmp_path: Path) -> None:
    config = ReviewConfig(enabled=True, api_key_file=tmp_path / "gone.key")
    with pytest.raises(ConfigError, match=r"gone\.key: cannot be read"):
        open_cloud_vision(config)


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[str, timedelta], ssl.SSLContext]:
    """Of a server that calls itself what it likes, and is trusted as file ca.pem."""

    def made(host: str, ends_in: timedelta) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        ends = datetime.now(UTC) + ends_in
        signed = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(ends - timedelta(days=9))
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
            .sign(key, hashes.SHA256())
        )
        pem = signed.public_bytes(serialization.Encoding.PEM)
        (tmp_path / "ca.pem").write_bytes(pem)
        (tmp_path / "server.pem").write_bytes(
            pem
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "server.pem")
        return context

    return made


@pytest.mark.parametrize(
    ("host", "ends_in", "is_trusted", "says"),
    [
        ("localhost", timedelta(days=1), True, None),
        ("portal.example", timedelta(days=1), True, "captive portal"),
        ("localhost", timedelta(days=1), False, "captive portal"),
        ("localhost", timedelta(days=-1), True, "clock or a certificate"),
        ("localhost", timedelta(days=30), True, "clock or a certificate"),
    ],
    ids=["right", "other name", "other authority", "expired", "not yet valid"],
)
def test_the_certificate_says_who_answers_and_whether_the_clock_is_right(  # noqa: PLR0913, PLR0917
    certificate: Callable[[str, timedelta], ssl.SSLContext],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    ends_in: timedelta,
    is_trusted: bool,
    says: str | None,
) -> None:
    context = certificate(host, ends_in)
    if is_trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with rest_server(_what_it_says, context) as vision:
        reviewer = open_cloud_vision(review_config(tmp_path, vision.url))
        if says is None:
            assert _text(reviewer.read([b"AB1"])[0]) == "AB1"
            return
        with pytest.raises(ReviewFailed, match=says) as caught:
            reviewer.read([b"AB1"])
    assert not caught.value.is_billed
    assert vision.asked == []
