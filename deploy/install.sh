#!/bin/sh
# Install edge-anpr on this board, or bring it up to the version this file came with.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(dirname "$HERE")
PROGRAMS=/opt/edge-anpr
SETTINGS=/etc/edge-anpr
STATE=/var/lib/edge-anpr
UNITS=/etc/systemd/system
COMMAND=/usr/local/bin/edge-anpr
SERVICE_USER=edge-anpr
CAMERA=gate
WHEELS=
MODE=install

# shellcheck source=deploy/install/say.sh
. "$HERE/install/say.sh"
# shellcheck source=deploy/install/board.sh
. "$HERE/install/board.sh"
# shellcheck source=deploy/install/versions.sh
. "$HERE/install/versions.sh"
# shellcheck source=deploy/install/databases.sh
. "$HERE/install/databases.sh"
# shellcheck source=deploy/install/settings.sh
. "$HERE/install/settings.sh"
# shellcheck source=deploy/install/service.sh
. "$HERE/install/service.sh"
# shellcheck source=deploy/install/remove.sh
. "$HERE/install/remove.sh"

usage() {
    cat <<END
Usage: sudo deploy/install.sh [--camera NAME] [--offline FOLDER]
       sudo deploy/install.sh --uninstall [--purge]

Run again, it upgrades: settings and data stay, and the previous version goes on when the
new one cannot read a plate or does not come up.

  --camera NAME     what this camera is called: a-z, 0-9, hyphens ($CAMERA)
  --offline FOLDER  install from this folder, which deploy/wheels.sh has filled
  --uninstall       remove the programs; settings and sightings stay
  --purge           remove those, too
END
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
            --camera) CAMERA=$(value_of "$@"); shift ;;
            --offline) WHEELS=$(value_of "$@"); shift ;;
            --uninstall) [ "$MODE" = purge ] || MODE=uninstall ;;
            --purge) MODE=purge ;;
            -h | --help) usage && exit 0 ;;
            *) fail "There is no option $1; --help lists them." ;;
        esac
        shift
    done
    case $CAMERA in
        *[!a-z0-9-]* | -* | "") fail "--camera is '$CAMERA'; use a-z, 0-9 and hyphens." ;;
    esac
    [ ${#CAMERA} -le 32 ] || fail "--camera takes 32 characters at most."
    [ -z "$WHEELS" ] || [ -d "$WHEELS" ] || fail "--offline: there is no folder $WHEELS."
}

value_of() {
    [ $# -ge 2 ] || fail "$1 needs a value; --help shows it."
    printf '%s' "$2"
}

install_all() {
    check_board
    install_packages
    make_user
    build_version
    try_version
    make_settings
    put_in_place
    set_page_password
    check_camera
    start_or_go_back
    drop_databases
    remove_old_versions
    say_goodbye
}

parse "$@"
[ "$(id -u)" = 0 ] || fail "This needs root: sudo $0"
case $MODE in
    install) install_all ;;
    *) remove_all ;;
esac
