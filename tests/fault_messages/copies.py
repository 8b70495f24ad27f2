"""Everything that goes wrong with copies of backups."""

from collections.abc import Awaitable, Callable

from simcord import ResponseMessage

from bot.copies import CopyTargetError
from bot.copies.errors import AccessRefused, TargetFull, TargetUnreachable
from sandbox.node.volumes import archive_of
from tests.fault_messages.backups import past, run
from tests.fault_messages.page import Fault
from tests.support.copies import DirectoryTarget
from tests.support.messages import text
from tests.support.world import World, shown

_TRIES = "keeps trying"
Before = Callable[[World, DirectoryTarget], object]


def copied(
    before: Before, sees: str = "wasn't copied", *, to: str = "nas"
) -> Callable[[World], Awaitable[ResponseMessage]]:
    """Let something go wrong, copy a good backup, and wait until these words are there."""

    async def play(world: World) -> ResponseMessage:
        past(world)
        before(world, nas(world))
        result = await run(world, "copy", backup="old", to=to)
        await world.until(lambda: sees in text(shown(result)))
        return shown(result)

    return play


def nas(world: World) -> DirectoryTarget:
    """Return the place for copies."""
    target = world.services.copy_runner.needs.places["nas"].target
    assert isinstance(target, DirectoryTarget)
    return target


def fails(kind: type[CopyTargetError], at: str) -> Before:
    """Let a call of the target fail like this."""

    def before(_: World, target: DirectoryTarget) -> None:
        def fail(call: str) -> None:
            if call == at:
                raise kind(target.name)

        target.before = fail

    return before


def damaged(world: World, _: DirectoryTarget) -> None:
    """Change a byte of the archive."""
    archive = archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid)
    content = archive.read_bytes()
    archive.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def deleted(world: World, target: DirectoryTarget) -> None:
    """Delete the backup while it is copied."""

    def delete(call: str) -> None:
        if call == "begin":
            world.survival.backups[0].deleted = True

    target.before = delete


def spoiled(_: World, target: DirectoryTarget) -> None:
    """Let the target give back something else than it got."""

    def spoil(call: str) -> None:
        if call == "read":
            target.files[0].write_bytes(bytes(target.files[0].stat().st_size))

    target.before = spoil


def nothing(_: World, _target: DirectoryTarget) -> None:
    """Break nothing."""


async def while_it_is_copied(world: World) -> ResponseMessage:
    """Copy a backup that is being copied."""
    await copied(fails(TargetUnreachable, "begin"), _TRIES)(world)
    return shown(await run(world, "copy", backup="old", to="nas"))


async def cancelled(world: World) -> ResponseMessage:
    """Cancel a copy."""
    message = await copied(fails(TargetUnreachable, "put_part 1"), _TRIES)(world)
    await world.admin.click(message, label="Cancel")
    return message


async def deletion(world: World) -> ResponseMessage:
    """Copy a backup, and open the prompt that deletes the copy."""
    await copied(nothing, "is copied")(world)
    listed = await run(world, "list")
    for label in ("Copies", "Open", "Delete"):
        await world.admin.click(shown(listed), label=label)
    return shown(listed)


async def deleted_while_down(world: World) -> ResponseMessage:
    """Delete a copy whose target is down."""
    prompt = await deletion(world)
    fails(TargetUnreachable, "size")(world, nas(world))
    await world.admin.click(prompt, label="Delete copy")
    await world.until(lambda: "is being deleted" in text(prompt))
    return prompt


async def deleted_twice(world: World) -> ResponseMessage:
    """Delete a copy that another person has deleted since the prompt was opened."""
    prompt = await deletion(world)
    listed = await run(world, "list")
    for label in ("Copies", "Open", "Delete", "Delete copy"):
        await world.admin.click(shown(listed), label=label)
    await world.until(lambda: "Deleted by hand" in text(shown(listed)))
    await world.admin.click(prompt, label="Delete copy")
    return prompt


FAULTS = (
    Fault("no place of that name", "backup copy", copied(nothing, "Not found", to="elsewhere")),
    Fault("it is being copied there", "backup copy", while_it_is_copied),
    Fault("the target is down", "backup copy", copied(fails(TargetUnreachable, "put_part 1"), _TRIES)),
    Fault("the target rejects the key", "backup copy", copied(fails(AccessRefused, "begin"))),
    Fault("the target is full", "backup copy", copied(fails(TargetFull, "put_part 1"))),
    Fault("the archive is damaged", "backup copy", copied(damaged)),
    Fault("the backup is deleted meanwhile", "backup copy", copied(deleted)),
    Fault("the target gives back something else", "backup copy", copied(spoiled)),
    Fault("somebody cancels it", "backup copy", cancelled),
    Fault("the target is down when a copy is to be deleted", "backup list", deleted_while_down),
    Fault("a copy was deleted already", "backup list", deleted_twice),
)
