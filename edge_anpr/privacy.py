"""Say what this device keeps, where and for how long, as its settings have it."""

from collections.abc import Iterator

from edge_anpr.config import Config
from edge_anpr.config.review import ReviewConfig
from edge_anpr.config.web import LOGIN_FILE
from edge_anpr.storage import reports, review_log
from edge_anpr.tracking import misses


def privacy_report(config: Config) -> str:
    """A page in Markdown, for a notice or an assessment."""
    return "\n".join(
        [
            f"# What {config.device.title} keeps, and who gets it",
            "",
            "| what | where | for how long |",
            "|---|---|---|",
            *(f"| {what} | {where} | {time} |" for what, where, time in _kept(config)),
            "",
            *(f"- {line}" for line in (*_leaves(config), *_shown(config))),
        ]
    )


def _kept(config: Config) -> Iterator[tuple[str, str, str]]:
    storage = config.storage
    file = f"{storage.folder}/sightings.db on this device"
    yield (
        "Pictures of the road, as the camera gives them",
        "memory; never a disk",
        f"until they are read, at most {config.motion.burst_age_s:g} s",
    )
    yield (
        "Sightings: plate, times, direction, match with a watch list",
        file,
        _days(storage.keep_sightings_days),
    )
    yield "Crops of plates", file, _days(storage.keep_crops_days)
    yield (
        "Crops of vehicles that were not reported",
        "memory; never a disk",
        f"until {misses.MOST} newer ones, or the end of the service",
    )
    yield (
        "What could not be delivered yet",
        file,
        "until it is delivered"
        if storage.keep_owed_days is None
        else f"{_days(storage.keep_owed_days)} at most",
    )
    yield (
        "Who looked at which sighting on the page",
        file,
        _days(storage.keep_access_days),
    )
    if config.web.enabled:
        yield (
            "Who is logged in on the page; what is kept lets nobody in",
            f"{storage.folder}/{LOGIN_FILE} on this device",
            "until they log out, or somebody logs in more than "
            f"{config.web.session_hours:g} hours later",
        )
        yield (
            "Commissioning reports that somebody saves while aiming: a picture of the "
            "road, its plates made unreadable",
            file,
            f"until {reports.MOST} newer ones",
        )
    if config.review.enabled:
        yield (
            "What came of each second opinion; no plate",
            file,
            _days(review_log.KEEP.days),
        )
    for each in config.watchlists.lists:
        yield f"Watch list ({each.kind})", str(each.file), "until somebody removes it"


def _leaves(config: Config) -> Iterator[str]:
    mqtt = config.mqtt
    if not mqtt.host:
        yield "Nothing is sent to a broker."
    else:
        how = "encrypted" if mqtt.tls else "NOT ENCRYPTED"
        yield (
            f"Sightings and crops go to the broker {mqtt.host}:{mqtt.port}, {how}. "
            "What happens to them there is for its operator to say."
        )
        if mqtt.expire_after_s:
            yield (
                f"The broker drops what nobody fetches within "
                f"{_days(mqtt.expire_after_s / 86400)} (MQTT 5)."
            )
    yield _cloud(config.review, has_formats=bool(config.formats.countries))


def _cloud(review: ReviewConfig, *, has_formats: bool) -> str:
    if not review.enabled:
        return "Nothing goes to a cloud."
    foreign = ", and of those that fit no format of formats.countries,"
    return (
        f"Crops of plates read less surely than {review.below_confidence:g}"
        f"{foreign if has_formats and review.unless_format_fits else ''} go to "
        f"Google ({review.endpoint}), at most {review.monthly_share} a month; whole "
        "pictures never do."
    )


def _shown(config: Config) -> Iterator[str]:
    if config.web.enabled:
        yield (
            f"The page on port {config.web.port} hides plates until somebody logs in, "
            "and notes who looked."
        )
    else:
        yield "There is no page."
    yield "No log holds a plate."
    yield (
        f"All of it together never takes more than {config.storage.max_mb} MB; the "
        "oldest goes first."
    )


def _days(days: float) -> str:
    if days < 1:
        return _counted(f"{days * 24:.3g}", "hour")
    return _counted(f"{days:.2f}".rstrip("0").rstrip("."), "day")


def _counted(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
