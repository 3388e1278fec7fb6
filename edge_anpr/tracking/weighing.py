"""How sure several looks together are of the things that they say.

A look makes what it names as many times likelier, before anything that it does not
name, as it is surer of it (Bayes' rule); one that could read nothing changes nothing.
Looks at one plate err alike, so all together count as little more than one, which is
their mean.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

FURTHER = 0.05  # of a look that each further one adds, if it is as good as the best
SUREST = 0.995  # no single look is heard as surer than this
LEAST_SURE = 1e-3  # nor as surer that something is not so
UNSAID = 10  # things that a look leaves about equally likely when it names none of them


def chances(
    views: Sequence[Mapping[str, float]], weights: Sequence[float]
) -> dict[str, float]:
    """Probability of everything that is said in any view, 0..1.

    views: what each look finds how likely, each not empty and adding up to at most 1.
    weights: how good the looks are, the best first.
    """
    best, unsaid = views[0], _unsaid(views[0])
    good = [each / weights[0] if weights[0] else 1.0 for each in weights]
    looks = 1 + FURTHER * (sum(good) - 1)
    scores: dict[str, float] = defaultdict(float)
    for view, part in zip(views, good, strict=True):
        for each in view:
            likelier = math.log(_heard(view, each) / _unsaid(view))
            scores[each] += looks * part / sum(good) * likelier
    others = len(scores.keys() - best.keys())
    left = max(1 - sum(_heard(best, each) for each in best), 0.0)
    rest = max(left / unsaid - others, 0.0)  # things that nobody names
    whole = sum(math.exp(score) for score in scores.values()) + rest
    return {each: math.exp(score) / whole for each, score in scores.items()}


def _heard(view: Mapping[str, float], said: str) -> float:
    return min(max(view[said], LEAST_SURE), SUREST)


def _unsaid(view: Mapping[str, float]) -> float:
    """For each thing that a look does not name: less likely than all that it does."""
    left = max(1 - sum(view.values()), 0.0) / UNSAID
    return max(min(left, *view.values()), LEAST_SURE)
