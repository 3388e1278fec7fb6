"""What is moved to another database is owed there as it was here."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_anpr.storage.moving import BATCH, move_sightings
from edge_anpr.storage.outbox import Due
from tests.storage.making import ALERT, CROP, SIGHTING, Storage, sighting

DUES = st.lists(st.sampled_from([ALERT, SIGHTING, CROP]), unique=True)
REVISIONS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from([None, b"jpeg", b"better"]), DUES),
    max_size=3 * BATCH,
)


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    storage = Storage(tmp_path_factory.mktemp("other"))
    yield storage
    storage.db.close()


def _owed(storage: Storage) -> list[tuple[object, ...]]:
    with storage.db.reading() as connection:
        rows = connection.execute(
            "select destination, kind, sighting_id, revision from owed order by 3, 4, 2"
        )
        return [tuple(row) for row in rows]


@settings(max_examples=20, deadline=None)
@given(revisions=REVISIONS)
def test_all_revisions_are_there_and_owe_what_they_did(
    revisions: list[tuple[int, bytes | None, list[Due]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    source = Storage(tmp_path_factory.mktemp("source"))
    target = Storage(tmp_path_factory.mktemp("target"))
    for revision, (number, crop, due) in enumerate(revisions, 1):
        source.sightings.save(sighting(number, revision, crop=crop), due)
    assert move_sightings(source.db, target.sightings) == len(revisions)
    for number in range(10):
        name = sighting(number).id
        assert target.sightings.revisions(name) == source.sightings.revisions(name)
    assert _owed(target) == _owed(source)
    source.db.close()
    target.db.close()


def test_what_the_other_knows_better_stays_and_is_owed_once(
    storage: Storage, other: Storage
) -> None:
    storage.sightings.save(sighting(1, 2), [SIGHTING])
    storage.sightings.save(sighting(2, 1), [SIGHTING])
    other.sightings.save(sighting(1, 3), [SIGHTING])
    assert move_sightings(storage.db, other.sightings) == 1
    assert move_sightings(storage.db, other.sightings) == 0
    assert _owed(other) == [
        ("mqtt", 1, sighting(1).id, 3),
        ("mqtt", 1, sighting(2).id, 1),
    ]


def test_what_is_refused_is_offered_again(storage: Storage, other: Storage) -> None:
    storage.sightings.save(sighting(1), [SIGHTING])
    first = storage.outbox.next_owed()
    assert first
    storage.outbox.refused(first, "too large")
    move_sightings(storage.db, other.sightings)
    assert len(other.deliver_all()) == 1
