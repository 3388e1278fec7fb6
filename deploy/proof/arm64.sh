#!/bin/sh
# Install in a root of 64-bit Arm Debian, read a drawn scene there, and compare:
#   sudo deploy/proof/arm64.sh FOLDER bookworm     Python 3.11, with the system's NumPy 1
#   sudo deploy/proof/arm64.sh FOLDER trixie       Python 3.13
# FOLDER takes about 2 GB and is used again the next time. Needs debootstrap,
# qemu-user-static with binfmt-support, a network, and edge-anpr on this computer
# (EDGE_ANPR=.venv/bin/edge-anpr).
set -eu

FOLDER=${1:?"Name a folder for the root: deploy/proof/arm64.sh FOLDER bookworm"}
SUITE=${2:?"Name bookworm or trixie"}
EDGE_ANPR=${EDGE_ANPR:-edge-anpr}
HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$HERE/../.." && pwd)
ROOT=$FOLDER/$SUITE-arm64
WHEELS=$FOLDER/$SUITE-wheels
case $SUITE in
    bookworm) PYTHON_VERSION=3.11 ;;
    *) PYTHON_VERSION=3.13 ;;
esac

make_root() {
    [ -x "$ROOT/usr/bin/python3" ] || debootstrap --arch=arm64 --variant=minbase \
        --include=python3,python3-venv,ca-certificates \
        "$SUITE" "$ROOT" http://deb.debian.org/debian
    cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
    # As on Raspberry Pi OS, where picamera2 brings it along.
    [ -d "$ROOT/usr/lib/python3/dist-packages/numpy" ] ||
        on_arm apt-get install -qq --yes --no-install-recommends python3-numpy
}

# LiteRT needs /proc and /sys, and a processor in them that it knows.
on_arm() {
    # shellcheck disable=SC2016 # the inner shell's
    unshare --mount sh -eu -c '
        root=$1 && shift
        mount --bind /proc "$root/proc"
        mount --bind "$root/srv/cpuinfo" "$root/proc/cpuinfo"
        mount --rbind --make-rslave /sys "$root/sys"
        mount --bind /dev "$root/dev"
        QEMU_CPU=cortex-a72 exec chroot "$root" "$@"
    ' sh "$ROOT" "$@"
}

describe_processor() {
    mkdir -p "$ROOT/srv"
    for core in 0 1 2 3; do
        printf 'processor\t: %s\nBogoMIPS\t: 108.00\n' "$core"
        printf 'Features\t: fp asimd evtstrm crc32 cpuid\nCPU implementer\t: 0x41\n'
        printf 'CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd08\n'
        printf 'CPU revision\t: 3\n\n'
    done >"$ROOT/srv/cpuinfo"
}

copy_source() {
    rm -rf "$ROOT/srv/edge-anpr" && mkdir -p "$ROOT/srv/edge-anpr"
    git -C "$SOURCE" ls-files -z --cached --others --exclude-standard |
        (cd "$SOURCE" && tar --null --files-from - --create) |
        tar -C "$ROOT/srv/edge-anpr" -x
    [ -d "$WHEELS" ] || "$SOURCE/deploy/wheels.sh" "$WHEELS" "$PYTHON_VERSION"
    rm -f "$WHEELS"/edge_anpr-*
    python3 -m pip wheel --quiet --no-deps --wheel-dir "$WHEELS" "$ROOT/srv/edge-anpr"
    rm -rf "$ROOT/srv/wheels" && cp -r "$WHEELS" "$ROOT/srv/wheels"
}

read_both() {
    for seed in 1 2 3; do
        "$EDGE_ANPR" sample "$ROOT/srv/$seed.png" --seed "$seed" --plates 3 >/dev/null
    done
    "$EDGE_ANPR" read --json "$ROOT"/srv/[1-3].png >"$ROOT/srv/here.json"
    on_arm edge-anpr read --json /srv/1.png /srv/2.png /srv/3.png >"$ROOT/srv/there.json"
    python3 "$HERE/compare_reads.py" "$ROOT/srv/here.json" "$ROOT/srv/there.json"
}

describe_processor
make_root
copy_source
on_arm /srv/edge-anpr/deploy/install.sh --purge
on_arm /srv/edge-anpr/deploy/install.sh --camera gate --offline /srv/wheels
on_arm edge-anpr --version
on_arm edge-anpr check -c /etc/edge-anpr/gate.yaml --only settings --only models --only disk
on_arm /opt/edge-anpr/current/bin/python -c \
    'import numpy, cv2, sys; print("Python", sys.version.split()[0], "NumPy", numpy.__version__, "OpenCV", cv2.__version__)'
read_both
