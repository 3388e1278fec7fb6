"""Settings of the clock."""

from edge_anpr.config.section import Section


class ClockConfig(Section):
    """When the time counts as right; until then nothing is erased for its age."""

    trust_rtc: bool = False
    """false: once a time server has set it. true: also when a battery-backed clock
    (RTC) shows the same time; for a site without a time server. Set it right first."""
