"""Which sightings are worth a second opinion, and which nobody else may see."""

from edge_anpr.config.review import ReviewConfig
from edge_anpr.records import Sighting, Stage
from edge_anpr.tracking.watch_lists import WatchLists

UNDECIDED = "similar"  # a match that a better reading may confirm or undo


class Wanting:
    """May be asked by any thread."""

    def __init__(
        self, config: ReviewConfig, watch_lists: WatchLists, *, has_formats: bool
    ) -> None:
        """has_formats: national formats are configured."""
        self._config = config
        self._watch_lists = watch_lists
        self._has_formats = has_formats

    def wants(self, sighting: Sighting) -> bool:
        return (
            sighting.stage is Stage.FINAL
            and sighting.crop_jpeg is not None
            and self._is_doubtful(sighting)
            and not _is_decided(sighting)
            and not self.is_private(sighting)
        )

    def is_private(self, sighting: Sighting) -> bool:
        """Whether anything that it may say is on a private list."""
        texts = (each.text for each in sighting.alternatives)
        return any(
            map(
                self._watch_lists.is_private,
                {sighting.plate, sighting.raw_text, *texts},
            )
        )

    def _is_doubtful(self, sighting: Sighting) -> bool:
        fits_none = self._has_formats and sighting.format is None
        return sighting.confidence < self._config.below_confidence or (
            self._config.unless_format_fits and fits_none
        )


def _is_decided(sighting: Sighting) -> bool:
    return sighting.match is not None and not sighting.match.why.startswith(UNDECIDED)
