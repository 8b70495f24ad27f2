"""Nothing that was there is ever lost, whoever does what at the same moment."""

import asyncio
import os

import pytest

from bot.core.errors import BadInput
from bot.domain.audit import Outcome
from bot.domain.file_changes import ChangeKind, SavedAs
from bot.panel.errors import NodeDown, PanelError
from bot.services.files import (
    ChangedMeanwhile,
    Extent,
    KeepingFailed,
    KeepingForbidden,
    NothingToChange,
    PathState,
    measure_extent,
    stat_path,
)
from sandbox import Fault
from tests.file_faults.rig import READ_LIMIT, Rig

PATH = "/server.properties"
OLD, NEW = b"old\n", b"new\n"


async def seen(rig: Rig, path: str = PATH, content: bytes | None = OLD) -> PathState:
    if content is not None:
        rig.disk.write(path, content)
    return await stat_path(rig.permit, path, read_up_to=READ_LIMIT)


async def test_of_two_simultaneous_edits_the_second_is_refused_with_the_reason(rig: Rig) -> None:
    before = await seen(rig)
    first = rig.safe.write(rig.permit, before, b"first\n", kind=ChangeKind.EDIT)
    second = rig.safe.write(rig.permit, before, b"second\n", kind=ChangeKind.EDIT)
    won, error = await asyncio.gather(first, second, return_exceptions=True)

    assert not isinstance(won, BaseException)
    assert isinstance(error, ChangedMeanwhile)
    assert error.now.content == b"first\n"
    assert rig.files()[PATH] == b"first\n"


async def test_different_servers_do_not_wait_for_each_other(rig: Rig) -> None:
    before = await seen(rig)
    async with rig.safe.journal.exclusive(rig.permit):
        waiting = asyncio.ensure_future(rig.safe.write(rig.permit, before, NEW, kind=ChangeKind.EDIT))
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting


async def test_a_file_that_changed_is_not_written(rig: Rig) -> None:
    before = await seen(rig)
    rig.disk.write(PATH, b"theirs\n")
    with pytest.raises(ChangedMeanwhile):
        await rig.safe.write(rig.permit, before, NEW, kind=ChangeKind.EDIT)
    assert rig.files() == {PATH: b"theirs\n"}


async def test_a_file_that_appeared_or_vanished_counts_as_changed(rig: Rig) -> None:
    nothing = await seen(rig, content=None)
    there = await seen(rig)
    with pytest.raises(ChangedMeanwhile):
        await rig.safe.write(rig.permit, nothing, NEW, kind=ChangeKind.EDIT)
    rig.disk.delete("/", [PATH])
    with pytest.raises(ChangedMeanwhile):
        await rig.safe.write(rig.permit, there, NEW, kind=ChangeKind.EDIT)


async def test_the_same_content_is_not_written_again(rig: Rig) -> None:
    with pytest.raises(NothingToChange):
        await rig.safe.write(rig.permit, await seen(rig), OLD, kind=ChangeKind.EDIT)


async def test_a_failed_read_is_never_an_empty_or_a_missing_file(rig: Rig) -> None:
    rig.disk.write("/config/a.yml", OLD)
    rig.sandbox.faults.add(Fault.status(504), path="*/files/contents")
    with pytest.raises(NodeDown):
        await stat_path(rig.permit, "/config/a.yml", read_up_to=READ_LIMIT)
    rig.sandbox.faults.clear()
    assert not (await stat_path(rig.permit, "/nowhere/at/all.yml")).exists


async def test_what_cannot_be_kept_is_not_changed(rig: Rig) -> None:
    before = await seen(rig)
    rig.disk.ballast_bytes = rig.server.limits.disk_bytes
    with pytest.raises(KeepingFailed) as caught:
        await rig.safe.write(rig.permit, before, NEW, kind=ChangeKind.EDIT)
    assert "disk space" in caught.value.sentence
    assert caught.value.state == "Nothing was changed."
    assert rig.files()[PATH] == OLD


async def test_what_the_deny_list_protects_stays_and_nothing_is_left_over(rig: Rig) -> None:
    before = await seen(rig)
    rig.server.egg.denylist.append("server.properties")
    with pytest.raises(KeepingForbidden):
        await rig.safe.remove(rig.permit, before)
    with pytest.raises(PanelError):
        await rig.safe.write(rig.permit, before, NEW, kind=ChangeKind.EDIT)
    assert rig.outside_trash() == {PATH: OLD}
    await rig.safe.destroy(rig.permit, before)
    assert rig.outside_trash() == {}


