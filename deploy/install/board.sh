# shellcheck shell=sh
# What this board is, and what it must have. Sets BOARD (pi, jetson or pc) and PYTHON.

LEAST_FREE_MB=1000 # two versions of 350 MB, and room to build
MODEL_FILE=/proc/device-tree/model
PICAMERA=python3-picamera2

check_board() {
    MODEL=
    [ ! -r "$MODEL_FILE" ] || MODEL=$(tr -d '\0' <"$MODEL_FILE")
    case $MODEL in
        *Raspberry*) BOARD=pi ;;
        *Jetson* | *Orin*) BOARD=jetson ;;
        *) BOARD=pc ;;
    esac
    check_system
    check_disk
    say "${MODEL:-This computer}, $(system_name)"
}

system_name() {
    # shellcheck source=/dev/null
    (. /etc/os-release && printf '%s' "${PRETTY_NAME:-Linux}")
}

check_system() {
    command -v apt-get >/dev/null ||
        fail "This system has no apt-get; use Raspberry Pi OS, Debian or Ubuntu."
    case $(dpkg --print-architecture) in
        arm64 | amd64) ;;
        *) fail "This system is 32-bit, for which there is no NumPy, OpenCV or LiteRT;" \
            "write the 64-bit Raspberry Pi OS to the card." ;;
    esac
}

check_disk() {
    free_mb=$(df --output=avail -BM "$(dirname "$PROGRAMS")" | tr -dc '0-9\n' | tail -n 1)
    [ "$free_mb" -ge "$LEAST_FREE_MB" ] ||
        fail "$free_mb MB are free for $PROGRAMS, $LEAST_FREE_MB are needed; make room."
}

install_packages() {
    if [ -n "$WHEELS" ]; then
        find_python || fail "Python 3.11 with venv is missing; without a network it" \
            "cannot be installed. Use an image that has it (python3-venv)."
        return
    fi
    wanted=$(packages)
    # shellcheck disable=SC2086 # one word a package
    if ! dpkg-query -W -f '${Status}\n' $wanted 2>/dev/null | are_all_there "$wanted"; then
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes \
            --no-install-recommends $wanted >/dev/null
    fi
    find_python || fail "Python 3.11 or newer is missing, and this system has no package" \
        "of it; use Raspberry Pi OS Bookworm or Trixie, or Ubuntu 22.04 or newer."
}

# What apt-get is to install.
packages() {
    printf 'ca-certificates'
    if python_of_system; then
        printf ' python3-venv'
    else
        printf ' python3.11 python3.11-venv' # JetPack 6 has 3.10
    fi
    case $BOARD in
        pi) printf ' %s' "$PICAMERA" ;;
        jetson) printf ' gstreamer1.0-tools' ;;
    esac
}

python_of_system() {
    ! command -v python3 >/dev/null ||
        /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'
}

are_all_there() {
    [ "$(grep -c '^install ok installed$')" = "$(printf '%s' "$1" | wc -w)" ]
}

# The system's own Python first, for that is the one picamera2 is made for.
find_python() {
    for PYTHON in /usr/bin/python3 /usr/bin/python3.13 /usr/bin/python3.12 \
        /usr/bin/python3.11; do
        "$PYTHON" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null && return
    done
    return 1
}
