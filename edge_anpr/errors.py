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


class SampleImpossible(AnprError):
    """No such scene can be drawn, or not put there; ask for another."""


class BenchFailed(AnprError):
    """A program that was to be timed did not run; its own fault says why."""
