"""Compare what two computers read in the same pictures: edge-anpr read --json."""

import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

MOST_PX = 1.0  # that a box may differ by
MOST_CONFIDENCE = 0.02


def main(here: Path, there: Path) -> int:
    """0 when they read the same; prints the largest differences."""
    mine, others = _plates(here), _plates(there)
    texts, other_texts = ([each["text"] for each in one] for one in (mine, others))
    off_px = max(
        (
            abs(a - b)
            for one, other in zip(mine, others, strict=False)
            for a, b in zip(one["box"], other["box"], strict=True)
        ),
        default=0.0,
    )
    off = max(
        (
            abs(one["confidence"] - other["confidence"])
            for one, other in zip(mine, others, strict=False)
        ),
        default=0.0,
    )
    is_same = texts == other_texts and bool(texts)
    say = f"{len(texts)} plates {'alike' if is_same else 'NOT ALIKE'}, boxes within "
    sys.stdout.write(f"{say}{off_px:.2f} px, confidences within {off:.4f}\n")
    return 0 if is_same and off_px <= MOST_PX and off <= MOST_CONFIDENCE else 1


def _plates(file: Path) -> list[dict[str, Any]]:  # Any: as JSON has it
    pictures = [json.loads(line) for line in file.read_text().splitlines()]
    return sorted(
        chain.from_iterable(picture["plates"] for picture in pictures),
        key=lambda plate: plate["text"],
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
