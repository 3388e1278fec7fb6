"""A Cloud Vision on loopback: the real protocol and message types, REST and gRPC.

It answers what it is told to, and fails as it is told to: late, partly, with a status,
as a captive portal, or by hanging up.
"""

import json
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import grpc
from google.cloud import vision_v1
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

Request = vision_v1.BatchAnnotateImagesRequest
Response = vision_v1.BatchAnnotateImagesResponse
One = vision_v1.AnnotateImageResponse

PATH = "/v1/images:annotate"
SERVICE = "google.cloud.vision.v1.ImageAnnotator"
GRPC_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with one request."""

    status: int = 0  # 0: none
    message: str = "so it is"
    body: bytes | None = None  # in place of Google's JSON
    content_type: str = "application/json; charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()
    retry_after_s: int = 0  # as gRPC has it
    late_s: float = 0.0
    cut_after: int | None = None  # bytes of the answer, then it hangs up


@dataclass
class Vision:
    """What the server was asked, and what it answers."""

    answer: Callable[[bytes], One]
    trouble: deque[Trouble] = field(default_factory=deque)  # of the next requests
    asked: list[Request] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    quota: int | None = None  # pictures until it says 429
    answers: bool = True  # False: it does not, and says that all is well

    @property
    def pictures(self) -> list[bytes]:
        return [each.image.content for one in self.asked for each in one.requests]

    def take(self, request: Request, headers: dict[str, str]) -> Trouble:
        self.asked.append(request)
        self.headers.append(headers)
        if self.trouble:
            return self.trouble.popleft()
        if self.quota is not None and len(self.pictures) > self.quota:
            return Trouble(429, "Quota exceeded")
        return Trouble()

    def response(self, request: Request) -> Response:
        contents = [each.image.content for each in request.requests]
        answers = [self.answer(each) for each in contents] if self.answers else []
        return Response(responses=answers)


@contextmanager
def rest_server(
    answer: Callable[[bytes], One], tls: ssl.SSLContext | None = None
) -> Iterator[Vision]:
    vision = Vision(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = Request.from_json(body)
            trouble = vision.take(request, dict(self.headers))
            time.sleep(trouble.late_s)
            if not self.path.startswith(PATH):
                trouble = Trouble(404, "no such method")
            try:
                self._reply(trouble, request)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client would not wait

        def _reply(self, trouble: Trouble, request: Request) -> None:
            content = trouble.body
            if content is None and trouble.status:
                error = {"code": trouble.status, "message": trouble.message}
                content = json.dumps({"error": error}).encode()
            elif content is None:
                text = Response.to_json(
                    vision.response(request), use_integers_for_enums=True
                )
                content = text.encode()
            self.send_response_only(trouble.status or 200)
            if "Date" not in dict(trouble.headers):
                self.send_header("Date", self.date_time_string())
            self.send_header("Content-Type", trouble.content_type)
            self.send_header("Content-Length", str(len(content)))
            for name, value in trouble.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: trouble.cut_after])
            if trouble.cut_after is not None:
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
    vision.url = f"{scheme}://{host}:{server.server_port}"
    try:
        yield vision
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def grpc_server(answer: Callable[[bytes], One]) -> Iterator[Vision]:
    vision = Vision(answer)

    def annotate(request: Request, context: grpc.ServicerContext) -> Response:
        headers = {key: str(value) for key, value in context.invocation_metadata()}
        trouble = vision.take(request, headers)
        time.sleep(trouble.late_s)
        if trouble.status:
            context.abort_with_status(_status(trouble))
        return vision.response(request)

    handler = grpc.unary_unary_rpc_method_handler(
        annotate,
        request_deserializer=Request.deserialize,
        response_serializer=Response.serialize,
    )
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(
                SERVICE, {"BatchAnnotateImages": handler}
            ),
        )
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    vision.url = f"http://127.0.0.1:{port}"
    try:
        yield vision
    finally:
        server.stop(0).wait()


def _status(trouble: Trouble) -> Any:  # Any: grpc.Status, by grpc_status
    details = []
    if trouble.retry_after_s:
        packed = AnyMessage()
        delay = Duration(seconds=trouble.retry_after_s)
        packed.Pack(error_details_pb2.RetryInfo(retry_delay=delay))
        details.append(packed)
    code: int = GRPC_CODES[trouble.status].value[0]
    return rpc_status.to_status(
        status_pb2.Status(code=code, message=trouble.message, details=details)
    )


@dataclass(frozen=True, slots=True)
class Word:
    """Some text on a picture; each character is as wide as it is narrow: 0.6."""

    text: str
    x: float = 10.0  # of its left upper corner
    y: float = 10.0
    height: float = 40.0
    confidence: float = 0.9  # 0: Google does not say


def saw(*words: Word) -> One:
    """As Google has it: one block with one paragraph, a symbol a character."""
    paragraph = vision_v1.Paragraph(words=[_word(each) for each in words])
    page = vision_v1.Page(blocks=[vision_v1.Block(paragraphs=[paragraph])])
    text = "\n".join(each.text for each in words)
    return One(full_text_annotation=vision_v1.TextAnnotation(pages=[page], text=text))


def _word(word: Word) -> vision_v1.Word:
    width = 0.6 * word.height
    symbols = []
    for place, char in enumerate(word.text):
        x1, y1 = word.x + place * width, word.y
        x2, y2 = x1 + 0.9 * width, y1 + word.height
        corners: Sequence[tuple[float, float]] = (
            (x1, y1),
            (x2, y1),
            (x2, y2),
            (x1, y2),
        )
        symbols.append(
            vision_v1.Symbol(
                text=char,
                confidence=word.confidence,
                bounding_box=vision_v1.BoundingPoly(
                    vertices=[vision_v1.Vertex(x=int(x), y=int(y)) for x, y in corners]
                ),
            )
        )
    return vision_v1.Word(symbols=symbols)
