"""Save sightings without end and print the id of each once it is stored.

Run as a program: python saving.py FOLDER FIRST_NUMBER
"""

import os
import sys
from pathlib import Path

from tests.storage.making import CROP, SIGHTING, Storage, sighting


def main() -> None:
    # Far from its quota: a quick machine must not give up crops here.
    storage = Storage(Path(sys.argv[1]), max_mb=512)
    number = int(sys.argv[2])
    while True:
        each = sighting(number, crop=os.urandom(5000))
        storage.sightings.save(each, [SIGHTING, CROP])
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main()
