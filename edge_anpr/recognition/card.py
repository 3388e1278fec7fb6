"""What is known of a model: the card that lies beside it."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from edge_anpr.config import Section
from edge_anpr.errors import ModelMismatch

Share = Annotated[float, Field(gt=-0.5, le=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Size = Annotated[int, Field(gt=0)]


class InputFacts(Section):
    """The picture the model expects: int8 pixels of value (q - zero_point) * scale."""

    width: Size
    height: Size
    channels: Literal[1, 3]
    colour: Literal["BGR", "grey"]
    scale: float = Field(gt=0)
    zero_point: int = Field(ge=-128, le=127)

    @property
    def shape(self) -> tuple[int, ...]:
        return 1, self.height, self.width, self.channels

    @model_validator(mode="after")
    def _pixels_go_in_unchanged(self) -> Self:
        # Pictures reach the model as int8 = uint8 - 128, with no arithmetic in between.
        if abs(self.scale * 255 - 1) > 1e-3 or self.zero_point != -128:
            raise ValueError("the input must have scale 1/255 and zero point -128")
        if self.channels != {"BGR": 3, "grey": 1}[self.colour]:
            raise ValueError(f"{self.colour} does not have {self.channels} channels")
        return self


class OutputFacts(Section):
    """One output of the model; outputs are told apart by their shapes."""

    name: str
    shape: tuple[Size, ...]


class TrainingSource(Section):
    """One collection of pictures the model learnt from."""

    source: str
    images: int = Field(ge=0)
    licence: str


class TrainingFacts(Section):
    """What the model learnt from."""

    images_seen: int = Field(ge=0)
    data: tuple[TrainingSource, ...]


class _ModelFacts(Section):
    name: str
    version: str
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    input: InputFacts
    outputs: tuple[OutputFacts, ...] = Field(min_length=1)
    training: TrainingFacts
    metrics: dict[str, float]

    @model_validator(mode="after")
    def _outputs_can_be_told_apart(self) -> Self:
        shapes = {output.shape for output in self.outputs}
        if len(shapes) < len(self.outputs):
            raise ValueError("two outputs have one shape")
        return self


class DetectorCard(_ModelFacts):
    """A plate detector."""

    kind: Literal["detector"]
    stride: Size
    """Pixels of the input to a cell of the outputs."""

    threshold: float = Field(gt=0, lt=1)
    """Weaker detections are not believed by themselves."""

    faint_threshold: float | None = Field(default=None, gt=0, lt=1)
    """Those at least this strong are, when a text can be read there."""

    nms_overlap: Fraction
    """Of two detections that overlap more than this, the weaker goes."""

    smallest_plate_px: Size
    """Width at the input from which plates are found reliably."""

    wide: str | None = None
    """File of the card of the same network with a lower input, which takes less time
    where a picture is so wide that it is shown as large there."""

    @model_validator(mode="after")
    def _outputs_fit(self) -> Self:
        wanted = {"heat": 1, "box": 4, "corners": 8}
        rows, columns = (
            self.input.height // self.stride,
            self.input.width // self.stride,
        )
        for output in self.outputs:
            shape = (1, rows, columns, wanted.get(output.name))
            if output.shape != shape:
                raise ValueError(f"output {output.name} should have shape {shape}")
        if not {"heat", "box"} <= {output.name for output in self.outputs}:
            raise ValueError("a detector has the outputs heat and box")
        return self


class Calibration(Section):
    """How raw probabilities become confidences that mean what they say."""

    temperature: float = Field(gt=0)
    """The logits are divided by this."""

    confidence: tuple[tuple[Fraction, Fraction], ...] = Field(min_length=2)
    """Points (raw, calibrated), both rising; straight lines between them."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(list(axis) != sorted(axis) for axis in zip(*self.confidence)):  # noqa: B905
            raise ValueError("the calibration must rise from point to point")
        return self


Margin = tuple[Share, Share]
"""Added on each side of a box: fractions of its width and of its height."""


class SecondLooks(Section):
    """How an unsure read is settled: cut the plate otherwise, and read it again."""

    below: Fraction
    """First looks with a raw probability under this are unsure."""

    margins: tuple[Margin, ...] = Field(min_length=1)
    """One more look each; below 0 cuts into the box."""

    text_share: Fraction | None = None
    """Of the width, which the text should take up: where it takes much less, the looks
    are first narrowed to it. None leaves the box as it was found."""


PLATE_OUTPUT = "plate"
"""Whether there is a plate: a reader may have it beside the text."""
EDGES_OUTPUT = "edges"
"""Where the plate ends: left, top, right, bottom in shares of the look; likewise."""
BESIDE_TEXT = {PLATE_OUTPUT: (1, 1, 1, 1), EDGES_OUTPUT: (1, 1, 1, 4)}
"""Shapes of what a reader may say beside the text."""


class ReaderCard(_ModelFacts):
    """A plate reader."""

    kind: Literal["reader"]
    alphabet: str = Field(min_length=1)
    """The characters of classes 1, 2, ...; class 0 is the blank."""

    margin: tuple[Fraction, Fraction]
    """Of the first look."""

    believed: float | None = Field(default=None, gt=0, lt=1)
    """How likely a plate something must be by detector and reader together; for a model
    with the output `plate`."""

    refused: Fraction = 0.0
    """How unlikely a plate the reader alone must think it to say no."""

    second_looks: SecondLooks | None = None
    calibration: Calibration

    @model_validator(mode="after")
    def _outputs_fit(self) -> Self:
        classes = len(self.alphabet) + 1
        texts = [each for each in self.outputs if each.name not in BESIDE_TEXT]
        if len(texts) != 1 or len(texts[0].shape) != 4:
            raise ValueError("a reader has one text: 1 x rows x steps x classes")
        if texts[0].shape[-1] != classes:
            raise ValueError(
                f"it lists {len(self.alphabet)} characters but the model has "
                f"{texts[0].shape[-1]} outputs, not {classes}"
            )
        beside = {
            each.name: each.shape for each in self.outputs if each.name in BESIDE_TEXT
        }
        for name, shape in beside.items():
            if shape != BESIDE_TEXT[name]:
                raise ValueError(f"output {name} should have shape {BESIDE_TEXT[name]}")
        if (PLATE_OUTPUT in beside) != (self.believed is not None):
            raise ValueError(f"output {PLATE_OUTPUT} and believed come together")
        return self


Card = Annotated[DetectorCard | ReaderCard, Field(discriminator="kind")]
_CARDS: TypeAdapter[DetectorCard | ReaderCard] = TypeAdapter(Card)


def load_card(path: Path) -> DetectorCard | ReaderCard:
    """Raise ModelMismatch when the card is missing or is not as it should be."""
    try:
        facts = yaml.safe_load(path.read_text(encoding="utf-8"))
        plain = json.dumps(facts, default=str)
    except OSError as error:
        raise ModelMismatch(
            f"{path}: cannot be read ({error.strerror}); give the folder of the "
            "models with --models."
        ) from error
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise ModelMismatch(f"{path}: this is not a model's card.") from error
    try:
        return _CARDS.validate_json(plain)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"][1:])
        message = fault["msg"].removeprefix("Value error, ")
        raise ModelMismatch(
            f"{path}: {where + ': ' if where else ''}{message}; "
            "use the card that came with the model."
        ) from error


def models_folder(configured: Path | None) -> Path:
    """The folder asked for, else the one in the package, else that of the checkout."""
    if configured:
        return configured
    package = Path(__file__).parent.parent
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"
