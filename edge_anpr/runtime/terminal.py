"""What may be shown on a terminal."""

from unicodedata import category


def printable(text: str) -> str:
    """So that no file's name breaks the line or commands the terminal."""
    return "".join(
        ascii(each)[1:-1] if category(each) == "Cc" else each for each in text
    )
