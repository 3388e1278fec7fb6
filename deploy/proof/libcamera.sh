#!/bin/sh
# Run our Raspberry Pi camera on the real picamera2 and libcamera, without a camera:
#   sudo deploy/proof/libcamera.sh FOLDER
# libcamera's virtual camera plays drawn scenes, whose plates have to be read. FOLDER takes
# about 2 GB and is used again the next time. Needs debootstrap, x86-64 and a network.
set -eu

FOLDER=${1:?"Name a folder for the root: deploy/proof/libcamera.sh FOLDER"}
HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$HERE/../.." && pwd)
ROOT=$FOLDER/root
PROGRAMS=/srv/programs/bin
SCENES=/srv/scenes
VIRTUAL=/usr/share/libcamera/pipeline/virtual/virtual.yaml
PACKAGES="gcc libc6-dev libcap-dev python3-dev python3-venv python3-libcamera \
    libcamera-tools python3-av python3-pil python3-prctl python3-libarchive-c"

inside() {
    # shellcheck disable=SC2016 # the inner shell's
    unshare --mount sh -eu -c '
        root=$1 && shift
        mount --bind /proc "$root/proc"
        mount --bind /dev "$root/dev"
        mount --bind /sys "$root/sys"
        exec chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@"
    ' sh "$ROOT" "$@"
}

make_root() {
    [ -x "$ROOT/usr/bin/apt-get" ] || debootstrap --variant=minbase \
        --include=ca-certificates,python3 trixie "$ROOT" http://deb.debian.org/debian
    cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
    [ ! -r /etc/pip.conf ] || cp /etc/pip.conf "$ROOT/etc/pip.conf"
    cp /etc/ssl/certs/ca-certificates.crt "$ROOT/srv/certificates.pem"
    if ! [ -x "$ROOT/usr/bin/cam" ] || ! [ -x "$ROOT/usr/bin/gcc" ]; then
        # shellcheck disable=SC2086 # one word a package
        inside apt-get install -qq --yes --no-install-recommends $PACKAGES
    fi
}

install_programs() {
    rm -rf "$ROOT/srv/edge-anpr" && mkdir -p "$ROOT/srv/edge-anpr"
    git -C "$SOURCE" ls-files -z --cached --others --exclude-standard |
        (cd "$SOURCE" && tar --null --files-from - --create) |
        tar -C "$ROOT/srv/edge-anpr" -x
    [ -x "$ROOT$PROGRAMS/pip" ] ||
        inside python3 -m venv --system-site-packages "$(dirname "$PROGRAMS")"
    inside env PIP_CERT=/srv/certificates.pem "$PROGRAMS/pip" install --quiet \
        --requirement /srv/edge-anpr/requirements.lock
    picamera2=$(sed -n 's/ \\$//; s/^\(picamera2==.*\)/\1/p' \
        "$SOURCE/tests/camera/picamera2.lock")
    inside env PIP_CERT=/srv/certificates.pem "$PROGRAMS/pip" install --quiet "$picamera2"
    inside env PIP_CERT=/srv/certificates.pem "$PROGRAMS/pip" install --quiet --no-deps \
        /srv/edge-anpr
    inside cc -shared -fPIC /srv/edge-anpr/deploy/proof/camera/no_dma_heap.c \
        -o /srv/no_dma_heap.so
}

# A camera of 1280 x 720 that shows two scenes in turn.
make_camera() {
    mkdir -p "$ROOT$SCENES" "$ROOT$(dirname "$VIRTUAL")"
    for number in 0 1; do
        inside "$PROGRAMS/edge-anpr" sample "$SCENES/$number.jpg" --seed 1 --plates 2
    done >"$ROOT/srv/texts"
    cat >"$ROOT$VIRTUAL" <<END
"Virtual0":
  supported_formats:
    - width: 1280
      height: 720
      frame_rates: [30, 60]
    - width: 320
      height: 180
      frame_rates: [30, 60]
  frames:
    path: "$SCENES/"
    scale_mode: "fill"
  location: "CameraLocationFront"
  model: "Virtual"
END
    inside cam --list
}

make_root
install_programs
make_camera
# shellcheck disable=SC2046 # one word a plate
inside env LD_PRELOAD=/srv/no_dma_heap.so PYTHONPATH=/srv/edge-anpr LIBCAMERA_LOG_LEVELS=*:ERROR \
    "$PROGRAMS/python" /srv/edge-anpr/deploy/proof/camera/run.py $(sort -u "$ROOT/srv/texts")
