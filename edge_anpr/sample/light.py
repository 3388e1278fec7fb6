"""The light a scene is seen by."""

from dataclasses import dataclass
from typing import Literal

from edge_anpr.sample.paint import Tone, tone

LightName = Literal["day", "dusk", "night", "infrared"]


@dataclass(frozen=True, slots=True)
class Light:
    """Sky, exposure and lamps; colours are BGR 0..255, gains are factors."""

    zenith: Tone
    horizon: Tone
    sun: float
    gain: Tone
    plate_gain: Tone
    lamps: float
    """How brightly the vehicles' lamps shine, 0..1."""

    noise: float
    """Standard deviation of the sensor's noise, in grey levels."""

    is_grey: bool = False


LIGHTS: dict[LightName, Light] = {
    "day": Light(
        zenith=tone(206, 158, 112),
        horizon=tone(240, 230, 220),
        sun=1.0,
        gain=tone(1.12, 1.12, 1.12),
        plate_gain=tone(0.96, 0.96, 0.96),
        lamps=0.0,
        noise=1.7,
    ),
    "dusk": Light(
        zenith=tone(196, 138, 112),
        horizon=tone(176, 206, 255),
        sun=0.45,
        gain=tone(0.76, 0.72, 0.74),
        plate_gain=tone(0.72, 0.72, 0.76),
        lamps=0.55,
        noise=3.2,
    ),
    "night": Light(
        zenith=tone(46, 28, 20),
        horizon=tone(60, 50, 50),
        sun=0.25,
        gain=tone(0.33, 0.4, 0.46),
        plate_gain=tone(0.62, 0.7, 0.74),
        lamps=0.85,
        noise=5.0,
    ),
    "infrared": Light(
        zenith=tone(30, 30, 30),
        horizon=tone(40, 40, 40),
        sun=0.3,
        gain=tone(0.36, 0.36, 0.36),
        plate_gain=tone(0.9, 0.9, 0.9),
        lamps=0.2,
        noise=4.0,
        is_grey=True,
    ),
}
