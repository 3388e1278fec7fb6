# shellcheck shell=sh
# A program does not know the tables of a later one, so what an upgrade migrates is kept
# until the new version has come up.

KEPT=before-upgrade # a folder beside each database
STOPPED= # cameras, for as long as it takes

keep_databases() {
    [ -n "$OLD" ] && [ "$(schema_of "$NEW")" != "$(schema_of "$OLD")" ] || return 0
    for each in $(cameras); do
        [ -e "$STATE/$each/sightings.db" ] || continue
        if is_systemd_here; then
            STOPPED="$STOPPED $each"
            systemctl stop "edge-anpr@$each"
        fi
        install -d -m 0700 "$STATE/$each/$KEPT"
        cp -a "$STATE/$each"/sightings.db* "$STATE/$each/$KEPT/" ||
            { drop_databases; fail "No room to keep the sightings; make some. $(nothing_changed)"; }
    done
}

# However the installer ends; what runs by then is left alone.
start_stopped() {
    for each in $STOPPED; do
        systemctl start --no-block "edge-anpr@$each" ||
            warn "Camera $each is stopped: systemctl start edge-anpr@$each"
    done
}

restore_databases() {
    for each in $(cameras); do
        [ -d "$STATE/$each/$KEPT" ] || continue
        warn "Camera $each: what the new version may have stored is given up."
        rm -f "$STATE/$each"/sightings.db*
        mv "$STATE/$each/$KEPT"/sightings.db* "$STATE/$each/"
    done
    drop_databases
}

drop_databases() {
    for each in $(cameras); do
        rm -rf "${STATE:?}/$each/$KEPT"
    done
}

schema_of() {
    "$1/bin/python" -c \
        'from edge_anpr.storage.schema import MIGRATIONS; print(len(MIGRATIONS))'
}
