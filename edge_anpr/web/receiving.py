"""Take in what browsers send: of what is too large no more than shows that it is."""

import json
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ErrorTask

from edge_anpr.web.safety import HEADERS

MOST_RECEIVED = 10**8  # bytes; who sends more is cut off


def receiving_server(
    app: Any,
    most_bytes: int,
    **settings: Any,  # Any, here and below: as waitress has them
) -> Any:
    """As waitress.create_server, for an app that refuses larger bodies by itself.

    A browser shows an answer only when it could send all. So a body is received to its
    end, but neither memory nor disk take more of it than a byte above most_bytes.
    """
    server: Any = create_server(
        app,
        max_request_body_size=MOST_RECEIVED,
        inbuf_overflow=most_bytes + 2,
        **settings,
    )
    server.channel_class = _Channel
    return server


class _Kept(OverflowableBuffer):
    """Begins to forget where it would begin to write on the disk."""

    def append(self, s: bytes) -> None:
        super().append(s[: self.overflow - 1 - len(self)])


class Parser(HTTPRequestParser):
    """Of one request, header and body."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:  # an empty one is false
            self.body_rcv.buf = _Kept(self.adj.inbuf_overflow)


class _Fault(ErrorTask):
    """Of requests that the page never sees: no HTTP, or cut off."""

    def execute(self) -> None:
        error = self.request.error  # type: ignore[attr-defined] # it is a parser
        body = json.dumps({"error": error.reason, "message": error.body}).encode()
        self.status = f"{error.code} {error.reason}"
        headers = {**HEADERS, "Content-Type": "application/json"}
        self.response_headers = [*headers.items()]
        self.content_length = len(body)
        self.set_close_on_finish()
        self.write(body)


class _Channel(HTTPChannel):
    parser_class = Parser
    error_task_class = _Fault
