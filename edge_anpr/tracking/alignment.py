"""Lay one text beside another, so that they can be compared character by character."""

from typing import TypeAlias

from edge_anpr.tracking.lookalikes import LOST, costs, place_by_place, swap_cost

Row: TypeAlias = list[str]  # what a text says at each slot, see aligned


def aligned(text: str, pivot: str) -> Row:
    """Lay a text beside the pivot, at the least cost.

    The slots: what stands before the pivot's first character, at it, between it and
    the second, and so on to what stands after the last; "" where nothing does.
    """
    row = [""] * (2 * len(pivot) + 1)
    if place_by_place(text, pivot) is not None:
        row[1::2] = text
        return row
    cost = costs(text, pivot)
    i, j = len(text), len(pivot)
    while i or j:
        if (
            i
            and j
            and cost[i][j] == cost[i - 1][j - 1] + swap_cost(text[i - 1], pivot[j - 1])
        ):
            i, j = i - 1, j - 1
            row[2 * j + 1] = text[i]
        elif j and cost[i][j] == cost[i][j - 1] + LOST:
            j -= 1
        else:
            i -= 1
            row[2 * j] = text[i] + row[2 * j]
    return row
