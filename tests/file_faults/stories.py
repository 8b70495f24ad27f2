"""Every change of a file, as what was there before and what the person confirmed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.file_changes import Change, ChangeKind
from bot.services.files import stat_path
from tests.file_faults.rig import READ_LIMIT, Rig

OLD = b"motd=Hello\r\nmax-players=20\r\n"
NEW = b"motd=Hello\r\nmax-players=30\r\n"
PATH = "/config/server/main.properties"
LARGE = bytes(range(256)) * 1200

Confirmed = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Story:
    """`prepare` sets the scene and returns what happens after the confirmation.

    `lost` are the contents that may be gone afterwards, because that was what the person asked for.
    """

    name: str
    prepare: Callable[[Rig], Awaitable[Confirmed]]
    lost: frozenset[bytes] = frozenset()


async def _edit(rig: Rig, content: bytes = OLD, new: bytes = NEW, path: str = PATH) -> Confirmed:
    rig.disk.write(path, content)
    seen = await stat_path(rig.permit, path, read_up_to=READ_LIMIT)
    return lambda: rig.safe.write(rig.permit, seen, new, kind=ChangeKind.EDIT)


async def edit(rig: Rig) -> Confirmed:
    """Write over a small file."""
    return await _edit(rig)


async def edit_empty(rig: Rig) -> Confirmed:
    """Write over an empty file."""
    return await _edit(rig, content=b"")


async def edit_large(rig: Rig) -> Confirmed:
    """Write over a file whose snapshot the node copies."""
    return await _edit(rig, content=LARGE, new=LARGE[:-1])


async def write_new(rig: Rig) -> Confirmed:
    """Write a file where nothing was, in a directory that is missing."""
    seen = await stat_path(rig.permit, "/config/new.yml", read_up_to=READ_LIMIT)
    return lambda: rig.safe.write(rig.permit, seen, NEW, kind=ChangeKind.EDIT)


async def set_key(rig: Rig) -> Confirmed:
    """Change one key."""
    rig.disk.write(PATH, OLD)
    draft = await rig.edits.set_key(rig.permit, PATH, "max-players", "30")
    return lambda: rig.edits.save(rig.permit, draft)


async def delete_file(rig: Rig) -> Confirmed:
    """Delete a file into the trash."""
    rig.disk.write(PATH, OLD)
    seen = await stat_path(rig.permit, PATH)
    return lambda: rig.safe.remove(rig.permit, seen)


async def delete_directory(rig: Rig) -> Confirmed:
    """Delete a directory into the trash."""
    rig.disk.write("/plugins/Essentials/config.yml", OLD)
    rig.disk.write("/plugins/Essentials/data.bin", LARGE)
    seen = await stat_path(rig.permit, "/plugins")
    return lambda: rig.safe.remove(rig.permit, seen)


async def destroy(rig: Rig) -> Confirmed:
    """Delete forever."""
    rig.disk.write(PATH, OLD)
    seen = await stat_path(rig.permit, PATH)
    return lambda: rig.safe.destroy(rig.permit, seen)


async def move(rig: Rig) -> Confirmed:
    """Move to a free place in another directory."""
    rig.disk.write(PATH, OLD)
    source, target = await stat_path(rig.permit, PATH), await stat_path(rig.permit, "/old/kept.properties")
    return lambda: rig.safe.move(rig.permit, source, target)


async def move_over(rig: Rig) -> Confirmed:
    """Move over another file."""
    rig.disk.write(PATH, OLD)
    rig.disk.write("/kept.properties", LARGE)
    source, target = await stat_path(rig.permit, PATH), await stat_path(rig.permit, "/kept.properties")
    return lambda: rig.safe.move(rig.permit, source, target)


async def place(rig: Rig) -> Confirmed:
    """Put an upload that is staged over a file."""
    rig.disk.write(PATH, OLD)
    staged = rig.safe.rules.staged(rig.safe.journal.new_id())
    rig.disk.write(staged, NEW)
    target = await stat_path(rig.permit, PATH)
    return lambda: rig.safe.place(rig.permit, staged, target, kind=ChangeKind.UPLOAD)


async def _done(rig: Rig, story: Callable[[Rig], Awaitable[Confirmed]]) -> Change:
    change = await (await story(rig))()
    assert isinstance(change, Change)
    return change


async def restore_snapshot(rig: Rig) -> Confirmed:
    """Put a snapshot back over what was written since."""
    change = await _done(rig, edit)
    plan = await rig.history.plan_restore(rig.permit, change)
    return lambda: rig.history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)


async def restore_large(rig: Rig) -> Confirmed:
    """Put a large snapshot back over a directory that is there now."""
    change = await _done(rig, edit_large)
    rig.disk.delete("/", [PATH])
    rig.disk.write(f"{PATH}/inside.txt", b"a directory now")
    plan = await rig.history.plan_restore(rig.permit, change)
    return lambda: rig.history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)


async def restore_trash(rig: Rig) -> Confirmed:
    """Put a deleted directory back."""
    change = await _done(rig, delete_directory)
    plan = await rig.history.plan_restore(rig.permit, change)
    return lambda: rig.history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)


async def restore_over(rig: Rig) -> Confirmed:
    """Put a deleted file back over a new one of its name."""
    change = await _done(rig, delete_file)
    rig.disk.write(PATH, b"a new one\n")
    plan = await rig.history.plan_restore(rig.permit, change)
    return lambda: rig.history.restore(rig.permit, plan, kind=ChangeKind.RESTORE)


def undo(story: Callable[[Rig], Awaitable[Confirmed]]) -> Callable[[Rig], Awaitable[Confirmed]]:
    """Make the story of taking a change back."""

    async def prepare(rig: Rig) -> Confirmed:
        await _done(rig, story)
        plan = await rig.history.plan_undo(rig.permit, await rig.history.last(rig.permit))
        return lambda: rig.history.restore(rig.permit, plan, kind=ChangeKind.UNDO)

    return prepare


async def purge(rig: Rig) -> Confirmed:
    """Purge a snapshot."""
    await _done(rig, edit)
    (thing,) = (await rig.history.kept(rig.permit)).entries
    return lambda: rig.history.purge(rig.permit, thing)


STORIES = (
    Story("edit", edit),
    Story("edit, empty before", edit_empty),
    Story("edit, large", edit_large),
    Story("write a new file", write_new),
    Story("set", set_key),
    Story("delete a file", delete_file),
    Story("delete a directory", delete_directory),
    Story("delete for good", destroy, lost=frozenset({OLD})),
    Story("move", move),
    Story("move over a file", move_over),
    Story("upload over a file", place),
    Story("restore a snapshot", restore_snapshot),
    Story("restore a large snapshot", restore_large),
    Story("restore from the trash", restore_trash),
    Story("restore over a new file", restore_over),
    Story("undo an edit", undo(edit)),
    Story("undo a new file", undo(write_new)),
    Story("undo a deletion", undo(delete_directory)),
    Story("undo a move", undo(move)),
    Story("undo a move over a file", undo(move_over)),
    Story("purge a snapshot", purge, lost=frozenset({OLD})),
)
