#!/bin/sh
# Install, upgrade, hang and go back under a real systemd, in a container of Debian trixie:
#   sudo deploy/proof/systemd.sh FOLDER
# FOLDER takes about 2 GB and is used again the next time. Needs debootstrap,
# systemd-container, x86-64, and a network for the packages.
set -eu

FOLDER=${1:?"Name a folder for the container: deploy/proof/systemd.sh FOLDER"}
HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$HERE/../.." && pwd)
ROOT=$FOLDER/root
VERSIONS=$ROOT/srv/versions
SUITE=trixie
PYTHON_VERSION=3.13

make_root() {
    [ -x "$ROOT/usr/lib/systemd/systemd" ] && return
    debootstrap --variant=minbase \
        --include=systemd,systemd-sysv,dbus,python3,python3-venv,procps,ca-certificates \
        "$SUITE" "$ROOT" http://deb.debian.org/debian
}

# A copy of this checkout that says it is of another version, changed by a command.
make_version() {
    name=$1 && shift
    rm -rf "${VERSIONS:?}/$name" && mkdir -p "$VERSIONS/$name"
    git -C "$SOURCE" ls-files -z --cached --others --exclude-standard |
        (cd "$SOURCE" && tar --null --files-from - --create) | tar -C "$VERSIONS/$name" -x
    (
        cd "$VERSIONS/$name"
        sed -i "s/^__version__ = .*/__version__ = \"$name\"/" edge_anpr/__init__.py
        "$@"
        [ -d "$FOLDER/wheels" ] ||
            deploy/wheels.sh "$FOLDER/wheels" "$PYTHON_VERSION" x86_64
        rm -f "$FOLDER"/wheels/edge_anpr-*
        python3 -m pip wheel --quiet --no-deps --wheel-dir "$FOLDER/wheels" .
        rm -rf build wheels && cp -al "$FOLDER/wheels" wheels
    )
}

cannot_read() { # letters and digits change places, as with the card of another model
    sed -i -e 's/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/' \
        models/plate_reader.yaml
    ! cmp -s models/plate_reader.yaml "$SOURCE/models/plate_reader.yaml"
}

never_ready() {
    sed -i 's/systemd.notify(systemd.READY)/stop.wait(999)/' edge_anpr/daemon/running.py
    sed -i 's/TimeoutStartSec=.*/TimeoutStartSec=20/' deploy/edge-anpr@.service
}

migrates_and_fails() {
    python3 - <<'END'
from pathlib import Path

file = Path("edge_anpr/storage/schema.py")
later = '    ("create table later (number integer)",),\n'
file.write_text(file.read_text().replace("\n)\n\n\ndef version", f"\n{later})\n\n\ndef version"))
END
    sed -i 's/systemd.notify(systemd.READY)/raise RuntimeError/' \
        edge_anpr/daemon/running.py
}

hangs() { # the recognising thread, 5 s after it began
    python3 - <<'END'
from pathlib import Path

file = Path("edge_anpr/daemon/recognising.py")
file.write_text(
    file.read_text().replace(
        "        candidate = self._burst.take(TURN_S)\n",
        "        import time\n"
        "        if time.monotonic() > self.hangs_at_s:\n"
        "            time.sleep(9999)\n"
        "        candidate = self._burst.take(TURN_S)\n",
    ).replace(
        "        self.pulse = Pulse()\n",
        "        import time\n"
        "        self.pulse = Pulse()\n"
        "        self.hangs_at_s = time.monotonic() + 20\n",
    )
)
END
}

boot() {
    cp "$HERE/inside-systemd.sh" "$ROOT/srv/proof.sh"
    cat >"$ROOT/etc/systemd/system/proof.service" <<END
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh /srv/proof.sh
StandardOutput=file:/srv/proof.log
StandardError=inherit
ExecStopPost=systemctl poweroff --no-block
[Install]
WantedBy=default.target
END
    systemctl --root="$ROOT" enable --quiet proof.service
    : >"$ROOT/srv/proof.log"
    # The capability, because a container may otherwise not even ask for the time's state.
    systemd-nspawn --quiet --boot --directory="$ROOT" --register=no --keep-unit \
        --private-network --capability=CAP_SYS_TIME --machine=edge-anpr-proof >"$FOLDER/boot.log" 2>&1
}

make_root
make_version 1.0.0 true
make_version 1.1.0 true
make_version 1.2.0 cannot_read
make_version 1.3.0 never_ready
make_version 1.4.0 migrates_and_fails
make_version 1.5.0 hangs
boot
cat "$ROOT/srv/proof.log"
tail -n 1 "$ROOT/srv/proof.log" | grep -q '^Everything is as it should be'
