"""Cards for models that the tests make up."""

from edge_anpr.recognition.card import DetectorCard, ReaderCard

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHARED = {
    "version": "1",
    "sha256": "0" * 64,
    "training": {"images_seen": 0, "data": ()},
    "metrics": {},
}


def detector_card(width: int = 128, height: int = 64) -> DetectorCard:
    rows, columns = height // 8, width // 8
    return DetectorCard.model_validate(
        {
            **_SHARED,
            "name": "plate_detector",
            "kind": "detector",
            "file": "plate_detector.tflite",
            "input": {
                "width": width,
                "height": height,
                "channels": 3,
                "colour": "BGR",
                "scale": 1 / 255,
                "zero_point": -128,
            },
            "outputs": (
                {"name": "heat", "shape": (1, rows, columns, 1)},
                {"name": "box", "shape": (1, rows, columns, 4)},
                {"name": "corners", "shape": (1, rows, columns, 8)},
            ),
            "stride": 8,
            "threshold": 0.3,
            "nms_overlap": 0.45,
            "smallest_plate_px": 20,
        }
    )


def reader_card(
    confidence: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0)),
    temperature: float = 1.0,
    believed: float | None = None,
    *,
    edges: bool = False,
) -> ReaderCard:
    """With `believed`, one that tells plates from other things, too; with `edges`,
    where they end."""
    tells = [{"name": "plate", "shape": (1, 1, 1, 1)}] if believed else []
    if edges:
        tells.append({"name": "edges", "shape": (1, 1, 1, 4)})
    return ReaderCard.model_validate(
        {
            **_SHARED,
            "name": "plate_reader",
            "kind": "reader",
            "file": "plate_reader.tflite",
            "input": {
                "width": 128,
                "height": 64,
                "channels": 1,
                "colour": "grey",
                "scale": 1 / 255,
                "zero_point": -128,
            },
            "outputs": ({"name": "text", "shape": (1, 2, 32, 37)}, *tells),
            "believed": believed,
            "refused": 0.1 if believed else 0.0,
            "alphabet": ALPHABET,
            "margin": (0.06, 0.1),
            "calibration": {"temperature": temperature, "confidence": confidence},
        }
    )
