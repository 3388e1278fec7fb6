#!/bin/sh
# Build the Dockerfile and run what comes of it, without Docker and without its hub:
#   sudo deploy/proof/container.sh FOLDER
# buildah takes a root of Debian trixie (Python 3.13) for the base image. FOLDER takes
# about 4 GB and is used again the next time. Needs buildah, debootstrap and a network.
set -eu

FOLDER=${1:?"Name a folder for the images: deploy/proof/container.sh FOLDER"}
HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$HERE/../.." && pwd)
ROOT=$FOLDER/base
CLEAN=$FOLDER/source
RUN=$FOLDER/run
CONFIG=/etc/edge-anpr/config.yaml
PROGRAM=/opt/edge-anpr/bin/edge-anpr

with_buildah() {
    buildah --storage-driver vfs --root "$FOLDER/images" --runroot "$FOLDER/containers" "$@"
}

make_base() {
    [ -x "$ROOT/usr/bin/python3" ] || debootstrap --variant=minbase \
        --include=ca-certificates,python3,python3-venv trixie "$ROOT" \
        http://deb.debian.org/debian
    ln -sf /usr/bin/python3 "$ROOT/usr/local/bin/python"
    [ ! -r /etc/pip.conf ] || cp /etc/pip.conf "$ROOT/etc/pip.conf"
    cp /etc/ssl/certs/ca-certificates.crt "$ROOT/etc/ssl/certs/"
    base=$(with_buildah from scratch)
    with_buildah add --quiet "$base" "$ROOT" /
    with_buildah commit --quiet --rm "$base" localhost/base
}

build() {
    rm -rf "$CLEAN" && mkdir -p "$CLEAN"
    git -C "$SOURCE" ls-files -z --cached --others --exclude-standard |
        (cd "$SOURCE" && tar --null --files-from - --create) | tar -C "$CLEAN" -x
    with_buildah build --quiet --isolation chroot --format docker --build-arg BASE=localhost/base \
        --file "$CLEAN/deploy/Dockerfile" --tag localhost/edge-anpr "$CLEAN"
}

inside() {
    with_buildah run --isolation chroot --volume "$RUN:/srv:ro" \
        --volume "$RUN/config.yaml:$CONFIG:ro" "$CONTAINER" -- "$@"
}

# Two drawn scenes in turn, for longer than this takes.
make_recording() {
    rm -rf "$RUN" && mkdir -p "$RUN/clip"
    printf '%s\n' 'camera: {kind: replay, replay: {path: /srv/clip, interval_s: 0.5}}' \
        'storage: {folder: /var/lib/edge-anpr}' >"$RUN/config.yaml"
    for seed in 0 1; do
        inside "$PROGRAM" sample /tmp/scene.jpg --seed "$seed" >/dev/null
        inside cat /tmp/scene.jpg >"$RUN/$seed.jpg"
    done
    for number in $(seq 1000 1999); do
        ln -s "../$((number % 2)).jpg" "$RUN/clip/$number.jpg"
    done
}

make_base
build
CONTAINER=$(with_buildah from localhost/edge-anpr)
make_recording
inside sh -c 'id -un && test ! -w /opt/edge-anpr && test -w /var/lib/edge-anpr'
inside "$PROGRAM" check --config "$CONFIG" --only settings --only models --only disk
cp "$HERE/inside_container.py" "$RUN/"
inside python /srv/inside_container.py "$PROGRAM" run --config "$CONFIG"
with_buildah rm "$CONTAINER" >/dev/null
