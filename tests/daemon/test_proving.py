"""When it is tried whether plates can be read, and what is said of it."""

from dataclasses import dataclass, field

from edge_anpr.daemon.proving import EVERY_S, LATEST_S, Proving


@dataclass
class Models:
    """What they will do, and when they were asked."""

    can_read: bool = True
    now_s: float = 0.0
    asked_s: list[float] = field(default_factory=list)

    def __call__(self) -> bool:
        self.asked_s.append(self.now_s)
        return self.can_read


def _proving(models: Models) -> Proving:
    return Proving(models, clock=lambda: models.now_s)


def test_it_waits_for_an_hour_and_a_quiet_moment() -> None:
    models = Models()
    proving = _proving(models)
    for models.now_s in (0.0, EVERY_S - 1, EVERY_S + 1):
        proving.turn(is_idle=False)
    proving.turn(is_idle=True)
    assert models.asked_s == [0.0, EVERY_S + 1]


def test_it_does_not_wait_for_ever() -> None:
    models = Models()
    proving = _proving(models)
    for models.now_s in (0.0, LATEST_S - 1, LATEST_S):
        proving.turn(is_idle=False)
    assert models.asked_s == [0.0, LATEST_S]


def test_a_plate_that_is_not_read_is_a_problem_until_it_is() -> None:
    models = Models(can_read=False)
    proving = _proving(models)
    assert (proving.result, list(proving.problems())) == (None, [])
    proving.prove()
    assert proving.result is False
    assert [each.part for each in proving.problems()] == ["reading"]
    models.can_read = True
    proving.prove()
    assert (proving.result, list(proving.problems())) == (True, [])