async def test_a_large_file_is_copied_by_the_node_and_keeps_its_name_free(rig: Rig) -> None:
    large = bytes(range(256)) * 2000
    rig.disk.write("/server copy.properties", b"somebody's own copy")
    change = await rig.safe.write(rig.permit, await seen(rig, content=large), NEW, kind=ChangeKind.EDIT)
    assert rig.files()[rig.safe.rules.saved(change.id)] == large
    assert rig.outside_trash() == {PATH: NEW, "/server copy.properties": b"somebody's own copy"}
    assert "POST copy" in rig.requests()


async def test_our_own_directory_and_links_cannot_be_changed(rig: Rig) -> None:
    rig.disk.write(PATH, OLD)
    (rig.disk.tree.root / "link").symlink_to("server.properties")
    for path in ("/.quetzal", "/.quetzal/x.saved", "/link"):
        with pytest.raises(BadInput):
            await rig.safe.remove(rig.permit, await stat_path(rig.permit, path))
    with pytest.raises(BadInput):
        await stat_path(rig.permit, "/")


@pytest.mark.parametrize(
    "name", [" leading and trailing ", "-rf", "'quoted\"", "ünïcödé 🐉", "100%41.txt", "a&b?c#d"]
)
async def test_odd_names_are_edited_deleted_and_restored(rig: Rig, name: str) -> None:
    path = f"/{name}"
    await rig.safe.write(rig.permit, await seen(rig, path), NEW, kind=ChangeKind.EDIT)
    assert rig.outside_trash() == {path: NEW}
    change = await rig.safe.remove(rig.permit, await seen(rig, path, None))
    assert rig.outside_trash() == {}
    plan = await rig.history.plan_restore(rig.permit, change)
    await rig.history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)
    assert rig.outside_trash() == {path: NEW}


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfmotd=a\r\n",
        "motd=gr\xfc\xdfe\n".encode("latin-1"),
        "motd=ä\n".encode("utf-16"),
        b"no end",
    ],
)
async def test_encoding_line_ends_and_the_end_of_the_file_stay(rig: Rig, content: bytes) -> None:
    rig.disk.write(PATH, content)
    opened = await rig.edits.open(rig.permit, PATH)
    typed = opened.file.text.strip() + "x"
    await rig.edits.save(rig.permit, await rig.edits.typed(opened, typed))
    codec = "utf-16" if content[:1] == b"\xff" else "utf-8" if content[:3] != b"mot" else "latin-1"
    expected = content.decode(codec)
    core = expected.strip("\r\n")
    assert rig.files()[PATH] == expected.replace(core, core + "x").encode(codec)


async def test_a_snapshot_alone_can_be_kept_for_what_comes_next(rig: Rig) -> None:
    change = await rig.safe.keep(rig.permit, await seen(rig), kind=ChangeKind.EXTRACT)
    rig.disk.write(PATH, b"extracted over it\n")
    plan = await rig.history.plan_undo(rig.permit, change)
    assert plan.old == OLD
    assert change.kept is SavedAs.SNAPSHOT


async def test_hashes_and_sizes_are_audited_and_no_contents(rig: Rig) -> None:
    await rig.safe.write(
        rig.permit, await seen(rig, content=b"canary-old"), b"canary-new", kind=ChangeKind.EDIT
    )
    (act,) = await rig.acts()
    assert act.action == "files.edit"
    assert act.outcome is Outcome.DONE
    assert act.facts["size_bytes"] == 10
    assert len(str(act.facts["before"])) == len(str(act.facts["after"])) == 64
    assert "canary" not in str(act.facts)


async def test_a_folder_is_counted_past_what_cannot_be_listed_or_is_oddly_named(rig: Rig) -> None:
    rig.disk.write("/plugins/a\nb/deep/x.txt", OLD)
    rig.disk.write("/plugins/z.txt", OLD)
    (rig.disk.tree.root / "plugins" / os.fsdecode(b"not UTF-8: \xff")).mkdir()
    extent = await measure_extent(rig.permit, await seen(rig, "/plugins", None))
    assert extent == Extent(files=2, size_bytes=8, is_complete=False)

    rig.sandbox.faults.add(Fault.status(500), path="*/files/list", times=None, skip=1)
    with pytest.raises(PanelError):
        await measure_extent(rig.permit, await seen(rig, "/plugins", None))
