"""The installer's shell scripts, and the unit, as far as they go without a board."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from edge_anpr.config import load_config
from edge_anpr.config.delivery import DeviceConfig
from tests.programs import ROOT
from tests.storage.disk import make_read_only

DEPLOY = ROOT / "deploy"
FOLDERS = (".", "proof", "broker")
SCRIPTS = sorted(file for each in FOLDERS for file in (DEPLOY / each).glob("*.sh"))
TEMPLATES = sorted((DEPLOY / "settings").glob("*.yaml"))
COMMAND = re.DOTALL | re.MULTILINE


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which(command[0])
    if not program:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(
        [program, *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=DEPLOY,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.name))
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    done = _run(
        "shellcheck", "--external-sources", "-P", str(DEPLOY.parent), str(script)
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_unit_is_well_formed(tmp_path: Path) -> None:
    unit = tmp_path / "edge-anpr@gate.service"
    text = (DEPLOY / "edge-anpr@.service").read_text()
    unit.write_text(text.replace("/opt/edge-anpr/current/bin/edge-anpr", "/bin/true"))
    done = _run("systemd-analyze", "verify", str(unit))
    # It exits with 0 even on an unknown key.
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_first_settings_are_valid(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "gate.yaml"
    text = template.read_text()
    here = {"@CAMERA@": "gate", "@DEVICE@": "pole-gate", "@PORT@": "8081"}
    for name, value in here.items():
        text = text.replace(name, value)
    file.write_text(text)
    config = load_config(file)
    assert str(config.storage.folder) == "/var/lib/edge-anpr/gate"
    assert config.web.port == 8081
    uncommented = [
        line.removeprefix("# ") if line.startswith("# ") and "@" not in line else line
        for line in text[text.index("# mqtt:") :].splitlines()
    ]
    file.write_text("\n".join(line for line in uncommented if "@" not in line))
    assert load_config(file).mqtt.host == "broker.example"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_the_check_that_the_settings_name_finds_the_secrets(
    template: Path, tmp_path: Path
) -> None:
    commented = re.search(r"^#   sudo (.* check .*?)$", template.read_text(), COMMAND)
    assert commented
    command = commented[1].replace("\\\n#", "").replace("@CAMERA@", "gate")
    here = command.replace("/etc/edge-anpr", str(tmp_path)).replace(
        "edge-anpr check", f"{sys.executable} -m edge_anpr check --only broker"
    )
    (tmp_path / "secrets" / "gate").mkdir(parents=True)
    (tmp_path / "secrets" / "gate" / "mqtt").write_text("pole-7\nsecret\n")
    (tmp_path / "gate.yaml").write_text(
        "mqtt: {host: 127.0.0.1, port: 1, tls: false, credentials_file: mqtt}"
    )
    done = _run("sh", "-euc", here)
    assert done.returncode == 1, done.stderr
    assert "nothing listens there" in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--camra", "gate"], "There is no option --camra; --help lists them."),
        (["--camera", "Gate 1"], "--camera is 'Gate 1'; use a-z, 0-9 and hyphens."),
        (["--camera", "g" * 33], "--camera takes 32 characters at most."),
        (["--camera"], "--camera needs a value; --help shows it."),
        (["--offline", "/nowhere"], "--offline: there is no folder /nowhere."),
    ],
)
def test_a_wrong_option_is_named(options: list[str], says: str) -> None:
    done = _run("sh", "install.sh", *options)
    assert (done.returncode, done.stderr.strip()) == (1, says)


REVIEWS = "review: {enabled: true, api_key_file: cloud}"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version without Google's library."""
    folder = tmp_path_factory.mktemp("versions") / "bare"
    venv.create(folder)
    return folder


@pytest.mark.parametrize(
    ("old_has_it", "settings", "is_wanted"),
    [
        (True, "", True),
        (False, REVIEWS, True),
        (False, "", False),
        (False, "review: {enabled: perhaps}", False),
    ],
    ids=["installed", "asked-for", "neither", "unreadable"],
)
def test_google_s_library_comes_along_where_it_is_wanted(
    old_has_it: bool, settings: str, is_wanted: bool, bare: Path, tmp_path: Path
) -> None:
    (tmp_path / "gate.yaml").write_text(settings)
    here = Path(sys.prefix)  # has it, and edge-anpr
    names = f"OLD={here if old_has_it else bare} NEW={here} SETTINGS={tmp_path}"
    done = _run("sh", "-euc", f". install/versions.sh; {names}; wants_second_opinions")
    assert (done.returncode == 0, done.stderr) == (is_wanted, "")


def test_a_first_installation_without_settings_goes_without_it(tmp_path: Path) -> None:
    names = f"NEW={sys.prefix} SETTINGS={tmp_path}"
    done = _run("sh", "-euc", f". install/versions.sh; {names}; wants_second_opinions")
    assert (done.returncode, done.stderr) == (1, "")


