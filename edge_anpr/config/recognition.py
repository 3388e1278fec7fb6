"""Settings of recognition."""

from enum import StrEnum

from pydantic import Field

from edge_anpr.config.paths import SomePath
from edge_anpr.config.section import Section


class DetectorSize(StrEnum):
    """Which of the detectors looks at a picture."""

    AUTO = "auto"
    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"


class RecognitionConfig(Section):
    """How plates are found and read in a picture."""

    models: SomePath | None = None
    """Folder of the models and their cards; null: those that came with edge-anpr."""

    detector_size: DetectorSize = DetectorSize.AUTO
    """small is quickest, large finds the smallest plates; auto takes large for
    pictures with more than 1000 pixels on the longer side, otherwise normal, and
    in a stored picture large, too, where normal leaves a doubt."""

    threads: int = Field(default=1, ge=1, le=64)
    """Processor threads a model may use."""

    delegate: SomePath | None = None
    """Library that runs the models on other hardware, such as
    /usr/lib/aarch64-linux-gnu/libedgetpu.so.1; where it fails, the processor does;
    null: none."""

    min_detection_confidence: float | None = Field(default=None, ge=0, le=1)
    """Weaker detections are not looked at (0..1); null: as the model's card says."""

    min_confidence: float = Field(default=0.0, ge=0, le=1)
    """Reads below this confidence are left out (0..1)."""

    min_plate_width_px: float = Field(default=32.0, ge=0)
    """Narrower plates of passing vehicles are followed, but not read."""
