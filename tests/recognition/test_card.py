"""Cards are strict, because a wrong fact about a model is silent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from edge_anpr.errors import ModelMismatch
from edge_anpr.recognition.card import load_card, models_folder
from tests.recognition.cards import detector_card, reader_card

Facts = dict[str, Any]  # Any: as it comes from YAML


def _write(folder: Path, facts: Facts) -> Path:
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(facts))
    return path


@pytest.mark.parametrize("card", [detector_card(), reader_card()], ids=lambda c: c.kind)
def test_a_card_survives_being_written(card: Any, tmp_path: Path) -> None:
    assert load_card(_write(tmp_path, card.model_dump(mode="json"))) == card


def _set(key: str, value: object) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        *sections, last = key.split(".")
        for section in sections:
            facts = facts[section]
        facts[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("kind", "classifier"), "classifier"),
        (_set("alphabet", "0123456789"), "10 characters but the model has 37 outputs"),
        (_set("input.scale", 0.5), "input: the input must have scale 1/255"),
        (_set("input.channels", 3), "input: grey does not have 3 channels"),
        (_set("sha256", "abc"), "sha256: "),
        (_set("calibration.confidence", [[0, 0.5], [1, 0.2]]), "must rise"),
        (_set("calibration.temperature", 0), "calibration.temperature: "),
        (_set("version", 2026.11), "version: "),
        (_set("treshold", 0.3), "treshold: "),
    ],
)
def test_a_wrong_reader_card_is_refused(
    change: Callable[[Facts], None], said: str, tmp_path: Path
) -> None:
    facts = reader_card().model_dump(mode="json")
    change(facts)
    with pytest.raises(ModelMismatch) as caught:
        load_card(_write(tmp_path, facts))
    assert said in str(caught.value)


def test_a_detectors_outputs_must_fit_its_stride(tmp_path: Path) -> None:
    facts = detector_card().model_dump(mode="json")
    facts["outputs"][1]["shape"] = [1, 4, 8, 4]
    with pytest.raises(ModelMismatch, match=r"output box should have shape \(1, 8, 16"):
        load_card(_write(tmp_path, facts))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1",
        "kind: [",
        "\x00",
        "version: 2026-13-45",
        "2026-01-01: kind",
        "kind: &it [*it]",
        "[" * 3000,
    ],
)
def test_what_is_no_card_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(text)
    with pytest.raises(ModelMismatch, match=r"model\.yaml"):
        load_card(path)


def test_a_missing_card_says_where_models_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match="--models"):
        load_card(tmp_path / "gone.yaml")


def test_the_folder_asked_for_wins() -> None:
    assert models_folder(Path("mine")) == Path("mine")
    assert models_folder(None).name == "models"


def test_a_reader_that_tells_plates_says_when_it_is_believed(tmp_path: Path) -> None:
    card = reader_card(believed=0.4)
    facts = card.model_dump(mode="json")
    assert load_card(_write(tmp_path, facts)) == card
    for change, said in (
        (_set("believed", None), "come together"),
        (_set("believed", 1.0), "believed: "),
        (_set("outputs", facts["outputs"][:1]), "come together"),
        (_set("outputs", facts["outputs"][1:]), "one text"),
    ):
        changed = dict(facts)
        change(changed)
        with pytest.raises(ModelMismatch, match=said):
            load_card(_write(tmp_path, changed))


@pytest.mark.parametrize(("output", "shape"), [(1, [1, 1, 1, 2]), (2, [1, 1, 2, 4])])
def test_what_a_reader_says_beside_the_text_has_one_shape(
    tmp_path: Path, output: int, shape: list[int]
) -> None:
    facts = reader_card(believed=0.4, edges=True).model_dump(mode="json")
    load_card(_write(tmp_path, facts))
    facts["outputs"][output]["shape"] = shape
    with pytest.raises(ModelMismatch, match="should have shape"):
        load_card(_write(tmp_path, facts))
