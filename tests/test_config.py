"""Settings are strict, and config.yaml tells the truth about them."""

import json
import math
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from edge_anpr.config import Config, Section, load_config
from edge_anpr.errors import ConfigError

REFERENCE = Path(__file__).parent.parent / "config.yaml"

LINES = REFERENCE.read_text().splitlines(keepends=True)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=9) | st.dates(), inner, max_size=3)
    ),
    max_leaves=6,
)


BOMB = "a0: &a0 []\n" + "".join(
    f"a{each + 1}: &a{each + 1} [{', '.join([f'*a{each}'] * 9)}]\n"
    for each in range(12)
)


def test_the_reference_holds_every_default() -> None:
    assert load_config(REFERENCE) == Config()


def test_the_reference_explains_every_key() -> None:
    lines = iter(REFERENCE.read_text().splitlines()[3:])  # below the heading
    assert [*_explained(lines)] == [*_described(Config)]


def _explained(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Every key of the file, indented as there, with the comment above it."""
    comment: list[str] = []
    for line in lines:
        if line.lstrip().startswith("#"):
            comment.append(line.strip("# "))
        elif line:
            yield line.partition(":")[0], " ".join(comment)
            comment.clear()


def _described(section: type[BaseModel], indent: str = "") -> Iterator[tuple[str, str]]:
    """Every setting with its description."""
    for key, field in section.model_fields.items():
        yield indent + key, " ".join((field.description or "").split())
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from _described(field.annotation, indent + "  ")


def _keys(section: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """The way to every setting, and to every section."""
    for key, field in section.model_fields.items():
        yield (key,)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from ((key, *rest) for rest in _keys(field.annotation))


def _nested(way: tuple[str, ...], value: object) -> object:
    for key in reversed(way):
        value = {key: value}
    return value


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.touch()
    assert load_config(file) == Config()


@pytest.mark.parametrize(
    "text",
    [
        "motion:\n  # enabled: false\n",
        "motion:\n  masks:\n  # - [[0, 0], [1, 0], [0, 1]]\n",
        "camera:\n  pi:\n",
        "web:\n",
    ],
)
def test_a_key_of_a_section_or_a_list_may_stand_alone(
    text: str, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    assert load_config(file) == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "recognition:\n  threads: 2\n  min_confidance: 0.5\n",
            "line 3: there is no setting recognition.min_confidance; "
            "did you mean min_confidence?",
        ),
        ("recogniton:\n  threads: 2\n", "line 1: there is no setting recogniton; "),
        ("mqtt:\nhost: a.lan\n", "setting host; it belongs below mqtt, indented."),
        ("camera.usb.device: 1\n", "write device: below camera.usb:, indented."),
        ("camera:\n  device: 0\n", "it belongs below camera.usb, and camera has "),
        ("camera:\n  web: {}\n", "setting camera.web; it begins in the first column."),
        (
            "camera:\n  width_px: 1280\n",
            "camera.width_px; it belongs below camera.pi, camera.usb or camera.jetson, "
            "and camera has kind, road_kmh, timeout_s, ",
        ),
        (
            "watchlists:\n  file: a.csv\n",
            "it belongs below watchlists.lists, and watchlists has lists, check_s.",
        ),
        (
            "mqtt:\n  password: geheim\n",
            "there is no setting mqtt.password; there are host, port, tls, ",
        ),
        ("recognition:\n  threads: 0\n", "line 2: recognition.threads is 0, but "),
        ("recognition:\n  threads: yes\n", "line 2: recognition.threads is yes, but "),
        ("recognition:\n  min_confidence: .nan\n", "line 2: "),
        ("recognition:\n  detector_size: huge\n", "line 2: "),
        ("camera:\n  pi:\n    with_px: 9\n", "line 3: there is no setting camera.pi."),
        (
            "watchlists:\n  lists:\n    - name: staff\n      fil: a.csv\n",
            "line 4: there is no setting watchlists.lists.0.fil; did you mean file?",
        ),
        (
            "mqtt:\n  host: broker..lan\n",
            "line 2: mqtt.host is 'broker..lan', but expected a name or an address ",
        ),
        (
            "web:\n  port: 8080\n  address: foo bar\n",
            "line 3: web.address is 'foo bar', but expected a name or an address ",
        ),
        (
            "motion:\n  region: [[0, 0], [1920, 0], [1920, 1080]]\n",
            "line 2: motion.region.1.0 is 1920, but a corner is in fractions of ",
        ),
        (
            "motion:\n  masks:\n    - [[0, 0], [0.5, -0.1], [0, 1]]\n",
            "line 3: motion.masks.0.1.1 is -0.1, but a corner is in fractions of ",
        ),
        (
            "motion:\n  masks: [[]]\n",
            "line 2: motion.masks.0 is [], but it takes three corners",
        ),
        (
            "motion:\n  masks:\n    - [[0.1, 0.1], [0.2, 0.2]]\n",
            "line 3: motion.masks.0 is [[0.1, 0.1], [0.2, 0.2]], but it takes three ",
        ),
        ("motion:\n  region: []\n", "line 2: motion.region is [], but it takes three"),
        (
            "motion:\n  region: [[0, 0], [0, 0], [0, 0]]\n",
            "line 2: motion.region is [[0, 0], [0, 0], [0, 0]], but it takes corners ",
        ),
        (
            "motion:\n  masks: [[[0.1, 0.1], [0.3, 0.3], [0.7, 0.7], [0.2, 0.2]]]\n",
            "but it takes corners with something between them, not on one line.",
        ),
        (
            "motion:\n  region: [[0, 0], [1, 0], [0, 1], [1, 1]]\n",
            "line 2: motion.region is [[0, 0], [1, 0], [0, 1], [1, 1]], but its sides "
            "cross; give the corners in order, once round.",
        ),
        (
            f"motion:\n  region: {[[n % 2, n / 999] for n in range(999)]}\n",
            "but it takes at most 100 corners.",
        ),
        (
            "camera:\n  usb:\n    device: '0'\n",
            "line 3: camera.usb.device is '0', but it takes the number of ",
        ),
        ("camera: {usb: {device: -1}}\n", "camera.usb.device is -1, but it takes the "),
        ("camera: {usb: {device: 1.5}}\n", "camera.usb.device is 1.5, but it takes "),
        ("camera: {usb: {device: yes}}\n", "camera.usb.device is yes, but it takes "),
        (
            "camera: {usb: {device: video0}}\n",
            "'video0', but it takes the number of /dev/videoN, without quotes, or a ",
        ),
        ("mqtt: {host: 'mqtt://a:1883'}\n", "without mqtt:// or http:// and without a"),
        ("storage: {folder: ''}\n", "folder is '', but it takes a path; for none, "),
        ("storage: {folder: ~/anpr}\n", "but ~ is not known here; write the whole"),
        ("mqtt: {credentials_file: ~me/mqtt}\n", "but ~ is not known here; write the"),
        ("watchlists: {lists: [{file: ''}]}\n", "lists.0.file is '', but it takes a "),
        ("formats: {countries: [UK]}\n", "is 'UK', but ISO 3166 calls the United King"),
        (
            "formats:\n  max_swaps: 1\n  require: true\n",
            "line 3: formats: require leaves out every plate without countries; name ",
        ),
        (
            "formats:\n  countries: [GB, de]\n",
            "line 2: formats.countries.1 is 'de', but a country is two capital letters",
        ),
        (
            "device:\n  id: pole.7\n",
            "line 2: device.id is 'pole.7', but it takes 1 to 48 of a-z, 0-9, hyphens ",
        ),
        (
            "home_assistant: {prefix: home assistant}\n",
            "line 1: home_assistant.prefix is 'home assistant', but it takes letters, ",
        ),
        (
            "home_assistant: {link: pole-7.lan}\n",
            "line 1: home_assistant.link is 'pole-7.lan', but it takes an address",
        ),
        (
            "home_assistant: {link: 'http://'}\n",
            "line 1: home_assistant.link is 'http://', but it takes an address such as "
            "http://pole7.local:8080/.",
        ),
        ("home_assistant: {link: 'http://:80/'}\n", "but it takes an address such as"),
        ("home_assistant: {link: 'http://a:b/'}\n", "but it takes an address such as"),
        ("home_assistant: {link: 'http://[a/'}\n", "but it takes an address such as"),
        (
            "web:\n  enabled: true\n  port: 010\n",
            'line 3: web.port is 010, which YAML takes for 8; write 10, or "010" ',
        ),
        (
            "web: {idle_minutes: 1:30}\n",
            "line 1: web.idle_minutes is 1:30, which YAML takes for 90; write 90, or ",
        ),
        ("web: {idle_minutes: 1:30.5}\n", "which YAML takes for 90.5; write 90.5, or"),
        ("motion:\n  masks:\n    - [[01, 1]]\n", "line 3: motion.masks.0.0.0 is 01, "),
        (
            "device: {id: 007}\n",
            "device.id is 007, which YAML takes for 7; write 7, or",
        ),
        (
            "web: {trusted_proxy: proxy.lan}\n",
            "web.trusted_proxy is 'proxy.lan', but it takes one address, such as 127",
        ),
        ("web: {trusted_proxy: 10.0.0.0/8}\n", "but it takes one address, such as"),
        ("device: {name: '  '}\n", "device.name is '  ', but it takes a name, or null"),
        ("device: {area: '  '}\n", "device.area is '  ', but it takes a name, or null"),
        ("device:\n  id:\n    - a\n", "line 2: device.id is ['a'], but "),
        ("web:\n  port:\n", "line 2: web.port is empty, but it takes a whole number, "),
        ("web: {port: null}\n", "line 1: web.port is null, but it takes a whole num"),
        ("web: {port: '80'}\n", "web.port is '80', but it takes a whole number, with"),
        ("web: {port: 80.5}\n", "web.port is 80.5, but it takes a whole number"),
        ("storage: {folder: }\n", "storage.folder is empty, but it takes text"),
        ("device: {name: Off}\n", "device.name is Off, but it takes text, in quotes"),
        ("motion: {enabled: 'true'}\n", "it takes true or false, without quotes."),
        ("motion: {min_area: '0,003'}\n", "a number such as 2 or 0.5, without quotes"),
        ("formats: {countries: DE}\n", "is 'DE', but it takes a list, as [one, two]."),
        ("formats: {countries: [NO]}\n", 'is NO, but Norway must be written "NO", in'),
        (
            "camera:\n  replay:\n    started_at: 2026-05-04 12:00\n",
            "but it takes date, time and zone, as 2026-05-04T12:00:00+02:00.",
        ),
        ("motion: {region: [0, 0, 1, 1]}\n", "region.0 is 0, but a corner is [x, y], "),
        ("motion: {region: [[0, 0, 0]]}\n", "is [0, 0, 0], but a corner is [x, y], "),
        ("motion: {masks: [[[0, 1], 1]]}\n", "masks.0.1 is 1, but a corner is [x, y]"),
        (
            "mqtt: {host: a.lan}\nweb: {enabled: true}\nmqtt: {port: 8883}\n",
            "line 3: mqtt stands on line 1 already; write it once, with all ",
        ),
        (
            "watchlists:\n  lists:\n    - {file: a.csv, kind: allow, kind: deny}\n",
            "line 3: kind stands on line 3 already; write it once",
        ),
        (
            "tracking:\n  min_reads: 2\n  rejoin_s: 0.5\n",
            "line 3: tracking: rejoin_s must be at least max_gap_s.",
        ),
        (
            "mqtt:\n  host: a.lan\n  certificate_file: c.pem\n",
            "line 3: mqtt: certificate_file and key_file go together.",
        ),
        (
            "review:\n  enabled: true\n",
            "line 2: review: enabled needs either credentials_file or api_key_file",
        ),
        ("camera:\n  kind: rtsp\n", "line 2: camera: kind rtsp needs rtsp.url, as "),
        ("camera: {kind: replay}\n", "line 1: camera: kind replay needs replay.path"),
        (
            "tracking:\n  edge_margin_px: 5000\n",
            "line 2: tracking.edge_margin_px is 5000, but ",
        ),
        ("- recognition\n", "line 1: the file is ['recognition'], but "),
        ("recognition: [\n", "line 2: this is not YAML: expected the node content"),
        (
            "formats:\n  countries: [DE, AT\nweb:\n  port: 8080\n",
            "line 2: this is not YAML: a [ that is opened here is not closed, or a ",
        ),
        ("web: {port: 80\nmqtt: {}\n", "line 1: this is not YAML: a { that is opened"),
        ("device:\n\tid: a\n", "line 2: this is not YAML: a tab cannot stand here"),
        ("device:\n  id: a\n\tname: b\n", "line 3: this is not YAML: a tab cannot "),
        (
            "camera\n  # which\n  kind: usb\n",
            "line 1: this is not YAML: a key ends with a colon and a space, as in `kin",
        ),
        (
            "camera:\n  kind:usb\n  timeout_s: 5\n",
            "line 2: this is not YAML: a key ends with a colon and a space",
        ),
        (
            "camera:\n  timeout_s: 5\n  kind usb\n\nweb:\n",
            "line 3: this is not YAML: a key ends with a colon and a space",
        ),
        (
            "camera:\n  kind: usb # here\n    timeout_s: 5\n",
            "line 3: this is not YAML: it begins in another column than the lines it ",
        ),
        (
            "camera:\n  kind: usb\n timeout_s: 5\n",
            "line 3: this is not YAML: it begins in another column",
        ),
        (
            " device:\n  id: a\nweb:\n  port: 80\n",
            "line 3: this is not YAML: it begins in another column",
        ),
        (
            "device:\n  name: gate: north\n",
            "line 2: this is not YAML: a text with a colon in it needs quotes",
        ),
        (
            'device:\n  name: "gate\nweb:\n  port: 80\n',
            "line 2: this is not YAML: a quote that is opened here is not closed",
        ),
        ("device: {id: @a}\n", "line 1: this is not YAML: a text that begins with @"),
        ("device: {id: %a}\n", "line 1: this is not YAML: a text that begins with %"),
        ("device: {id: *a}\n", "line 1: this is not YAML: a text that begins with *"),
        ("web:\n \u00a0port: 80\n", "line 2: a space here is a no-break space"),
        ("web:\n  port:\u00a080\n", "line 2: a space here is a no-break space"),
        ("web: {}\n---\nweb: {}\n", "line 2: this is not YAML: after --- another file"),
        ("device:\n  id: a\0\n", "line 2: this is not YAML: special characters are"),
        ("device: !mine {}\n", "line 1: this is not YAML: a text that begins with ! "),
        ("device: [a]\n", "line 1: device is ['a'], but it takes settings of its own"),
        ("device:\n  name: 7\n", "line 2: device.name is 7, but it takes text, in "),
        (f"web: {'x' * 999}", f"line 1: web is '{'x' * 79}..., but it takes "),
        (BOMB, "with every alias (*) written out, it holds more than 100000 values"),
        ("device: {id: 2026-13-45}\n", "this cannot be a setting: month must be"),
        ("2026-01-01: 5\n", "this cannot be a setting: keys must be"),
        ("device: &a {id: *a}\n", "this cannot be a setting: Circular"),
        ("[" * 5000, "this cannot be a setting: maximum recursion"),
    ],
    ids=lambda text: text.strip().splitlines()[-1][:80],
)
def test_a_mistake_is_named_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert said in str(caught.value)
    assert str(file) in str(caught.value)


@given(st.lists(st.floats(0.1, 1), min_size=4, max_size=12), st.data())
def test_an_outline_goes_round_in_either_direction(
    radii: list[float], data: st.DataObject
) -> None:
    angles = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    round_it = [
        [0.5 + 0.5 * r * math.cos(a), 0.5 + 0.5 * r * math.sin(a)]
        for r, a in zip(radii, angles, strict=True)
    ]
    start = data.draw(st.integers(0, len(radii) - 1))
    corners = round_it[start:] + round_it[:start]
    for each in (corners, corners[::-1]):
        given = json.dumps({"motion": {"region": each}})
        assert Config.model_validate_json(given).motion.region


@pytest.mark.parametrize("device", ["1", "/dev/v4l/by-id/usb-cam"])
def test_a_video_device_is_a_number_or_a_path(device: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"camera: {{usb: {{device: {device}}}}}")
    assert str(load_config(file).camera.usb.device) == device


@given(st.integers(0, 10**9))
def test_a_number_is_what_stands_there_or_refused(number: int) -> None:
    folder = Path(tempfile.mkdtemp())
    file = folder / "config.yaml"
    for text in (f"{number}", f"0{number}", f"+{number}", f"{number}:{number % 60}"):
        file.write_text(f"device: {{id: a}}\nmqtt: {{expire_after_s: {text}}}\n")
        try:
            config = load_config(file)
        except ConfigError:
            assert text[0] == "0" or ":" in text
        else:
            assert config.mqtt.expire_after_s == int(text)
    shutil.rmtree(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(no .*; check the path"):
        load_config(tmp_path / "gone.yaml")


def test_a_bare_name_is_a_secret_that_systemd_hands_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x")
    file = tmp_path / "config.yaml"
    file.write_text("mqtt: {credentials_file: mqtt, ca_file: ca.crt}")
    mqtt = load_config(file).mqtt
    assert mqtt.credentials_file == Path("/run/credentials/x/mqtt")
    assert mqtt.ca_file == Path("ca.crt")
    file.write_text("mqtt: {credentials_file: /etc/mqtt}")
    assert load_config(file).mqtt.credentials_file == Path("/etc/mqtt")


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from([*LINES, "&a ", "*a", '"', "- ", "? ", ": ", "!!", "\0"])
        ).map(lambda parts: "".join(parts).encode()),
        st.tuples(st.sampled_from([*_keys(Config)]), VALUES).map(
            lambda pair: yaml.safe_dump(_nested(*pair)).encode()
        ),
    )
)
def test_whatever_is_in_a_file_it_is_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    file.write_bytes(content)
    refused = ""
    try:
        load_config(file)
    except ConfigError as error:
        refused = str(error)
    assert not refused or refused.startswith(str(file))


@pytest.mark.parametrize(
    "text",
    [
        "camera: {}",
        "camera: {{rtsp: '{}'}}",
        "camera: {{rtsp: ['{}']}}",
        "camera: {{kind: '{}'}}",
        "camera: {{rtsp: {{url: ['{}']}}}}",
        "camera: {{rtsp: {{'{}': 1}}}}",
        "camera: {{usb: {{device: '{}'}}}}",
        "camera: {{replay: {{path: '{}'}}}}",
        "mqtt: {{host: '{}'}}",
    ],
)
@pytest.mark.parametrize(
    "address",
    [
        "rtsp://anna:s3cret@10.0.0.4/s",
        "rtsp://anna:12/s3cret@10.0.0.4/s",
        "RTSPS://10.0.0.4/user=anna&password=s3cret",
        "mqtt://anna:s3/c@10.0.0.4",
    ],
)
def test_a_password_in_an_address_is_not_repeated(
    text: str, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text.format(address))
    with pytest.raises(ConfigError, match="line 1: ") as fault:
        load_config(file)
    assert "s3" not in str(fault.value)


def test_a_password_before_the_broker_s_name_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("mqtt: {host: 'anna:s3cret@10.0.0.4'}")
    with pytest.raises(ConfigError, match="a name or an address alone") as fault:
        load_config(file)
    assert "s3" not in str(fault.value)
