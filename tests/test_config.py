"""Settings are strict, and config.yaml tells the truth about them."""

from pathlib import Path

import pytest

from edge_anpr.config import Config, Section, load_config
from edge_anpr.errors import ConfigError

REFERENCE = Path(__file__).parent.parent / "config.yaml"


def test_the_reference_holds_every_default() -> None:
    assert load_config(REFERENCE) == Config()


def test_the_reference_names_every_key() -> None:
    text = REFERENCE.read_text()
    for name, field in Config.model_fields.items():
        assert f"\n{name}:" in text
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, Section)
        for key in field.annotation.model_fields:
            assert f"\n  {key}:" in text


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.touch()
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
        ("recognition:\n  threads: 0\n", "line 2: recognition.threads is 0, but "),
        ("recognition:\n  threads: yes\n", "line 2: recognition.threads is True, but "),
        ("recognition:\n  min_confidence: .nan\n", "line 2: "),
        ("recognition:\n  detector_size: huge\n", "line 2: "),
        ("- recognition\n", "line 1: the file is ['recognition'], but "),
        ("recognition: [\n", "this is not YAML"),
    ],
    ids=lambda text: text.strip().splitlines()[-1],
)
def test_a_mistake_is_named_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert said in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml: cannot be read"):
        load_config(tmp_path / "gone.yaml")
