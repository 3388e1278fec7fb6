"""Which characters are taken for one another, and how readily.

The costs are 0 for the same character and 1 for two that nobody confuses. The pairs
are those that readers and people confuse on plates (UK UTMC TR007 folds most of them).
"""

UNLIKE = 1.0  # the cost of two characters that do not look alike
LOST = 1.0  # the cost of a character that one of two texts lacks

_PAIRS = {
    0.1: ("0O", "1I"),
    0.15: ("8B", "0Q", "OQ", "0D", "OD"),
    0.2: ("5S", "2Z", "6G", "DQ"),
    0.3: ("1L", "IL", "4A", "7T", "7Z", "17", "VY", "UV", "CG", "0U", "1T"),
    0.4: ("38", "3B", "EF", "FP", "PR", "MN", "MH", "NH", "HW", "VW", "KX", "1J"),
    0.5: ("68", "89", "08", "56", "6B", "RB", "OC", "0C", "IT", "LE", "MW", "39"),
}
_COSTS = {
    way: cost
    for cost, pairs in _PAIRS.items()
    for pair in pairs
    for way in (pair, pair[::-1])
}
_LIKES = {
    char: tuple(
        sorted((cost, way[1]) for way, cost in _COSTS.items() if way[0] == char)
    )
    for char in {way[0] for way in _COSTS}
}


def swap_cost(one: str, other: str) -> float:
    """How unlike two characters look, 0..1."""
    return 0.0 if one == other else _COSTS.get(one + other, UNLIKE)


def likes(char: str) -> tuple[tuple[float, str], ...]:
    """The characters that look like one, with their costs, the likest first."""
    return _LIKES.get(char, ())


def distance(one: str, other: str) -> float:
    """The least cost of making one text of the other."""
    swaps = place_by_place(one, other)
    return costs(one, other)[-1][-1] if swaps is None else swaps


def place_by_place(one: str, other: str) -> float | None:
    """The cost of exchanging characters alone; None if there may be a cheaper way."""
    if len(one) != len(other):
        return None
    swaps = sum(map(swap_cost, one, other))
    # Any other way loses a character and gains one.
    return swaps if swaps <= 2 * LOST else None


def costs(one: str, other: str) -> list[list[float]]:
    """The least cost of making each beginning of one text of each of the other's.

    Levenshtein's table, with look-alikes near one another.
    """
    table = [[place * LOST for place in range(len(other) + 1)]]
    for count, char in enumerate(one, start=1):
        above, row = table[-1], [count * LOST]
        for place, other_char in enumerate(other):
            row.append(
                min(
                    above[place] + swap_cost(char, other_char),
                    above[place + 1] + LOST,
                    row[place] + LOST,
                )
            )
        table.append(row)
    return table
