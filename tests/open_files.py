"""A system in which no file can be opened any more."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def none_to_spare() -> Iterator[None]:
    """As where a program has opened as many as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
