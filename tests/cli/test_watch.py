"""edge-anpr watch, as it is called."""

import pytest

from tests.programs import run_python


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://fleet", "expected mqtts://host:port"),
        ("mqtt://me:secret@fleet", "use --credentials-file"),
        ("mqtt://127.0.0.1:1", "Connection refused"),
        ("mqtts://broker..lan", "there can be no host broker..lan"),
    ],
)
def test_what_cannot_be_watched_is_named(url: str, said: str) -> None:
    done = run_python("-m", "edge_anpr", "watch", f"--broker={url}", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