def test_each_camera_of_a_board_gets_settings_of_its_own(tmp_path: Path) -> None:
    me = f"SERVICE_USER={os.geteuid()} BOARD=pi HERE={DEPLOY} NEW={sys.prefix}"
    folders = f"SETTINGS={tmp_path}/etc STATE={tmp_path}/var"
    parts = f". install/say.sh; . install/settings.sh; {me}; {folders}"
    done = _run(
        "sh", "-euc", f"{parts}; for CAMERA in gate exit gate; do make_settings; done"
    )
    assert (done.returncode, done.stderr) == (0, "")
    cameras = [
        load_config(tmp_path / "etc" / f"{each}.yaml") for each in ("gate", "exit")
    ]
    assert [each.web.port for each in cameras] == [8080, 8081]
    assert len({each.device.topic_id for each in cameras}) == 2
    assert len({each.storage.folder for each in cameras}) == 2


@pytest.mark.parametrize("board", ["p", "Pole_7.example.org", "a" * 63])
@pytest.mark.parametrize("camera", ["gate", "g" * 32])
def test_whatever_the_board_is_called_its_devices_have_names_that_will_do(
    board: str, camera: str
) -> None:
    names = f"hostname() {{ echo {board}; }}; CAMERA={camera}"
    done = _run("sh", "-euc", f". install/settings.sh; {names}; device_id")
    assert (done.returncode, done.stderr) == (0, "")
    assert DeviceConfig(id=done.stdout).topic_id.endswith(f"-{camera}")


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ("storage: {folder: FOLDER/disk}", "disk/page-passwords"),
        ("web: {password_file: FOLDER/passwords}", "passwords"),
    ],
)
def test_a_page_that_has_a_password_keeps_it(
    settings: str, where: str, tmp_path: Path
) -> None:
    (tmp_path / "gate.yaml").write_text(settings.replace("FOLDER", str(tmp_path)))
    names = f"SETTINGS={tmp_path} STATE={tmp_path} CAMERA=gate PROGRAMS={tmp_path}"
    (tmp_path / "current").symlink_to(sys.prefix)
    (tmp_path / where).parent.mkdir(exist_ok=True)
    parts = f". install/settings.sh; {names}; as_service() {{ cat; }}"
    given = _run("sh", "-euc", f'{parts}; set_page_password; echo "$PASSWORD"')
    assert len(given.stdout.strip()) == 12, given.stderr
    (tmp_path / where).write_text("anna:hash")
    kept = _run("sh", "-euc", f'{parts}; set_page_password; echo "$PASSWORD"')
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, "\n", "")


@pytest.mark.parametrize(
    ("others", "port"),
    [
        ({}, "8080"),
        ({"gate": "", "stolen": "[AB12CDE]"}, "8081"),  # without a key: the usual one
        ({"gate": "web: {port: 8081}", "exit": "web: {port: 8080}"}, "8082"),
        ({"gate": "web: {port: 443}"}, "8080"),
    ],
)
def test_no_two_cameras_of_a_board_get_the_same_port(
    others: dict[str, str], port: str, tmp_path: Path
) -> None:
    for name, settings in others.items():
        (tmp_path / f"{name}.yaml").write_text(settings)
    names = f"NEW={sys.prefix} SETTINGS={tmp_path}"
    done = _run("sh", "-euc", f". install/settings.sh; {names}; free_port")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, port, "")


def test_a_watch_list_beside_the_settings_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "secrets" / "gate").mkdir(parents=True)
    for name in ("gate", "exit", "stolen"):  # exit is about to be installed
        (tmp_path / f"{name}.yaml").touch()
    names = f"SETTINGS={tmp_path}; CAMERA=exit"
    done = _run("sh", "-euc", f". install/service.sh; {names}; cameras")
    assert (done.returncode, done.stdout.split()) == (0, ["exit", "gate"])


@pytest.mark.parametrize(
    ("restart", "says"),
    [
        ("true", "Went back to 1.0, which runs again."),
        (
            "false",
            "Mind: Camera gate does not come up with it either.\nWent back to 1.0.",
        ),
    ],
)
def test_going_back_says_whether_that_helped(
    restart: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "gate.yaml").touch()
    parts = ". install/say.sh; . install/service.sh"
    names = f"SETTINGS={tmp_path} CAMERA=gate OLD=/v/1.0 NEW={tmp_path}/1.1 BEGAN_S=0"
    stands_in = (
        'journalctl() { :; }; switch_to() { echo "$1"; }; restore_databases() { :; }; '
        f'systemctl() {{ [ "$1" != restart ] || {restart}; }}'
    )
    done = _run("sh", "-euc", f"{parts}; {names}; {stands_in}; go_back gate")
    assert (done.returncode, done.stderr.strip()) == (1, says)
    assert done.stdout.split()[-1] == "/v/1.0"


