"""Changes of files: written before, settled after, found again by server and by person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.audit import Outcome
from bot.domain.file_changes import (
    Change,
    ChangeKind,
    SavedAs,
    new_id,
)
from bot.storage import Store
from bot.storage.repositories import file_changes

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
CHANGE = Change(
    id=new_id(NOW, "00000000"),
    guild_id=1,
    user_id=7,
    panel_id="main",
    server_uuid="1a7ce997-259b-452e-8b4e-cecc464142ca",
    kind=ChangeKind.EDIT,
    path="/ö.txt",
    kept=SavedAs.SNAPSHOT,
    size_bytes=2**40,
    before="a" * 64,
    after="b" * 64,
    outcome=Outcome.DONE,
)
WHERE = {"panel_id": CHANGE.panel_id, "server_uuid": CHANGE.server_uuid}


def later(minutes: int, **other: Any) -> Change:
    changed: Change = replace(CHANGE, id=new_id(NOW + timedelta(minutes=minutes), f"{minutes:08x}"), **other)
    return changed


async def keep(store: Store, *some: Change) -> None:
    for change in some:
        await store.write(partial(file_changes.begin, change=change))


async def known(store: Store, *some: Change) -> dict[str, Change]:
    async with store.read() as conn:
        return await file_changes.of_ids(conn, **WHERE, ids=[change.id for change in some])


async def last(store: Store) -> Change | None:
    async with store.read() as conn:
        return await file_changes.last_of(conn, **WHERE, guild_id=1, user_id=7)


async def test_a_change_comes_back_as_it_went_in_and_only_for_its_server(store: Store) -> None:
    moved = later(
        1, kind=ChangeKind.MOVE, target="/there", kept=SavedAs.NOTHING, size_bytes=None, before=None
    )
    elsewhere = later(2, server_uuid="another")
    await keep(store, CHANGE, moved, elsewhere)
    assert await known(store, CHANGE, moved, elsewhere) == {CHANGE.id: CHANGE, moved.id: moved}


async def test_the_last_change_is_ones_own_made_and_not_taken_back(store: Store) -> None:
    assert await last(store) is None
    await keep(
        store,
        CHANGE,
        later(1, outcome=Outcome.UNKNOWN),
        later(2, outcome=Outcome.FAILED),
        later(3, user_id=8),
        later(4, guild_id=2),
        later(5, kind=ChangeKind.UNDO),
        later(6, server_uuid="another"),
    )
    change = await last(store)
    assert change == later(1, outcome=Outcome.UNKNOWN)
    await store.write(lambda conn: file_changes.mark_undone(conn, change.id))
    assert await last(store) == CHANGE


async def test_how_it_ended_is_settled_and_old_ones_are_forgotten(store: Store) -> None:
    new = later(1, outcome=Outcome.UNKNOWN)
    await keep(store, CHANGE, new)
    await store.write(lambda conn: file_changes.settle(conn, new.id, Outcome.FAILED))
    assert (await known(store, new))[new.id].outcome is Outcome.FAILED
    await store.write(lambda conn: file_changes.forget(conn, **WHERE, before_id=new.id))
    assert await known(store, CHANGE, new) == {new.id: replace(new, outcome=Outcome.FAILED)}
    await store.write(lambda conn: file_changes.forget(conn, **WHERE, ids=[new.id]))
    assert await known(store, new) == {}


async def test_many_ids_are_asked_for_in_parts(store: Store) -> None:
    some = [later(minutes) for minutes in range(600)]
    async with store.read() as conn:
        assert await file_changes.of_ids(conn, **WHERE, ids=[change.id for change in some]) == {}
