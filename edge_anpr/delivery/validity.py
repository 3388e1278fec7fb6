"""When certificates begin and end; Python tells only of an authority's or a peer's."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]*CERTIFICATE-----(.+?)-----END", re.DOTALL)
VERSION = 0xA0  # tags of DER; this one is left out of the oldest certificates
UTC_TIME = 0x17  # with two digits of the year
MANY_BYTES = 0x80  # a length that takes more than one


@dataclass(frozen=True, slots=True)
class Validity:
    """For how long a certificate holds; UTC."""

    begins: datetime
    ends: datetime


def validities(pem: bytes) -> list[Validity]:
    """Of every certificate there; raise ValueError where one is damaged."""
    return [_validity(base64.b64decode(each)) for each in PEM.findall(pem)]


def _validity(der: bytes) -> Validity:
    """As sections 4.1 and 4.1.2.5 of RFC 5280 have it."""
    try:
        _, certificate = next(_parts(der))
        _, signed = next(_parts(certificate))
        _serial, _algorithm, _issuer, validity, *_ = (
            content for tag, content in _parts(signed) if tag != VERSION
        )
        begins, ends = (_time(*each) for each in _parts(validity))
    except (IndexError, StopIteration) as error:
        raise ValueError("This is not a certificate.") from error
    return Validity(begins, ends)


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of one after the other; raise IndexError when it is cut off."""
    while der:
        tag, length, start = der[0], der[1], 2
        if length & MANY_BYTES:
            start += length - MANY_BYTES
            length = int.from_bytes(der[2:start], "big")
        yield tag, der[start : start + length]
        der = der[start + length :]


def _time(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii")
    if tag == UTC_TIME:
        text = f"{'19' if text >= '50' else '20'}{text}"
    return datetime.strptime(text, "%Y%m%d%H%M%S%z")