UPGRADE = (
    ". install/say.sh; . install/versions.sh; . install/databases.sh; "
    ". install/service.sh; SETTINGS={0} STATE={0} PROGRAMS={0} CAMERA=gate; "
    "OLD={0}/1.0 NEW={0}/1.1; schema_of() {{ echo $1; }}; "
    "is_systemd_here() {{ :; }}; systemctl() {{ echo $* >>{0}/told; }}; "
    "mkdir $NEW; tidy_at_the_end; {1}; keep_databases"
)
STARTED_AGAIN = ["stop edge-anpr@gate", "start --no-block edge-anpr@gate"]


@pytest.mark.parametrize(
    ("while_keeping", "status"),
    [
        ("cp() { return 1; }", 1),  # as on a full disk
        ("cp() { kill -INT $$; }", 130),
        ("cp() { kill -HUP $$; }", 130),  # the line to the board is cut
    ],
)
def test_an_upgrade_that_ends_early_leaves_no_camera_stopped(
    while_keeping: str, status: int, tmp_path: Path
) -> None:
    (tmp_path / "gate.yaml").touch()
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate" / "sightings.db").touch()
    done = _run("sh", "-euc", UPGRADE.format(tmp_path, while_keeping))
    assert done.returncode == status, done.stderr
    assert (tmp_path / "told").read_text().splitlines() == STARTED_AGAIN
    assert not (tmp_path / "1.1").exists()


def _remove(
    mode: str, state: Path, folder: Path, systemctl: str = ""
) -> subprocess.CompletedProcess[str]:
    """systemctl: what stands in for it; nothing where systemd does not run."""
    parts = ". install/say.sh; . install/service.sh; . install/remove.sh"
    names = (
        f"PROGRAMS={folder}/opt COMMAND={folder}/bin UNITS={folder}/units "
        f"SETTINGS={folder}/etc STATE={state} SERVICE_USER=nobody-of-ours "
        f"CAMERA=gate MODE={mode}"
    )
    here = f"is_systemd_here() {{ {'true' if systemctl else 'false'}; }}"
    script = f"{parts}; {here}; {systemctl or ':'}; {names}; remove_all"
    return _run("sh", "-euc", script)


def _purge(state: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return _remove("purge", state, folder)


def test_a_partition_with_the_sightings_is_emptied(disk: Path, tmp_path: Path) -> None:
    (disk / "gate").mkdir()
    (disk / "gate" / "sightings.db").touch()
    done = _purge(disk, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "with its settings and sightings" in done.stdout
    assert list(disk.iterdir()) == []
    gone = tmp_path / "var"
    gone.mkdir()
    for _ in range(2):  # also when it has been removed before
        assert _purge(gone, tmp_path).returncode == 0
        assert not gone.exists()


def test_sightings_that_cannot_be_removed_are_named(disk: Path, tmp_path: Path) -> None:
    (disk / "gate").mkdir()
    make_read_only(disk)
    done = _purge(disk, tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith(f"Sightings are still in {disk}; remove them there.\n")


SYSTEMCTL = """systemctl() {  # as systemctl(1) has it: only stop takes patterns
    for unit; do :; done  # the last
    case $1-$unit in
        stop-* | disable-*[!*]) ;;
        daemon-reload-*) return 0 ;;
        *) return 1 ;;
    esac
    for each in $(cat RUNNING); do
        case $each in
            $unit | $unit.service) ;;
            *) echo "$each" ;;
        esac
    done >RUNNING.left
    mv RUNNING.left RUNNING
}"""


def test_a_camera_whose_settings_are_gone_is_stopped_too(tmp_path: Path) -> None:
    running, wanted = tmp_path / "running", tmp_path / "units/multi-user.target.wants"
    running.write_text("edge-anpr@gate.service\nedge-anpr@old.service\nssh.service\n")
    wanted.mkdir(parents=True)
    for each in ("edge-anpr@gate.service", "edge-anpr@old.service", "ssh.service"):
        (wanted / each).touch()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "gate.yaml").touch()
    stands_in = SYSTEMCTL.replace("RUNNING", str(running))
    done = _remove("uninstall", tmp_path / "var", tmp_path, stands_in)
    assert (done.returncode, done.stderr) == (0, "")
    assert running.read_text() == "ssh.service\n"
    assert [each.name for each in wanted.iterdir()] == ["ssh.service"]


@pytest.mark.parametrize(
    ("board", "file", "minds"),
    [
        ("pi", "system.journal", True),
        ("jetson", "system.journal", True),
        ("pc", "system.journal", False),
        ("pi", "nothing", False),
    ],
)
def test_a_journal_on_a_card_is_mentioned(
    board: str, file: str, minds: bool, tmp_path: Path
) -> None:
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine" / file).touch()
    parts = ". install/say.sh; . install/service.sh; NEW=/new"
    here = f"BOARD={board}; JOURNAL={tmp_path}"
    done = _run("sh", "-euc", f"{parts}; {here}; mind_the_card")
    assert (done.returncode, done.stderr) == (0, "")
    assert ("The journal writes to the card" in done.stdout) == minds
