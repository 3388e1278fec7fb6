"""What the looks of a passage amount to, and which of them shows it.

A look agrees when its own text is the voted one, or becomes the same plate by the
national format. `reads` counts the agreeing among the best looks, which are kept. A
plate that is pieced together from looks of which none shows all of it has one read: the
best look, whose crop is the evidence. Otherwise the evidence is the best look that was
read as voted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_anpr.config.formats import FormatsConfig
from edge_anpr.records import PlateRead
from edge_anpr.tracking.formats.catalogue import load_formats
from edge_anpr.tracking.formats.settling import Settled, settle
from edge_anpr.tracking.look import Look
from edge_anpr.tracking.voting import Vote


@dataclass(frozen=True, slots=True)
class Finding:
    """A plate, and what it rests on."""

    settled: Settled
    vote: Vote
    reads: int  # agreeing looks, at least 1
    evidence: Look

    @property
    def char_confidences(self) -> tuple[float, ...]:
        """One per character of the plate, 0..1."""
        plate = self.settled.plate
        if len(plate) == len(self.vote.char_confidences):
            return self.vote.char_confidences
        # A runner-up of another length: no character is surer than the whole.
        return (self.vote.confidence,) * len(plate)


class Finder:
    """Settles votes by the formats of the configured countries."""

    def __init__(self, config: FormatsConfig) -> None:
        """Raise ConfigError when a country's formats are not known."""
        self._formats = load_formats(config)
        self._max_swaps = config.max_swaps

    def find(self, vote: Vote, looks: Sequence[Look]) -> Finding:
        """The plate that was voted on by these looks, all of which were read."""
        settled = self._settled(vote)
        agreeing = [look for look in looks if self._agrees(look.read, vote, settled)]
        evidence = max(
            agreeing or looks,
            key=lambda look: (
                look.read is not None and look.read.text == vote.text,
                look.weight,
            ),
        )
        return Finding(settled, vote, max(len(agreeing), 1), evidence)

    def fit(self, plate: str) -> Settled:
        """The format of a plate that is beyond doubt, and so never changed."""
        return settle(plate, (1.0,) * len(plate), (), self._formats, max_swaps=0)

    def settled(self, read: PlateRead) -> Settled:
        """The plate that a single read most likely stands for."""
        return settle(
            read.text,
            read.char_confidences,
            read.alternatives,
            self._formats,
            self._max_swaps,
        )

    def _agrees(self, read: PlateRead | None, vote: Vote, settled: Settled) -> bool:
        if not read:
            return False
        if read.text == vote.text or not settled.format:
            return read.text == vote.text
        own = settle(
            read.text, read.char_confidences, (), self._formats, self._max_swaps
        )
        return own.plate == settled.plate

    def _settled(self, vote: Vote) -> Settled:
        return settle(
            vote.text,
            vote.char_confidences,
            vote.alternatives,
            self._formats,
            self._max_swaps,
        )
