"""The tables of both READMEs, written from `metrics.json` so that they agree."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Metrics = Mapping[str, Any]


def update_tables(root: Path, metrics: Metrics) -> None:
    """Replace what stands between the marks of the README and of the model card."""
    _replace(root / "README.md", "headline", headline(metrics))
    _replace(root / "models" / "README.md", "figures", as_markdown(metrics))


def _replace(file: Path, mark: str, table: str) -> None:
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    file.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


def headline(metrics: Metrics) -> str:
    """What matters most, for the front page."""
    frames, crops = (metrics["int8"][part]["all"] for part in ("frames", "crops"))
    sure = metrics["int8"]["confident"]["crops"]
    large = metrics["sizes"]["large"]["all"]
    rows = [
        ["plates found in whole pictures (IoU ≥ 0.5)", _percent(frames["recall50"])],
        ["boxes a picture that touch no labelled plate", f"{frames['false']:.2f}"],
        ["plates read right in whole pictures", _percent(frames["folded"])],
        ["the same with the large detector", _percent(large["folded"])],
        ["plate crops read right", _percent(crops["folded"])],
        ["crops reported at 0.9 or more", _percent(sure["kept"])],
        ["right of those", _percent(sure["right"])],
    ]
    return _table(["validation photographs, O=0 and I=1 folded", ""], rows)


def _percent(value: float | None) -> str:
    return f"{_share(value)} %"


def as_markdown(metrics: Metrics) -> str:
    return "\n\n".join(
        [
            "### Finding and reading, whole frames (int8 / float)",
            _frames(metrics),
            "### Reading plate crops (int8 / float)",
            _crops(metrics),
            _wrong(metrics["wrong labels"]),
            "### Confidence",
            _confident(metrics["int8"]["confident"]),
            "### The three detector sizes, all frames (int8)",
            _sizes(metrics),
            "### Recall at IoU ≥ 0.5 by plate width at the detector's input (int8)",
            _recall(metrics["sizes"]),
            "### End to end by plate width in the frame (int8, folded)",
            _reading(metrics["int8"]["reading by width"]),
        ]
    )


def _frames(metrics: Metrics) -> str:
    head = ["source", "plates", "recall ≥ .5", "recall ≥ .3", "false a frame"]
    head += ["texts", "exact", "folded"]
    rows = []
    for source, int8 in metrics["int8"]["frames"].items():
        other = _float(metrics, "frames", source)
        rows.append(
            [
                source,
                str(int8["plates"]),
                _both(int8, other, "recall50"),
                _both(int8, other, "recall30"),
                _both(int8, other, "false", share=False),
                str(int8["texts"]),
                _both(int8, other, "exact"),
                _both(int8, other, "folded"),
            ]
        )
    return _table(head, rows)


def _crops(metrics: Metrics) -> str:
    rows = []
    for source, int8 in metrics["int8"]["crops"].items():
        other = _float(metrics, "crops", source)
        keys = ("exact", "folded", "character_error")
        figures = [_both(int8, other, key) for key in keys]
        rows.append([source, str(int8["crops"]), *figures])
    return _table(["source", "crops", "exact", "folded", "character error"], rows)


def _wrong(wrong: Metrics) -> str:
    frames, crops = (_percent(wrong[part]["folded"]) for part in ("frames", "crops"))
    return (
        f"Of the texts, {wrong['labels']} are labelled wrongly (listed with the "
        "evidence in `training/wrong_labels.csv`). They count above; without them "
        f"{frames} of the frames' texts and {crops} of the crops are read right (int8, "
        "folded)."
    )


def _confident(confident: Metrics) -> str:
    rows = [
        [name, _share(figures["kept"]), _share(figures["right"])]
        for name, figures in confident.items()
    ]
    return _table(["reported at ≥ 0.9", "share of all", "right of those"], rows)


def _sizes(metrics: Metrics) -> str:
    sizes = metrics["sizes"]
    rows = [_size(name, size["all"], size["doubtful"]) for name, size in sizes.items()]
    both = metrics["int8"]["frames"]["all"]
    rows.append(_size("auto: normal, and large where that leaves a doubt", both, None))
    head = ["size", "recall ≥ .5", "recall ≥ .3", "false a frame", "end to end folded"]
    return _table([*head, "leaves a doubt"], rows)


def _size(name: str, figures: Metrics, doubtful: float | None) -> list[str]:
    recall = [_share(figures[key]) for key in ("recall50", "recall30")]
    false, folded = f"{figures['false']:.2f}", _share(figures["folded"])
    return [name, *recall, false, folded, _share(doubtful)]


def _recall(sizes: Metrics) -> str:
    bands = list(dict.fromkeys(b for s in sizes.values() for b in s["recall by width"]))
    rows = []
    for name, size in sizes.items():
        cells = []
        for band in bands:
            figures = size["recall by width"].get(band)
            cells.append(
                f"{_share(figures['recall50'])} ({figures['plates']})"
                if figures
                else "–"
            )
        rows.append([name, *cells])
    return _table(["size", *(f"{band} px" for band in bands)], rows)


def _reading(bands: Metrics) -> str:
    return _table(
        [f"{band} px" for band in bands],
        [[f"{_share(each['folded'])} ({each['texts']})" for each in bands.values()]],
    )


def _float(metrics: Metrics, part: str, source: str) -> Metrics | None:
    figures: Metrics | None = metrics.get("float", {}).get(part, {}).get(source)
    return figures


def _both(int8: Metrics, other: Metrics | None, key: str, *, share: bool = True) -> str:
    values = [int8[key]] + ([other[key]] if other else [])
    if values[0] is None:
        return "–"
    return " / ".join(_share(v) if share else f"{v:.2f}" for v in values)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
