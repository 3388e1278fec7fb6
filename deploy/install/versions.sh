# shellcheck shell=sh
# Versions side by side in $PROGRAMS, and one that counts. Sets NEW and OLD, folders;
# OLD is empty when there was none.

OLD=
NEW=

build_version() {
    OLD=$(readlink "$PROGRAMS/current" 2>/dev/null || true)
    NEW=$PROGRAMS/versions/$(version_of_source)-$(date -u +%Y%m%dT%H%M%SZ)
    mkdir -p "$PROGRAMS/versions"
    tidy_at_the_end
    say "Installing version $(version_of_source) (some minutes)"
    # picamera2 and libcamera are the system's.
    "$PYTHON" -m venv --system-site-packages "$NEW"
    pip_install --require-hashes -r "$(lock_file)"
    if [ -n "$WHEELS" ]; then
        pip_install --no-deps edge-anpr
    else
        pip_install --no-deps "$SOURCE"
    fi
    if wants_second_opinions; then
        pip_install --require-hashes -r "$HERE/cloud.lock" ||
            fail "Google's library for second opinions is not to be had; $(nothing_changed)"
    fi
    mkdir "$NEW/deploy"
    cp "$HERE/edge-anpr@.service" "$HERE"/*.md "$SOURCE/config.yaml" "$NEW/deploy/"
}

version_of_source() {
    sed -n 's/^__version__ = "\(.*\)"/\1/p' "$SOURCE/edge_anpr/__init__.py"
}

# Whether the version that runs has Google's library, or a camera's settings ask for it.
wants_second_opinions() {
    if [ -n "$OLD" ] && "$OLD/bin/python" -c 'from importlib.metadata import version
version("google-cloud-vision")' 2>/dev/null; then
        return
    fi
    "$NEW/bin/python" - "$SETTINGS"/*.yaml <<'END'
import sys
from pathlib import Path
from edge_anpr.config import load_config
from edge_anpr.errors import ConfigError

def asks(file: Path) -> bool:
    try:
        return load_config(file).review.enabled
    except ConfigError:
        return False  # try_version says what is wrong

sys.exit(not any(asks(Path(name)) for name in sys.argv[1:]))
END
}

# On Bookworm picamera2 is made for NumPy 1 and fails beside a NumPy 2.
lock_file() {
    if "$PYTHON" -c 'import numpy, sys; sys.exit(numpy.__version__ >= "2")' 2>/dev/null
    then
        printf '%s' "$HERE/numpy1.lock"
    else
        printf '%s' "$SOURCE/requirements.lock"
    fi
}

pip_install() {
    if [ -n "$WHEELS" ]; then
        set -- --no-index --find-links "$WHEELS" "$@"
    fi
    "$NEW/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir "$@"
}

# Before anything is changed: can it read a plate, and does it take the settings?
try_version() {
    "$NEW/bin/edge-anpr" check --only models ||
        fail "Version $(version_of_source) cannot read a drawn plate here; $(nothing_changed)"
    for each in $(cameras); do
        file=$SETTINGS/$each.yaml
        "$NEW/bin/edge-anpr" check --only settings -c "$file" ||
            [ $? = 1 ] || fail "It does not take $file; mend that. $(nothing_changed)"
    done
}

nothing_changed() {
    if [ -n "$OLD" ]; then
        printf 'nothing was changed, %s goes on.' "$(basename "$OLD")"
    else
        printf 'nothing was installed.'
    fi
}

# Also when it is interrupted, which alone would end dash without its EXIT.
tidy_at_the_end() {
    trap 'drop_unfinished; start_stopped' EXIT
    trap 'exit 130' HUP INT TERM
}

drop_unfinished() {
    [ "$(readlink "$PROGRAMS/current" 2>/dev/null)" = "$NEW" ] || rm -rf "$NEW"
}

# At no moment is there none.
switch_to() {
    ln -sfn "$1" "$PROGRAMS/next"
    mv -T "$PROGRAMS/next" "$PROGRAMS/current"
    cp "$1/deploy/edge-anpr@.service" "$UNITS/edge-anpr.next"
    mv "$UNITS/edge-anpr.next" "$UNITS/edge-anpr@.service"
    ln -sfn "$PROGRAMS/current/bin/edge-anpr" "$COMMAND"
}

remove_old_versions() {
    for version in "$PROGRAMS"/versions/*; do
        case $version in
            "$NEW" | "$OLD") ;;
            *) rm -rf "$version" ;;
        esac
    done
}
