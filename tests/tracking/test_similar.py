"""What a long list holds that is like a plate is what going through it would find."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.tracking.lookalikes import swap_cost
from edge_anpr.tracking.similar import CHARACTERS, Similar

ALIKE = st.text("0ODB81IA4X", min_size=1, max_size=6)  # likely to be near one another
ANY = st.text(CHARACTERS, min_size=1, max_size=4)


def _one_by_one(listed: list[str], plate: str, max_cost: float) -> dict[str, float]:
    costs = {
        each: sum(swap_cost(*pair) for pair in zip(plate, each, strict=True))
        for each in listed
        if len(each) == len(plate)
    }
    return {each: cost for each, cost in costs.items() if round(cost, 3) <= max_cost}


@given(
    st.lists(ALIKE | ANY, max_size=40),
    ALIKE | ANY | st.text(max_size=3),
    st.sampled_from([0.0, 0.1, 0.3, 0.45, 1.0, 1.3, 2.0]),
)
def test_as_much_is_found_as_one_by_one(
    listed: list[str], plate: str, max_cost: float
) -> None:
    found = [*Similar(listed, max_cost).to(plate)]
    assert dict(found) == pytest.approx(_one_by_one(listed, plate, max_cost))
    assert len(dict(found)) == len(found)


def test_a_long_list_costs_little() -> None:
    dice = random.Random(1)
    plates = ["".join(dice.choices(CHARACTERS, k=7)) for _ in range(100_050)]
    similar = Similar(plates[50:], 0.3)
    began_s = time.process_time()
    for plate in plates[:50]:
        assert all(each != plate for each, _ in similar.to(plate))
    assert time.process_time() - began_s < 50 * 0.02
