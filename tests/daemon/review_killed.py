"""Die by kill -9 after the units are counted and before the first byte is sent.

Run as a program: python -m tests.daemon.review_killed FOLDER
"""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.config.review import ReviewConfig
from edge_anpr.config.watchlist import WatchlistConfig
from edge_anpr.daemon.review_round import ReviewRound
from edge_anpr.review import Answer
from edge_anpr.review.merging import Merger
from edge_anpr.review.wanting import Wanting
from edge_anpr.storage.review_units import Allowance
from edge_anpr.tracking.watch_lists import WatchLists
from tests.storage.making import Storage


class Deadly:
    """Never gets as far as to ask."""

    name = "deadly"
    most_pictures = 16

    def read(self, pictures: Sequence[bytes]) -> list[Answer]:
        os.kill(os.getpid(), signal.SIGKILL)
        return [Answer() for _ in pictures]


def main() -> None:
    storage = Storage(Path(sys.argv[1]))
    lists = WatchLists(WatchlistConfig())
    ReviewRound(
        Deadly(),
        Wanting(ReviewConfig(), lists, has_formats=False),
        Merger(FormatsConfig(), lists),
        storage.db,
        storage.sightings,
        (),
        Allowance(40, 40),
        timedelta(days=7),
    ).go(16, datetime.now(UTC))


if __name__ == "__main__":
    main()
