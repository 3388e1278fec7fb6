# shellcheck shell=sh
# Start the cameras, and go back to the previous version when they do not come up.

JOURNAL=/var/log/journal # empty while it is in memory
STEADY_S=10 # a service that has been up for so long has read its plate, and stays

is_systemd_here() {
    [ -d /run/systemd/system ]
}

# Each has secrets; what has none is something else, such as a watch list.
cameras() {
    for file in "$SETTINGS"/*.yaml; do
        name=$(basename "$file" .yaml)
        if [ -e "$file" ] && { [ "$name" = "$CAMERA" ] || [ -d "$SETTINGS/secrets/$name" ]; }
        then
            printf '%s\n' "$name"
        fi
    done
}

put_in_place() {
    keep_databases
    switch_to "$NEW"
}

start_or_go_back() {
    if ! is_systemd_here; then
        systemctl enable --quiet "edge-anpr@$CAMERA" 2>/dev/null || true
        say "systemd does not run here; the service starts with the system."
        return
    fi
    systemctl daemon-reload
    systemctl enable --quiet "edge-anpr@$CAMERA"
    for each in $(cameras); do
        start "$each" || go_back "$each"
    done
}

# Whether it says that it is ready, reads a drawn plate, and stays up.
start() {
    say "Starting camera $1"
    systemctl reset-failed "edge-anpr@$1" 2>/dev/null || true
    BEGAN_S=$(date +%s)
    timeout 150 systemctl restart "edge-anpr@$1" || return 1
    process=$(property MainPID "$1")
    sleep "$STEADY_S"
    [ "$(property ActiveState "$1")" = active ] || return 1
    [ "$(property MainPID "$1")" = "$process" ] || return 1
    case $(property StatusText "$1") in
        Cannot*) return 1 ;;
    esac
}

property() {
    systemctl show --property "$1" --value "edge-anpr@$2"
}

go_back() {
    say "Camera $1 does not come up with version $(basename "$NEW"):"
    journalctl --quiet --no-pager --lines 8 --output cat --unit "edge-anpr@$1" \
        --since "@$BEGAN_S" >&2 || true
    if [ -z "$OLD" ]; then
        fail "Mend what it says; then: systemctl restart edge-anpr@$1"
    fi
    for each in $(cameras); do
        systemctl stop "edge-anpr@$each"
    done
    switch_to "$OLD"
    restore_databases
    systemctl daemon-reload
    runs=", which runs again"
    for each in $(cameras); do
        systemctl restart "edge-anpr@$each" ||
            { runs=; warn "Camera $each does not come up with it either."; }
    done
    rm -rf "$NEW"
    fail "Went back to $(basename "$OLD")$runs."
}

# The journal writes more to a card than the service does.
mind_the_card() {
    [ "$BOARD" != pc ] || return 0
    [ -z "$(find "$JOURNAL" -name '*.journal' 2>/dev/null)" ] ||
        say "The journal writes to the card; $NEW/deploy/raspberry-pi.md keeps it off."
}

say_goodbye() {
    say "Installed $(basename "$NEW")."
    port=$("$NEW/bin/python" -c 'import sys
from pathlib import Path
from edge_anpr.config import load_config
print(load_config(Path(sys.argv[1])).web.port)' "$SETTINGS/$CAMERA.yaml")
    say "The page: http://$(hostname).local:$port/ or http://$(address):$port/"
    [ -z "$PASSWORD" ] ||
        say "Log in as operator with $PASSWORD (it is shown this once; keep it)"
    say "What happens: journalctl -fu edge-anpr@$CAMERA"
    mind_the_card
}

address() {
    first=$(hostname -I 2>/dev/null | cut -d ' ' -f 1)
    printf '%s' "${first:-127.0.0.1}"
}
