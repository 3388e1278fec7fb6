"""What the flow for Node-RED passes on, by its own code."""

import json
import subprocess
from pathlib import Path

import playwright
import pytest

from tests.broker import DEPLOY

NODE = Path(playwright.__file__).parent / "driver" / "node"  # it brings its own
TOPIC = "edge-anpr/pole-7/alert"
ALERT = {
    "device": "pole-7",
    "id": "01hq-7f3a",
    "revision": 1,
    "plate": "AB12CDE",
    "buffered": False,
}
# As Node-RED calls a function node: a message in, what comes out by output.
CALLER = """
const [code, alerts] = JSON.parse(require('fs').readFileSync(0));
const kept = {};
const context = {get: key => kept[key], set: (key, value) => { kept[key] = value; }};
const called = new Function('msg', 'context', code);
const said = alerts.map(payload => called({topic: '%s', payload}, context));
console.log(JSON.stringify(said.map(out => out && [].concat(out).map(msg => !!msg))));
"""

AT_ONCE, LATE, NOWHERE = [True], [False, True], None


def _flow() -> list[dict[str, object]]:
    nodes: list[dict[str, object]] = json.loads((DEPLOY / "node-red.json").read_text())
    return nodes


def _passed_on(folder: Path, *changes: dict[str, object]) -> list[object]:
    """Which output each alert that is changed so leaves through."""
    code = next(node["func"] for node in _flow() if node["type"] == "function")
    script = folder / "caller.js"
    script.write_text(CALLER % TOPIC)
    done = subprocess.run(
        [NODE, script],
        input=json.dumps([code, [ALERT | change for change in changes]]),
        check=True,
        capture_output=True,
        text=True,
    )
    outputs: list[object] = json.loads(done.stdout)
    return outputs


@pytest.mark.parametrize(
    ("changes", "outputs"),
    [
        pytest.param([{}, {}], [AT_ONCE, NOWHERE], id="twice the same"),
        pytest.param([{}, {"revision": 2}], [AT_ONCE, NOWHERE], id="nothing new in it"),
        pytest.param([{}, {"plate": "AB12CDF"}], [AT_ONCE] * 2, id="another plate"),
        pytest.param([{}, {"id": "01hq-7f3b"}], [AT_ONCE] * 2, id="another vehicle"),
        pytest.param([{"buffered": True}], [LATE], id="sent late"),
        pytest.param([{"device": "pole-8"}], [NOWHERE], id="posing as another device"),
    ],
)
def test_each_wanted_vehicle_is_passed_on_once_and_none_is_lost(
    changes: list[dict[str, object]], outputs: list[object], tmp_path: Path
) -> None:
    assert _passed_on(tmp_path, *changes) == outputs


def test_what_comes_while_node_red_is_down_waits_at_the_broker() -> None:
    broker = next(node for node in _flow() if node["type"] == "mqtt-broker")
    assert broker["cleansession"] is False
    assert broker["autoUnsubscribe"] is False  # Node-RED's own default is to do so
    assert broker["sessionExpiry"] == "604800"
