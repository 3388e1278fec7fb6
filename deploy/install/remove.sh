# shellcheck shell=sh
# Take edge-anpr off this board.

remove_all() {
    # Also those whose settings are gone: stop takes a pattern, which disable does not.
    ! is_systemd_here || systemctl stop 'edge-anpr@*.service' || true
    rm -rf "$PROGRAMS" "$COMMAND" "$UNITS/edge-anpr@.service"
    rm -f "$UNITS"/multi-user.target.wants/edge-anpr@*.service
    ! is_systemd_here || systemctl daemon-reload
    if [ "$MODE" != purge ]; then
        say "edge-anpr is removed. Settings are still in $SETTINGS, sightings in $STATE."
        return
    fi
    rm -rf "$SETTINGS"
    ! id "$SERVICE_USER" >/dev/null 2>&1 || userdel "$SERVICE_USER"
    [ ! -d "$STATE" ] || find "$STATE" -mindepth 1 -delete ||
        fail "Sightings are still in $STATE; remove them there."
    [ ! -d "$STATE" ] || rmdir "$STATE" 2>/dev/null || true # a partition stays, empty
    say "edge-anpr is removed, with its settings and sightings."
}
