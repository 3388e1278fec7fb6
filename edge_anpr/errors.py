"""Every fault we expect, by name. Anything else is a bug and ends the process."""


class AnprError(Exception):
    """A fault with a sentence for the user; the command line exits with 2."""


class ConfigError(AnprError):
    """The settings are wrong; nothing works until someone mends them."""


class ModelMismatch(AnprError):
    """A model, its card and its runtime do not fit together; do not use it."""


class PictureUnreadable(AnprError):
    """This picture cannot be read; the next one may well be."""


class PathEmpty(AnprError):
    """A folder or pattern leads to no picture; the other paths may."""


class AnnotationFailed(AnprError):
    """An annotated picture could not be written; nor will the next be."""


class OutputFailed(AnprError):
    """Standard output takes no more; what follows would be lost, too."""


class SampleImpossible(AnprError):
    """No such scene can be drawn, or not put there; ask for another."""


class BrokerMissing(AnprError):
    """The demo has no broker to show anything with; install one."""


class BenchFailed(AnprError):
    """A program that was to be timed did not run; its own fault says why."""


class DeliveryFailed(AnprError):
    """The destination could not be reached or did not answer; try again later."""


class DeliveryForbidden(DeliveryFailed):
    """The destination takes nothing of this kind for now; send what is of another."""


class HungUp(DeliveryFailed):
    """The destination hung up instead of answering; perhaps it will never take this."""


class TimedOut(DeliveryFailed):
    """The destination was silent on this; perhaps it is too much for the line."""


class DeliveryRefused(AnprError):
    """The destination will never take this; keep it with the reason, send the next."""


class StorageFailed(AnprError):
    """The database could not be used just now; go on, and try again later."""


class DiskUnusable(StorageFailed):
    """Nothing can be written until someone mends the disk; go on in memory."""


class DiskFull(DiskUnusable):
    """Neither the disk nor the quota has room for this, even after tidying up."""


class DiskReadOnly(DiskUnusable):
    """The disk can be read, and that is all."""


class DiskFailing(DiskUnusable):
    """The disk gives errors, as a card does at its end; reading may fail, too."""


class DatabaseDamaged(StorageFailed):
    """The database file is damaged; start again, and a fresh one begins."""


class DatabaseTooNew(StorageFailed):
    """A later version has written it; leave it as it is, and do not start."""


class FolderInUse(StorageFailed):
    """Another service keeps its sightings in the folder; do not start."""


class SightingUnknown(AnprError):
    """There is no such sighting, or no longer."""


class NotYetFinal(AnprError):
    """The vehicle is still in view; its plate cannot be corrected yet."""


class RevisionTaken(AnprError):
    """Another revision came first; read the latest and build on that."""


class CameraLost(AnprError):
    """The camera gives no more frames; close it and open it again later."""


class WatchListBroken(AnprError):
    """A watch list cannot be used as it is; keep the one before, and say so."""


class WatchListUnreadable(WatchListBroken):
    """The file cannot be read just now; try again, though it has not changed."""


class ReviewFailed(AnprError):
    """The reviewer could not be reached or did not answer; ask again later."""

    def __init__(
        self, says: str, *, is_billed: bool = True, retry_after_s: float = 0.0
    ) -> None:
        """is_billed: in doubt it is. retry_after_s: the least that was asked for."""
        super().__init__(says)
        self.is_billed = is_billed
        self.retry_after_s = retry_after_s


class ReviewForbidden(AnprError):
    """The reviewer refuses us; do not ask again before someone mends the cause."""
