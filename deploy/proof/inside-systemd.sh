#!/bin/sh
# What systemd.sh runs inside its container; the versions lie in /srv/versions.
set -eu

CAMERA=gate
UNIT=edge-anpr@$CAMERA
UNIT_FILE=/etc/systemd/system/edge-anpr@.service
DATABASE=/var/lib/edge-anpr/$CAMERA/sightings.db

step() {
    printf '\n== %s (%s)\n' "$*" "$(date +%T)"
}

holds() {
    "$@" || { printf 'NOT SO: %s\n' "$*"; exit 1; }
    printf 'so: %s\n' "$*"
}

install_version() {
    "/srv/versions/$1/deploy/install.sh" --camera "$CAMERA" \
        --offline "/srv/versions/$1/wheels"
}

refuses_version() {
    ! install_version "$1"
}

has_google() {
    /opt/edge-anpr/current/bin/python -c 'import google.cloud.vision'
}

lacks_google() {
    ! has_google 2>/dev/null
}

runs() {
    [ "$(systemctl is-active "$UNIT")" = active ] &&
        readlink /opt/edge-anpr/current | grep -q "/$1-"
}

process() {
    systemctl show --property MainPID --value "$UNIT"
}

reads_plates() {
    [ "$(systemctl show --property StatusText --value "$UNIT")" = "Reading plates" ]
}

query() {
    /usr/bin/python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' "$DATABASE" "$1"
}

page_answers() {
    /usr/bin/python3 -c 'import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:8080/health").read(200))'
}

# The unit must not forbid the question whether the clock has been set.
may_ask_for_the_clock() {
    set --
    for rule in $(sed -n 's/^SystemCallFilter=//p' "$UNIT_FILE" | tr ' ' '|'); do
        set -- "$@" -p "SystemCallFilter=$(printf '%s' "$rule" | tr '|' ' ')"
    done
    systemd-run --quiet --wait --pipe -p User=edge-anpr -p SystemCallErrorNumber=EPERM \
        "$@" /usr/bin/python3 -c 'import ctypes, sys
sys.exit(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) < 0)'
}

# Within so many seconds: another process of the service is ready.
comes_back() {
    limit_s=$1 before=$2 began_s=$(date +%s)
    while [ "$(process)" = "$before" ] || [ "$(process)" = 0 ] ||
        [ "$(systemctl is-active "$UNIT")" != active ]; do
        [ $(($(date +%s) - began_s)) -lt "$limit_s" ] || return 1
        sleep 1
    done
    printf 'after %d s\n' $(($(date +%s) - began_s))
}

stops_within() {
    began_ms=$(date +%s%3N)
    systemctl stop "$UNIT"
    took_ms=$(($(date +%s%3N) - began_ms))
    printf 'after %d ms\n' "$took_ms"
    [ "$took_ms" -lt $(($1 * 1000)) ]
}

# No camera here: a recording of a few drawn scenes, over and over.
make_recording() {
    mkdir -p /srv/clip
    for seed in 0 1 2 3; do
        edge-anpr sample "/srv/clip/$seed.jpg" --seed "$seed" >/dev/null
    done
    for number in $(seq 1000 5000); do
        ln -sf "$((number % 4)).jpg" "/srv/clip/$number.jpg"
    done
    cat >/etc/edge-anpr/$CAMERA.yaml <<END
camera:
  kind: replay
  replay: {path: /srv/clip, interval_s: 0.5}
storage: {folder: /var/lib/edge-anpr/$CAMERA}
END
}

step "Nothing is installed"
/srv/versions/1.0.0/deploy/install.sh --purge
holds test ! -e /opt/edge-anpr

step "A first installation, without a network"
install_version 1.0.0
holds runs 1.0.0
holds reads_plates
holds may_ask_for_the_clock
holds test "$(stat -c %U /var/lib/edge-anpr/$CAMERA/page-passwords)" = edge-anpr

step "It watches a recording"
make_recording
systemctl restart "$UNIT"
sleep 15
holds runs 1.0.0
holds test "$(query 'select count(*) from sighting')" -gt 0
holds page_answers

step "The unit is as it should be"
holds systemd-analyze verify "$UNIT.service"
holds test -z "$(systemd-analyze verify "$UNIT.service" 2>&1)"
systemd-analyze security "$UNIT.service" --no-pager | tail -n 1
holds systemd-analyze security "$UNIT.service" --no-pager --threshold=25 >/dev/null

step "It stands still and is started anew"
before=$(process)
kill -STOP "$before"
holds comes_back 60 "$before"
systemctl show --property NRestarts "$UNIT"
sleep 3
holds reads_plates

step "It stops within 5 s"
holds stops_within 5

step "An upgrade keeps settings and sightings"
systemctl start "$UNIT"
cp /etc/edge-anpr/$CAMERA.yaml /srv/settings.before
sightings=$(query 'select count(*) from sighting')
install_version 1.1.0
holds runs 1.1.0
holds cmp /srv/settings.before /etc/edge-anpr/$CAMERA.yaml
holds test "$(query 'select count(*) from sighting')" -ge "$sightings"
holds lacks_google

step "Settings that ask for second opinions bring Google's library, and upgrades keep it"
printf 'review: {enabled: true, api_key_file: cloud}\n' >>/etc/edge-anpr/$CAMERA.yaml
install_version 1.1.0
holds has_google
cp /srv/settings.before /etc/edge-anpr/$CAMERA.yaml
install_version 1.1.0
holds runs 1.1.0
holds has_google

step "A version that cannot read a plate changes nothing"
before=$(process)
holds refuses_version 1.2.0
holds runs 1.1.0
holds test "$(process)" = "$before"

step "A version that is never ready goes back"
holds refuses_version 1.3.0
holds runs 1.1.0
holds reads_plates
holds grep -q TimeoutStartSec=120 /etc/systemd/system/edge-anpr@.service

step "A version that migrates the database and fails goes back, too"
systemctl stop "$UNIT"
sightings=$(query 'select count(*) from sighting')
systemctl start "$UNIT"
holds refuses_version 1.4.0
holds runs 1.1.0
sleep 3
holds test "$(query 'select count(*) from sighting')" -ge "$sightings"
holds test "$(query 'select count(*) from sqlite_schema where name = "later"')" = 0
holds test -z "$(find /var/lib/edge-anpr -name '*damaged*')"

step "A pipeline that hangs is noticed"
install_version 1.5.0
before=$(process)
holds comes_back 120 "$before"
holds test "$(systemctl show --property NRestarts --value "$UNIT")" -ge 1

step "It can be removed"
/srv/versions/1.1.0/deploy/install.sh --uninstall
holds test ! -e /opt/edge-anpr
holds test -e "$DATABASE"
/srv/versions/1.1.0/deploy/install.sh --purge
holds test ! -e /var/lib/edge-anpr
holds test ! -e /etc/edge-anpr

echo "Everything is as it should be"
