"""Write pictures with their plates drawn in."""

import os
from collections.abc import Sequence
from pathlib import Path

from edge_anpr.errors import AnnotationFailed
from edge_anpr.recognition.drawing import draw_plates, encode
from edge_anpr.recognition.picture_file import write_picture
from edge_anpr.stills.reading import StillReading


class Annotator:
    """Writes annotated copies into one folder, in sub-folders as the pictures lie.

    So two pictures of one name never meet, and a picture never loses its name.
    """

    def __init__(self, folder: Path, pictures: Sequence[str]) -> None:
        """pictures: all that will come, because their common folder is left out."""
        self._folder = folder.resolve()
        folders = [_resolved(picture).parent for picture in pictures]
        self._common = Path(os.path.commonpath(folders)) if folders else self._folder

    def write(self, reading: StillReading) -> None:
        """Raise AnnotationFailed, and PictureUnreadable for one beyond its format."""
        picture = _resolved(reading.path)
        copy = self._folder / picture.relative_to(self._common)
        if copy == picture:
            raise AnnotationFailed(
                f"{reading.path}: annotating would overwrite the picture itself; "
                "give another folder."
            )
        content = encode(draw_plates(reading.pixels, reading.plates), copy.suffix)
        try:
            write_picture(copy, content)
        except OSError as error:
            raise AnnotationFailed(
                f"{copy}: cannot be written ({error.strerror}); "
                "give a folder with room that you may write to."
            ) from error


def _resolved(picture: str) -> Path:
    # Path.resolve raises at a link that leads to itself.
    return Path(os.path.realpath(picture))
