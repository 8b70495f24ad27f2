"""A copy of a backup that is killed at any write or call of its target goes on where it was."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from aiohttp import web
from typing_extensions import override

from bot.copies import Part
from bot.domain.audit import AuditFilter, Outcome
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.services.backup_copies import CopyPlace, CopyUpkeep
from bot.settings import WebdavCopySettings
from bot.storage.repositories import backup_copies
from sandbox.backups import Wish, begin
from sandbox.node.volumes import archive_of
from tests.copies.conftest import SECRET
from tests.copies.standins import WebdavStandin
from tests.services.jobs.rig import ADMIN, GUILD_ID, Kill, Rig, new_rig
from tests.support.copies import DirectoryTarget

PASSAGES = 20
"""Writes of the store and calls of the target, for a copy in six parts."""
KILLS = [
    pytest.param(at, after, marks=() if at % 16 == 2 + 8 * after else pytest.mark.sweep)
    for at in range(PASSAGES)
    for after in (False, True)
]


class KilledTarget(DirectoryTarget):
    """Lets the bot be killed before or after each call."""

    def __init__(self, root: Path, kill: Kill) -> None:
        super().__init__(root)
        self._kill = kill

    @override
    async def begin(self, key: str, size: int | None = None) -> str:
        begun: str = await self._kill.through("begin", partial(super().begin, key, size))
        return begun

    @override
    async def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> str:
        put = partial(super().put_part, key, upload_id, number, data)
        receipt: str = await self._kill.through(f"put_part {number}", put)
        return receipt

    @override
    async def parts(self, key: str, upload_id: str) -> Mapping[int, Part]:
        there: Mapping[int, Part] = await self._kill.through("parts", partial(super().parts, key, upload_id))
        return there

    @override
    async def complete(self, key: str, upload_id: str, receipts: Mapping[int, str]) -> None:
        await self._kill.through("complete", partial(super().complete, key, upload_id, receipts))

    @override
    async def delete(self, key: str) -> None:
        await self._kill.through("delete", partial(super().delete, key))

    @override
    async def size(self, key: str) -> int | None:
        size: int | None = await self._kill.through("size", partial(super().size, key))
        return size


async def backed_up(rig: Rig) -> bytes:
    """Let there be a backup in six parts, and return its archive."""
    rig.survival.disk.write("/world/region.mca", Random(1).randbytes(1_000))
    backup = begin(rig.sandbox.world, rig.survival, Wish("nightly"))
    await rig.advance(rig.survival.backup_seconds + 1)
    assert backup.is_successful
    return archive_of(rig.sandbox.world, rig.survival, backup.uuid).read_bytes()


async def until_gone(rig: Rig, copy: BackupCopy) -> BackupCopy:
    """Let time pass until a copy is deleted; the services are killed and started again on the way."""
    for _ in range(60):
        await rig.come_back()
        copy = await rig.services.backup_copies.find(copy.id)
        if copy.state is CopyState.GONE:
            return copy
        await rig.advance(2.0)
    raise AssertionError(f"it was not deleted: {copy}")


async def ends(rig: Rig, action: str = "backup.copy_end") -> list[Outcome]:
    """Return the outcomes that the audit has for an act, the newest first."""
    page = await rig.services.audit.page(AuditFilter(GUILD_ID, action=action))
    return [act.outcome for act in page.acts]


async def test_these_are_all_passages(tmp_path: Path) -> None:
    kill = Kill()
    target = KilledTarget(tmp_path / "nas", kill)
    async with new_rig(tmp_path / "data", kill, {"nas": CopyPlace(target, keep=3)}) as rig:
        archive = await backed_up(rig)
        copy = await rig.until_copied(await rig.begin_copy(rig.survival.backups[0].uuid, "nas"))
        assert copy.state is CopyState.COPIED, copy
        assert copy.part_count == 6
        assert target.files[0].read_bytes() == archive
    assert kill.passed == PASSAGES, kill.names


async def test_stop_in_the_middle_of_a_request_leaves_the_copy_to_the_next_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def hangs(_: web.Request) -> web.StreamResponse:
        asked.set()
        await stopped.wait()
        return web.Response(status=503)

    asked, stopped, standin = asyncio.Event(), asyncio.Event(), WebdavStandin(is_partial=True)
    async with standin.run(), new_rig(tmp_path, Kill()) as rig:
        archive = await backed_up(rig)
        settings = {"kind": "webdav", "url": standin.url, "user": "quetzal", "password": SECRET}
        rig.copy_settings = {"nas": WebdavCopySettings.model_validate(settings)}
        await rig.stop()
        await rig.start()
        standin.fails(hangs)
        copy = await rig.begin_copy(rig.survival.backups[0].uuid, "nas")
        async with asyncio.timeout(60):
            await asked.wait()
        await rig.stop()
        stopped.set()
        await rig.start()
        assert (await rig.until_copied(copy)).state is CopyState.COPIED
        assert archive in standin.files.values()
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(("at", "after"), KILLS)
async def test_copy_is_whole_and_no_finished_part_is_sent_twice(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill(at, after=after)
    target = KilledTarget(tmp_path / "nas", kill)
    async with new_rig(tmp_path / "data", kill, {"nas": CopyPlace(target, keep=3)}) as rig:
        archive = await backed_up(rig)
        copy = await rig.until_copied(await rig.begin_copy(rig.survival.backups[0].uuid, "nas"))
        assert kill.done, kill.names
        assert copy.state is CopyState.COPIED, copy
        assert [file.read_bytes() for file in target.files] == [archive]
        assert await ends(rig) == [Outcome.DONE]
        # One that arrives in the moment of the kill, before it is written down, is sent again.
        killed_at = kill.names[at]
        unsure = killed_at.startswith("put_part") or (killed_at == "write put_part" and not after)
        assert sum(Counter(target.sent).values()) <= copy.part_count + unsure
        assert {*target.sent} == {*range(1, copy.part_count + 1)}


@pytest.mark.parametrize(("at", "after"), [(2, False), (3, False), (3, True), (4, False)])
async def test_copy_that_the_target_refuses_has_failed_once(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill(at, after=after)
    target = KilledTarget(tmp_path / "nas", kill)
    target.refuses_at = lambda call: call == "put_part 1"
    async with new_rig(tmp_path / "data", kill, {"nas": CopyPlace(target, keep=3)}) as rig:
        await backed_up(rig)
        copy = await rig.until_copied(await rig.begin_copy(rig.survival.backups[0].uuid, "nas"))
        assert kill.done is (at < 4), kill.names  # the last case is one without a kill
        assert copy.state is CopyState.FAILED
        assert await ends(rig) == [Outcome.FAILED]


@pytest.mark.parametrize(
    ("at", "after"), [(0, False), (0, True), (1, False), (1, True), (2, False), (2, True)]
)
async def test_copy_that_is_deleted_by_hand_is_deleted_and_recorded_once(
    tmp_path: Path, at: int, after: bool
) -> None:
    kill = Kill()
    target = KilledTarget(tmp_path / "nas", kill)
    async with new_rig(tmp_path / "data", kill, {"nas": CopyPlace(target, keep=3)}) as rig:
        await backed_up(rig)
        copy = await rig.until_copied(await rig.begin_copy(rig.survival.backups[0].uuid, "nas"))
        kill.at, kill.after, kill.passed, kill.names = at, after, 0, []
        await rig.delete_copy(copy)
        assert (await until_gone(rig, copy)).deleted_by == ADMIN.user_id
        assert kill.done, kill.names
        assert target.files == []
        assert await ends(rig, "backup.copy_remove") == [Outcome.DONE]
        assert await ends(rig, "backup.copy_delete") == [Outcome.DONE]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(4))
async def test_copy_that_is_back_counts_and_is_recorded_once(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill()
    target = KilledTarget(tmp_path / "nas", kill)
    async with new_rig(tmp_path / "data", kill, {"nas": CopyPlace(target, keep=3)}) as rig:
        await backed_up(rig)
        copy = await rig.until_copied(await rig.begin_copy(rig.survival.backups[0].uuid, "nas"))
        long_ago = {"state": CopyState.GONE, "checked_at": rig.clock.now() - timedelta(days=2)}
        change = partial(backup_copies.change, copy_id=copy.id, values=long_ago, only_in=(CopyState.COPIED,))
        await rig.services.store.write(change)
        kill.at, kill.after, kill.passed, kill.names = at, after, 0, []
        checking = asyncio.create_task(CopyUpkeep(rig.services.copy_runner).check(), name="copy upkeep")
        await asyncio.wait({checking})
        assert checking.cancelled(), kill.names
        await rig.come_back()
        await CopyUpkeep(rig.services.copy_runner).check()
        assert (await rig.services.backup_copies.find(copy.id)).state is CopyState.COPIED
        assert await ends(rig, "backup.copy_found") == [Outcome.DONE]
