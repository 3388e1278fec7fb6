#!/bin/sh
# Gather what a board without a network needs, on a computer with one:
#   deploy/wheels.sh wheels/            for Raspberry Pi OS Bookworm
#   deploy/wheels.sh wheels/ 3.13       for Trixie; any other Python likewise
# Carry this checkout with the folder to the board: deploy/install.sh --offline wheels/
set -eu

FOLDER=${1:?"Name a folder: deploy/wheels.sh wheels/"}
PYTHON_VERSION=${2:-3.11}
MACHINE=${3:-aarch64}
SOURCE=$(cd "$(dirname "$0")/.." && pwd)

# pip judges "; python_full_version < '3.12'" by the Python it runs in, not by the board's.
for_the_board() {
    python3 - "$1" "$PYTHON_VERSION" "$MACHINE" <<'END'
import sys
from pathlib import Path

from pip._vendor.packaging.markers import Marker

file, version, machine = sys.argv[1:]
board = {"python_version": version, "python_full_version": f"{version}.0",
         "sys_platform": "linux", "platform_machine": machine}
is_wanted = True
for line in Path(file).read_text().splitlines():
    if line[:1].isalpha():
        pin, _, marker = line.rstrip(" \\").partition(" ; ")
        is_wanted = not marker or Marker(marker).evaluate(board)
        line = f"{pin} \\"
    if is_wanted:
        print(line)
END
}

fetch() {
    for_the_board "$1" >"$FOLDER/wanted.txt"
    python3 -m pip download --quiet --dest "$FOLDER" --require-hashes --no-deps \
        --only-binary=:all: --python-version "$PYTHON_VERSION" \
        --platform "manylinux2014_$MACHINE" --platform "manylinux_2_17_$MACHINE" \
        --platform "manylinux_2_27_$MACHINE" --platform "manylinux_2_28_$MACHINE" \
        --platform "manylinux_2_34_$MACHINE" --requirement "$FOLDER/wanted.txt"
    rm "$FOLDER/wanted.txt"
}

mkdir -p "$FOLDER"
fetch "$SOURCE/requirements.lock"
[ "$PYTHON_VERSION" != 3.11 ] || fetch "$SOURCE/deploy/numpy1.lock"
fetch "$SOURCE/deploy/cloud.lock"
python3 -m pip wheel --quiet --no-deps --wheel-dir "$FOLDER" "$SOURCE"
