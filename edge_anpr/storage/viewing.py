"""Look at the database without being able to change it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from edge_anpr.storage.faults import faults_by_name

BUSY_S = 2.0  # a browser may ask again


class View:
    """Reads a database that others write; safe to use from any thread."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.absolute().as_uri()}?mode=ro"
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state for as long as it lasts; raise StorageFailed.

        Each time a connection of its own: it costs less than a millisecond, and no
        thread that has ended keeps one open.
        """
        with faults_by_name(self._path):
            connection = sqlite3.connect(
                self._uri, uri=True, timeout=BUSY_S, isolation_level=None
            )
            with closing(connection):
                connection.row_factory = sqlite3.Row
                connection.execute("pragma query_only = on")
                connection.execute("begin")
                yield connection
