# shellcheck shell=sh
# The user, folders, settings and secrets of one camera. What is there already stays.
# Sets PASSWORD when the page has been given one.

PASSWORD=
SECRETS="mqtt mqtt-key camera cloud"

make_user() {
    for group in video render; do # render is missing on systems without a display
        getent group "$group" >/dev/null || groupadd --system "$group"
    done
    id "$SERVICE_USER" >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir "$STATE" --no-create-home \
            --shell /usr/sbin/nologin "$SERVICE_USER"
}

make_settings() {
    install -d -m 0755 "$SETTINGS" "$STATE"
    install -d -m 0700 "$SETTINGS/secrets" "$SETTINGS/secrets/$CAMERA"
    install -d -m 0700 -o "$SERVICE_USER" -g "$SERVICE_USER" "$STATE/$CAMERA"
    for secret in $SECRETS; do
        [ -e "$SETTINGS/secrets/$CAMERA/$secret" ] ||
            install -m 0600 /dev/null "$SETTINGS/secrets/$CAMERA/$secret"
    done
    file=$SETTINGS/$CAMERA.yaml
    [ ! -e "$file" ] || return 0
    port=$(free_port) # while the file is not there, and has none
    # Not secret in itself, but nobody else's business.
    install -m 0640 -g "$SERVICE_USER" /dev/null "$file"
    sed -e "s/@CAMERA@/$CAMERA/g" -e "s/@DEVICE@/$(device_id)/" -e "s/@PORT@/$port/" \
        "$HERE/settings/$BOARD.yaml" >"$file"
    say "Settings for a first try are in $file"
}

# The first for a page, from the usual one on, that is no other camera's.
free_port() {
    "$NEW/bin/python" - "$SETTINGS"/*.yaml <<'END'
import sys
from itertools import count
from pathlib import Path
from edge_anpr.config import load_config
from edge_anpr.config.web import WebConfig
from edge_anpr.errors import ConfigError

def port(file: Path) -> int | None:
    try:
        return load_config(file).web.port
    except ConfigError:
        return None  # one to be mended, or no camera's

taken = {port(Path(name)) for name in sys.argv[1:]}
print(next(each for each in count(WebConfig().port) if each not in taken))
END
}

# Unique in a fleet whose boards have names of their own; 48 characters at most.
device_id() {
    board=$(hostname | tr 'A-Z_.' 'a-z--' | tr -dc 'a-z0-9-' | cut -c "-$((47 - ${#CAMERA}))")
    printf '%s-%s' "$board" "$CAMERA"
}

# Shown once, kept as a hash. A camera that has one keeps it.
set_page_password() {
    ! has_page_password || return 0
    password=$(head -c 9 /dev/urandom | base64 | tr '+/' 'xy')
    printf '%s\n' "$password" | as_service "$PROGRAMS/current/bin/edge-anpr" \
        set-password -c "$SETTINGS/$CAMERA.yaml" --name operator >/dev/null
    PASSWORD=$password
}

# Wherever its settings keep it.
has_page_password() {
    "$PROGRAMS/current/bin/python" - "$SETTINGS/$CAMERA.yaml" <<'END'
import sys
from pathlib import Path
from edge_anpr.config import load_config
from edge_anpr.web.device import password_file

sys.exit(not password_file(load_config(Path(sys.argv[1]))).exists())
END
}

as_service() {
    setpriv --reuid "$SERVICE_USER" --regid "$SERVICE_USER" --init-groups "$@"
}

# Of everything but the program, which would find the service's camera taken.
check_camera() {
    is_systemd_here || return 0
    ! systemctl is-active --quiet "edge-anpr@$CAMERA" || return 0
    say "Checking camera $CAMERA:"
    set --
    for secret in $SECRETS; do
        set -- "$@" -p "LoadCredential=$secret:$SETTINGS/secrets/$CAMERA/$secret"
    done
    systemd-run --quiet --wait --collect --pipe -p User="$SERVICE_USER" \
        -p SupplementaryGroups="video render" "$@" \
        "$PROGRAMS/current/bin/edge-anpr" check -c "$SETTINGS/$CAMERA.yaml" || true
}
