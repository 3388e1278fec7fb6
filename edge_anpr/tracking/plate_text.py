"""Bring plates that people have typed to the characters that the reader gives."""

import unicodedata

# Greek and Cyrillic capitals that are drawn like Latin ones.
_LOOKS_LATIN = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405",
    "ABEZHIKMNOPTYXABEKMHOPCTXIJS",
)
_GAPS = str.maketrans("", "", " \t\u00a0-\u2010\u2011\u2013._/\u00b7")


def plain(text: str) -> str:
    """Capitals without accents, gaps and hyphens; other characters stay."""
    letters = unicodedata.normalize("NFKD", text.upper())
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return bare.translate(_LOOKS_LATIN).translate(_GAPS).strip()
