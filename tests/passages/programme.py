"""Which photographs drive by in which film."""

import random
from pathlib import Path

from tests.passages.filming import Film, film
from tests.passages.photographs import load_photographs, load_streets

A_FILM = 12  # vehicles
NIGHTS = 3  # every so many films is by night


def films(data: Path, split: str, vehicles: int, seed: int = 1) -> list[Film]:
    """In which so many photographs, drawn at random, drive by."""
    photographs = list(load_photographs(data, split))
    streets = load_streets(data, split)
    chance = random.Random(seed)
    chance.shuffle(photographs)
    starts = range(0, min(vehicles, len(photographs)), A_FILM)
    return [
        film(
            photographs[start : min(start + A_FILM, vehicles)],
            chance.choice(streets),
            is_night=number % NIGHTS == NIGHTS - 1,
            seed=seed * 1000 + number,
        )
        for number, start in enumerate(starts)
    ]


def filmed_often(data: Path, split: str, vehicles: int, times: int) -> list[Film]:
    """The films of so many seeds: what one tells of a reader is luck in part."""
    seeds = range(1, times + 1)
    return [each for seed in seeds for each in films(data, split, vehicles, seed)]
