"""The newest item for whoever looks, and no trouble for whoever shows it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from edge_anpr.runtime.glance import Glance


def test_nobody_gets_what_was_shown_before() -> None:
    glance = Glance[str]()
    glance.show("old")
    assert glance.look(0.01) is None


def test_all_who_wait_get_the_next_one_and_it_is_let_go() -> None:
    glance, pause = Glance[str](), Event()
    with ThreadPoolExecutor(5) as pool:
        looks = [pool.submit(glance.look, 10.0) for _ in range(5)]
        while not all(look.done() for look in looks):
            glance.show("new")
            pause.wait(0.01)
    assert [look.result() for look in looks] == ["new"] * 5
    assert glance._item is None
