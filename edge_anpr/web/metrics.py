"""The device's figures for Prometheus; never a plate in a label."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from edge_anpr.records import ReviewState
from edge_anpr.runtime.health import bytes_written
from edge_anpr.tracking.misses import Reason
from edge_anpr.web.device import State, Totals

CONTENT_TYPE = CONTENT_TYPE_LATEST
CANDIDATES = (
    ("large_enough", "too small"),
    ("inside", "outside the region"),
    ("read", "unread"),
)
UNREAD = (Reason.SMALL, Reason.BLURRED, Reason.UNREAD)


def metrics(state: State, totals: Totals) -> bytes:
    """In the text format."""
    registry = CollectorRegistry()
    registry.register(_Figures(state, totals))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, state: State, totals: Totals) -> None:
        self._state = state
        self._totals = totals

    def collect(self) -> Iterator[Metric]:
        yield from self._camera()
        yield from self._recognition()
        yield from self._delivery()
        yield from self._review()
        yield from self._computer()

    def _camera(self) -> Iterator[Metric]:
        health, camera = self._state.health, self._state.camera
        dropped = health.frames_dropped or 0
        yield _counter(
            "edge_anpr_frames",
            "Frames from the camera, by what became of them.",
            "result",
            {"taken": camera.frames - dropped, "dropped": dropped},
        )
        if camera.frame_age_s is not None:
            yield GaugeMetricFamily(
                "edge_anpr_frame_age_seconds",
                "Age of the last frame.",
                camera.frame_age_s,
            )
        yield CounterMetricFamily(
            "edge_anpr_sightings", "Vehicles reported.", health.sightings or 0
        )
        yield _counter(
            "edge_anpr_alerts",
            "Of these, on a deny or watch list.",
            "list",
            self._totals.alerts,
        )

    def _recognition(self) -> Iterator[Metric]:
        totals = self._totals
        candidates = CounterMetricFamily(
            "edge_anpr_plate_candidates",
            "Plates found in frames, by where they were lost; read: nowhere.",
            labels=("stage", "reason"),
        )
        before = totals.stages.get("found", 0)
        for stage, reason in CANDIDATES:
            count = totals.stages.get(stage, 0)
            candidates.add_metric((stage, reason), max(before - count, 0))
            before = count
        candidates.add_metric(("read", ""), before)
        yield candidates
        left_out = totals.left_out
        unread = sum(left_out.get(reason, 0) for reason in UNREAD)
        yield _counter(
            "edge_anpr_passages",
            "Vehicles that have passed.",
            "outcome",
            {
                "read": totals.stages.get("reported", 0),
                "unread": unread,
                "ignored": sum(left_out.values()) - unread,
            },
        )
        inference = HistogramMetricFamily(
            "edge_anpr_inference_seconds", "A model takes.", labels=("model",)
        )
        for model, seconds in totals.seconds.items():
            inference.add_metric((model,), seconds.buckets, seconds.sum_s)
        yield inference
        if totals.published:
            yield HistogramMetricFamily(
                "edge_anpr_passage_to_publish_seconds",
                "From when a vehicle was last seen until the broker had it.",
                buckets=totals.published.buckets,
                sum_value=totals.published.sum_s,
            )

    def _delivery(self) -> Iterator[Metric]:
        state = self._state
        if state.storage is None:
            return
        owed: dict[str, int] = {}
        refused: dict[str, int] = {}
        for each in state.storage.to_send:
            name = each.kind.name.lower()
            owed[name] = owed.get(name, 0) + each.owed
            refused[name] = refused.get(name, 0) + each.refused
        yield _gauge(
            "edge_anpr_outbox_messages", "Stored and not yet sent.", "class", owed
        )
        yield _gauge(
            "edge_anpr_outbox_refused_messages",
            "What the destination will never take.",
            "class",
            refused,
        )
        yield GaugeMetricFamily(
            "edge_anpr_outbox_oldest_seconds",
            "Since the oldest of them was seen.",
            state.health.oldest_owed_s or 0.0,
        )
        yield _gauge(
            "edge_anpr_storage_used_bytes",
            "Disk space by what takes it.",
            "class",
            {"database": state.storage.files_bytes},
        )

    def _review(self) -> Iterator[Metric]:
        review = self._state.health.review
        if review is None:
            return
        yield _gauge(
            "edge_anpr_cloud_units",
            "Pictures paid for in the reviewer's month and day.",
            "period",
            {"month": review.units_month, "day": review.units_day},
        )
        yield _gauge(
            "edge_anpr_cloud_units_allowed",
            "The most there may be.",
            "period",
            {"month": review.monthly_units, "day": review.daily_units},
        )
        yield _gauge(
            "edge_anpr_reviews",
            "Second opinions of the last year; corrected: changes that a person undid.",
            "outcome",
            {
                "confirmed": review.confirmed,
                "changed": review.changed,
                "disagreed": review.disagreed,
                "nothing_read": review.nothing_read,
                "corrected": review.corrected,
            },
        )
        yield GaugeMetricFamily(
            "edge_anpr_reviews_owed", "Sightings that wait for one.", review.owed
        )
        yield _gauge(
            "edge_anpr_review_state",
            "1: this is how it is.",
            "state",
            {each: int(each is review.state) for each in ReviewState},
        )

    def _computer(self) -> Iterator[Metric]:
        health = self._state.health
        yield GaugeMetricFamily(
            "edge_anpr_uptime_seconds", "Since the program started.", health.uptime_s
        )
        written = bytes_written()
        for name, says, figure in (
            ("edge_anpr_cpu_celsius", "Temperature.", health.cpu_celsius),
            ("edge_anpr_throttled", "1: the computer slows down.", health.throttled),
            ("edge_anpr_weak_power", "1: the voltage is too low.", health.weak_power),
            ("edge_anpr_canary_ok", "1: a drawn plate is read.", health.can_read),
        ):
            if figure is not None:
                yield GaugeMetricFamily(name, says, float(figure))
        if written is not None:
            yield CounterMetricFamily(
                "edge_anpr_bytes_written", "To the disk, by this program.", written
            )
        yield GaugeMetricFamily(
            "edge_anpr_problems",
            "What someone should mend.",
            len(self._state.problems),
        )
        info = GaugeMetricFamily(
            "edge_anpr_build_info", "What runs.", labels=("version", "model")
        )
        for model in health.models or ("",):
            info.add_metric((health.version, model), 1)
        yield info


def _counter(
    name: str, says: str, label: str, figures: dict[str, int]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, says, labels=(label,))
    for value, figure in figures.items():
        family.add_metric((value,), figure)
    return family


def _gauge(
    name: str, says: str, label: str, figures: dict[str, int]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=(label,))
    for value, figure in figures.items():
        family.add_metric((value,), figure)
    return family
