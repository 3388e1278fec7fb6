"""Why was this car not read? Where vehicles are lost, and the last of them."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, NotFound

from edge_anpr.storage.access import Action
from edge_anpr.tracking.misses import Miss, Reason
from edge_anpr.web.aiming import NEEDED_PX
from edge_anpr.web.device import Device, Stretch
from edge_anpr.web.guard import Guard, login_needed, who
from edge_anpr.web.words import duration, machine_time, masked

WINDOWS = {"hour": 3600.0, "day": 86_400.0}
REFRESH_S = 5

ADVICE = {
    Reason.SMALL: f"Zoom in or move closer: {NEEDED_PX:.0f} px are good.",
    Reason.BLURRED: "Shorten the shutter or turn the focus ring; look at it with Aim.",
    Reason.UNREAD: "Look at the crop: glare, dirt, a steep angle, or no plate at all? "
    "What is no plate can be masked in the settings.",
    Reason.MISREAD: "Much the same plate was read there more often, and was reported.",
    Reason.FEW_READS: "It was in view too briefly: more frames a second, or a wider "
    "view, or a smaller tracking.min_reads.",
    Reason.UNSURE: "Its looks said this and that, and none of them surely; look at the "
    "crop, and then at the shutter, the focus and the light.",
    Reason.NO_FORMAT: "It fits no format of formats.countries; add the country, or set "
    "formats.require to false.",
}
STAGES = (
    ("passages", "Plate found", "vehicles whose plate was seen"),
    ("near", "Big enough", "to be read"),
    ("sharp", "Sharp enough", "at least once"),
    ("legible", "Read", "at least once"),
    ("agreed", "Agreed", "enough looks, and surely"),
    ("reported", "Format", "fits, where one is required"),
    ("sent", "Sent", "the broker has it"),
)
FRAME_STAGES = (
    ("frames", "Frames"),
    ("moving", "With motion"),
    ("found", "Plates in them"),
    ("large_enough", "Big enough"),
    ("inside", "Inside the region"),
    ("read", "Read"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the funnel."""

    key: str
    name: str
    says: str
    count: int
    lost: int  # since the stage before
    share: float  # 0..1, of the first stage


def pages(device: Device, guard: Guard) -> Blueprint:
    blueprint = Blueprint("why", __name__)

    @blueprint.get("/why")
    def show() -> str:
        window = _window()
        stretch = device.funnel(WINDOWS[window])
        misses = device.misses.recent()
        if who():
            guard.note_looks(f"miss {each.number}" for each in misses)
        return render_template(
            "why.html",
            window=window,
            covered=duration(stretch.seconds),
            is_whole=stretch.seconds > 0.9 * WINDOWS[window],
            steps=steps(stretch),
            frames=[(name, stretch.counts.get(key, 0)) for key, name in FRAME_STAGES],
            moving=stretch.counts.get("moving", 0),
            seen=stretch.counts.get("frames", 0),
            misses=misses,
            advice=ADVICE,
            refresh_s=REFRESH_S,
        )

    @blueprint.get("/why/<int(max=999999999):number>.jpg")
    @login_needed
    def crop(number: int) -> Response:
        guard.note_looks([f"miss {number}"])
        return _crop(device, number)

    @blueprint.get("/api/v1/funnel")
    def funnel() -> Response:
        window = _window()
        stretch = device.funnel(WINDOWS[window])
        return jsonify(
            window=window, seconds=round(stretch.seconds, 1), stages=stretch.counts
        )

    @blueprint.get("/api/v1/misses")
    def misses() -> Response:
        if who():
            guard.note(Action.LOOK, detail="vehicles not read")
        return jsonify(misses=[_fields(each) for each in device.misses.recent()])

    @blueprint.get("/api/v1/misses/<int(max=999999999):number>/crop")
    @login_needed
    def miss_crop(number: int) -> Response:
        guard.note_looks([f"miss {number}"])
        return _crop(device, number)

    return blueprint


def steps(stretch: Stretch) -> list[Step]:
    """Vehicles by how far they came; without the last where there is no broker."""
    counts = stretch.counts
    found = [each for each in STAGES if each[0] in counts]
    first = max(counts.get("passages", 0), 1)
    before = counts.get("passages", 0)
    made = []
    for key, name, says in found:
        count = counts[key]
        lost = max(before - count, 0)
        made.append(Step(key, name, says, count, lost, min(count / first, 1.0)))
        before = count
    return made


def _window() -> str:
    window = request.args.get("window", "hour")
    if window not in WINDOWS:
        raise BadRequest(f"window is one of: {', '.join(WINDOWS)}.")
    return window


def _crop(device: Device, number: int) -> Response:
    for each in device.misses.recent():
        if each.number == number and each.crop_jpeg:
            return Response(each.crop_jpeg, content_type="image/jpeg")
    raise NotFound("It is no longer kept.")


def _fields(miss: Miss) -> dict[str, object]:
    return {
        "number": miss.number,
        "reason": miss.reason,
        "advice": ADVICE[miss.reason],
        "seen_at": machine_time(miss.seen_at),
        "seconds": round(miss.seconds, 1),
        "width_px": round(miss.width_px, 1),
        "sharpness": round(miss.sharpness, 3),
        "text": miss.text if who() else masked(miss.text),
        "has_crop": miss.crop_jpeg is not None,
    }
