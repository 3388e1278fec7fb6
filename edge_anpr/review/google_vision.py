"""Google Cloud Vision, by Google's own client library.

Protocol: https://cloud.google.com/vision/docs/reference/rest/v1/images/annotate. One
feature a picture, for each is billed.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import grpc
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import GoogleAPIError
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import GoogleAuthError
from google.cloud import vision_v1
from google.cloud.vision_v1.services.image_annotator.transports import (
    ImageAnnotatorGrpcTransport,
    ImageAnnotatorRestTransport,
)
from google.oauth2 import service_account
from google.protobuf.json_format import ParseError
from requests.exceptions import RequestException

from edge_anpr.config.review import ReviewConfig, Transport
from edge_anpr.errors import ConfigError, ReviewFailed
from edge_anpr.records import Point, Quad
from edge_anpr.review import Answer, Symbol
from edge_anpr.review.google_faults import named

MOST_PICTURES = 16  # a request, by Google's limits
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
FEATURE = vision_v1.Feature(type_=vision_v1.Feature.Type.TEXT_DETECTION)
CONTEXT = vision_v1.ImageContext(
    text_detection_params=vision_v1.TextDetectionParams(
        enable_text_detection_confidence_score=True
    )
)
# What may pass, of what goes wrong with one picture of several.
PASSING = {
    code.value[0]
    for code in (
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
    )
}


class CloudVision:
    """For one thread."""

    name = "google-cloud-vision"
    most_pictures = MOST_PICTURES

    def __init__(
        self, client: vision_v1.ImageAnnotatorClient, timeout_s: float
    ) -> None:
        self._client = client
        self._timeout_s = timeout_s

    def read(self, pictures: Sequence[bytes]) -> list[Answer]:
        """Raise ReviewFailed or ReviewForbidden."""
        request = vision_v1.BatchAnnotateImagesRequest(
            requests=[
                vision_v1.AnnotateImageRequest(
                    image=vision_v1.Image(content=picture),
                    features=[FEATURE],
                    image_context=CONTEXT,
                )
                for picture in pictures
            ]
        )
        try:
            self._be_connected()
            # The library would ask again by itself, and nobody would count that.
            response = self._client.batch_annotate_images(
                request=request, retry=None, timeout=self._timeout_s
            )
        except (GoogleAPIError, GoogleAuthError, ParseError, RequestException) as error:
            raise named(error) from error
        except (AttributeError, TypeError, ValueError) as error:
            # The library stumbles over JSON that Google would never send.
            raise ReviewFailed("Google's answer makes no sense.") from error
        if len(response.responses) != len(pictures):
            raise ReviewFailed(
                f"Google gave {len(response.responses)} answers to {len(pictures)} "
                "pictures."
            )
        return [_answer(each) for each in response.responses]

    def _be_connected(self) -> None:
        """Where the library can't tell what was sent from what never was."""
        transport = self._client.transport
        if not isinstance(transport, ImageAnnotatorGrpcTransport):
            return
        ready = grpc.channel_ready_future(transport.grpc_channel)
        try:
            ready.result(timeout=self._timeout_s)
        except grpc.FutureTimeoutError as error:
            ready.cancel()
            raise ReviewFailed(
                f"Google cannot be reached within {self._timeout_s:g} s.",
                is_billed=False,
            ) from error


def open_cloud_vision(config: ReviewConfig) -> CloudVision:
    """Does not connect yet; raise ConfigError when the credentials cannot be read."""
    credentials, options = _credentials(config)
    if config.transport is Transport.GRPC and config.is_plain:
        channel = grpc.insecure_channel(config.endpoint.removeprefix("http://"))
        client = vision_v1.ImageAnnotatorClient(
            transport=ImageAnnotatorGrpcTransport(
                channel=channel,
                credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            )
        )
    else:
        options.api_endpoint = config.endpoint
        client = vision_v1.ImageAnnotatorClient(
            credentials=credentials,
            client_options=options,
            transport=config.transport.value,
        )
    transport = client.transport
    if isinstance(transport, ImageAnnotatorRestTransport):
        # A captive portal would get the pictures and the key.
        transport._session.max_redirects = 0
    return CloudVision(client, config.timeout_s)


def _credentials(config: ReviewConfig) -> tuple[Credentials | None, ClientOptions]:
    if config.credentials_file:
        file = config.credentials_file
        text = _text(file)
        try:
            account = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                json.loads(text), scopes=[SCOPE]
            )
        except (AttributeError, KeyError, ValueError, GoogleAuthError) as error:
            raise ConfigError(
                f"{file}: is not the key file (JSON) of a service account; create one "
                "in the Google Cloud console."
            ) from error
        return account, ClientOptions()
    if not config.api_key_file:
        raise ConfigError(
            "review needs credentials_file or api_key_file; docs/review.md says how "
            "to get them."
        )
    key = _text(config.api_key_file).strip()
    if not key.isascii() or len(key.split()) != 1:
        raise ConfigError(
            f"{config.api_key_file}: must hold an API key and nothing else."
        )
    return None, ClientOptions(api_key=key)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from error


def _answer(response: vision_v1.AnnotateImageResponse) -> Answer:
    if response.error.code:
        return Answer(
            fault=f"Google says: {response.error.message or response.error.code}",
            is_final=response.error.code not in PASSING,
        )
    return Answer(tuple(_symbols(response.full_text_annotation)))


def _symbols(text: vision_v1.TextAnnotation) -> Iterator[Symbol]:
    for page in text.pages:
        for block in page.blocks:
            for paragraph in block.paragraphs:
                for word in paragraph.words:
                    for symbol in word.symbols:
                        corners = symbol.bounding_box.vertices
                        if len(corners) == 4:
                            points = (Point(each.x, each.y) for each in corners)
                            yield Symbol(
                                symbol.text,
                                Quad(*points),
                                symbol.confidence or None,  # 0: Google does not say
                            )
