"""What was kept is found again: after a crash, without the store, within its bounds."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.domain import paths
from bot.domain.audit import Outcome
from bot.domain.file_changes import (
    UNKNOWN_AUTHOR,
    Change,
    ChangeKind,
    SavedAs,
    manifest,
    new_id,
)
from bot.domain.trash import TrashPolicy
from bot.services.audit import Audit
from bot.services.clock_check import ClockCheck
from bot.services.files import (
    ChangeNotMade,
    HistoryService,
    Journal,
    RestoreMethod,
    SafeChange,
    TrashCleanup,
    TrashEntry,
    TrashStore,
    measure_extent,
    stat_path,
)
from bot.storage import Store
from sandbox import Fault
from tests.file_faults.rig import READ_LIMIT, Rig, rigs

PATH = "/server.properties"
OLD, NEW = b"old\n", b"new\n"


async def edit(rig: Rig, new: bytes = NEW, path: str = PATH) -> None:
    seen = await stat_path(rig.permit, path, read_up_to=READ_LIMIT)
    await rig.safe.write(rig.permit, seen, new, kind=ChangeKind.EDIT)
    await rig.clock.sleep(1)


async def things(rig: Rig, history: HistoryService | None = None) -> list[TrashEntry]:
    return [*(await (history or rig.history).kept(rig.permit)).entries]


async def test_killed_between_snapshot_and_write_the_history_shows_it(rig: Rig) -> None:
    rig.disk.write(PATH, OLD)
    rig.sandbox.faults.add(Fault.slow(0.05), path="*/files/write", skip=2)
    task = asyncio.ensure_future(edit(rig))
    while not rig.sandbox.faults.served:  # noqa: ASYNC110 - the sandbox shows it by this number alone
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    rig.sandbox.faults.clear()

    (thing,) = await things(rig)
    assert thing.change.outcome is Outcome.UNKNOWN
    assert [act.outcome for act in await rig.acts()] == [Outcome.UNKNOWN]
    assert rig.files()[rig.safe.rules.saved(thing.change.id)] == OLD


@pytest.mark.sweep
async def test_without_the_store_the_directory_is_enough(rig: Rig, tmp_path: Path) -> None:
    rig.disk.write(PATH, OLD)
    rig.disk.write("/plugins/a.yml", b"a")
    await edit(rig)
    await rig.safe.remove(rig.permit, await stat_path(rig.permit, "/plugins"))
    store = await Store.open(tmp_path / "another.db", now=rig.clock.now())
    trash = TrashStore(TrashPolicy())
    safe = SafeChange(
        Journal(store, Audit(store, rig.clock), rig.clock),
        trash,
        TrashCleanup(store, trash, rig.clock, ClockCheck(rig.clock)),
    )
    history = HistoryService(store, safe, READ_LIMIT, rig.workers)
    try:
        folder, file = await things(rig, history)
        assert (folder.change.path, file.change.path) == ("/plugins", PATH)
        with pytest.raises(Refused):
            await history.last(rig.permit)
        for thing in (folder, file):
            plan = await history.plan_restore(rig.permit, thing.change)
            await history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)
    finally:
        await store.close()
    assert rig.files()[PATH] == OLD
    assert rig.files()["/plugins/a.yml"] == b"a"


FORGED = {
    "a path out of the server": b'{"path": "/../../etc/passwd"}',
    "a number without end": b'{"size_bytes": 1e999}',
    "nested deeply": b"[" * 30_000,
    "longer than any manifest": b'{"path": "' + b"a" * 100_000 + b'"}',
    "nothing": b"",
}


@pytest.mark.sweep
async def test_forged_manifests_and_strange_files_are_counted_not_believed(rig: Rig) -> None:
    for number, content in enumerate(FORGED.values()):
        stamp = new_id(rig.clock.now(), f"f{number:07x}")
        rig.disk.write(f"/.quetzal/{stamp}.json", content)
    rig.disk.write(f"/.quetzal/{new_id(rig.clock.now(), '0000000f')}.saved", b"x")
    rig.disk.write("/.quetzal/readme.txt", b"x")
    rig.disk.write(PATH, OLD)
    await edit(rig)
    history = await rig.history.kept(rig.permit)
    assert [thing.change.path for thing in history.entries] == [PATH]
    assert history.unknown == len(FORGED) + 1


async def test_a_forged_manifest_can_neither_accuse_people_nor_name_files_of_the_trash(rig: Rig) -> None:
    genuine = Change(
        id=new_id(rig.clock.now(), "00000001"),
        guild_id=1,
        user_id=4711,
        panel_id="main",
        server_uuid=rig.permit.uuid,
        kind=ChangeKind.EDIT,
        path=PATH,
        kept=SavedAs.SNAPSHOT,
    )
    rig.disk.write(f"/.quetzal/{genuine.id}.saved", OLD)
    rig.disk.write(f"/.quetzal/{genuine.id}.json", manifest(genuine))
    (thing,) = await things(rig)
    assert (thing.change.path, thing.change.user_id) == (PATH, UNKNOWN_AUTHOR)
    rig.disk.write(f"/.quetzal/{genuine.id}.json", manifest(replace(genuine, path="/.quetzal/x")))
    history = await rig.history.kept(rig.permit)
    assert (history.entries, history.unknown) == ((), 1)


async def test_history_of_a_folder_is_what_was_below_it(rig: Rig) -> None:
    for path in ("/a/x.txt", "/ab.txt", "/a.txt"):
        rig.disk.write(path, OLD)
        await edit(rig, path=path)
    history = await rig.history.kept(rig.permit, "/a")
    assert [thing.change.path for thing in history.entries] == ["/a/x.txt"]


async def test_old_and_many_things_go_after_a_change_and_nothing_else(tmp_path: Path) -> None:
    async with rigs(tmp_path) as made, made.open_rig(TrashPolicy(days=10, limit_bytes=40)) as rig:
        rig.disk.write(PATH, OLD)
        rig.disk.write("/.quetzal/readme.txt", b"not ours")
        stamps = [new_id(rig.clock.now() - timedelta(days=days), f"{days:08x}") for days in (2, 5, 11)]
        for stamp in stamps:
            rig.disk.write(f"/.quetzal/{stamp}.saved", b"x" * 30)
            rig.disk.write(f"/.quetzal/{stamp}.json", b"{}")
        rig.disk.write(f"/.quetzal/{stamps[0]}.new", b"half an upload")
        await edit(rig)
        left = {path for path in rig.files() if path.startswith("/.quetzal/")}
    assert {path for path in left if path.endswith((".saved", ".new"))} == {
        path for path in left if path.endswith(".saved") and not any(stamp in path for stamp in stamps)
    }
    assert "/.quetzal/readme.txt" in left


async def test_a_clock_a_year_ahead_empties_no_trash(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.disk.write(PATH, OLD)
    await edit(rig)
    (kept,) = await things(rig)
    await rig.clock.sleep(3600)
    ahead = rig.clock.now() + timedelta(days=365)
    monkeypatch.setattr(rig.clock, "now", lambda: ahead)
    await edit(rig, new=OLD)
    assert rig.files()[rig.safe.rules.saved(kept.change.id)] == OLD


async def test_a_snapshot_that_was_tampered_with_is_said(rig: Rig) -> None:
    rig.disk.write(PATH, OLD)
    await edit(rig)
    (thing,) = await things(rig)
    rig.disk.write(rig.safe.rules.saved(thing.change.id), b"evil\n")
    plan = await rig.history.plan_restore(rig.permit, thing.change)
    assert plan.is_damaged


async def test_undo_of_a_move_is_refused_when_its_old_place_is_taken(rig: Rig) -> None:
    rig.disk.write(PATH, OLD)
    await rig.safe.move(
        rig.permit, await stat_path(rig.permit, PATH), await stat_path(rig.permit, "/moved.txt")
    )
    rig.disk.write(PATH, b"new there")
    with pytest.raises(Refused, match="something new"):
        await rig.history.plan_undo(rig.permit, await rig.history.last(rig.permit))


async def test_a_purge_that_does_nothing_is_reported(rig: Rig) -> None:
    rig.disk.write(PATH, OLD)
    await edit(rig)
    (thing,) = await things(rig)
    rig.sandbox.faults.add(Fault.answer(b"", code=204), path="*/files/delete", times=1)
    with pytest.raises(ChangeNotMade):
        await rig.history.purge(rig.permit, thing)
    assert await things(rig) == [thing]
    await rig.history.purge(rig.permit, thing)
    assert await things(rig) == []
    assert rig.outside_trash() == {PATH: NEW}


async def test_an_empty_file_comes_back_empty(rig: Rig) -> None:
    rig.disk.write(PATH, b"")
    await edit(rig)
    (thing,) = await things(rig)
    assert thing.change.kept is SavedAs.SNAPSHOT
    plan = await rig.history.plan_restore(rig.permit, thing.change)
    assert (plan.method, plan.old) == (RestoreMethod.WRITE, b"")


async def test_a_deleted_folder_counts_with_what_was_in_it(tmp_path: Path) -> None:
    async with rigs(tmp_path) as made, made.open_rig(TrashPolicy(limit_bytes=100)) as rig:
        for path in ("/a/x.bin", "/b/x.bin"):
            rig.disk.write(path, b"x" * 60)
            folder = await stat_path(rig.permit, paths.parent(path))
            extent = await measure_extent(rig.permit, folder)
            await rig.safe.remove(rig.permit, folder, size_bytes=extent.size_bytes)
            await rig.sandbox.advance(2 * 24 * 3600)
        (kept,) = await things(rig)
        assert (kept.change.path, kept.size_bytes) == ("/b", 60)


async def test_a_change_by_an_unknown_person_names_no_person(rig: Rig) -> None:
    rig.disk.write("/folder/x.txt", OLD)
    gone = await rig.safe.remove(rig.permit, await stat_path(rig.permit, "/folder"))
    back = await rig.history.plan_undo(rig.permit, gone)
    assert back.is_as_left is True
    restored = await rig.history.restore(rig.permit, back, kind=ChangeKind.RESTORE)
    assert (await rig.history.plan_undo(rig.permit, restored)).is_as_left is None

    rig.disk.write(PATH, OLD)
    file = await rig.safe.remove(rig.permit, await stat_path(rig.permit, PATH))
    plan = await rig.history.plan_restore(rig.permit, file)
    restored = await rig.history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)
    assert (await rig.history.plan_undo(rig.permit, restored)).is_as_left is True
    rig.disk.write(PATH, b"changed since")
    assert (await rig.history.plan_undo(rig.permit, restored)).is_as_left is False
