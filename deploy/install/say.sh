# shellcheck shell=sh
# What the installer says.

say() {
    printf '%s\n' "$*"
}

warn() {
    printf 'Mind: %s\n' "$*" >&2
}

# Name the fault and the fix, and end.
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
