"""Everything that goes wrong with backups."""

from collections.abc import Callable
from datetime import timedelta

from simcord import InteractionResult, ResponseMessage

from sandbox import Fault as Broken
from sandbox.backups import Wish, begin
from sandbox.node.archive import back_up
from sandbox.node.volumes import archive_of, disk_of
from sandbox.resources import Backup
from tests.fault_messages.page import Fault, Play
from tests.support import panel_accounts
from tests.support.forms import submit
from tests.support.world import World, shown

Before = Callable[[World], object]
_LONG_S = 400.0
DOWN = Broken.status(502, html=True)


def past(world: World, name: str = "old", *, days: float = 1, good: bool = True) -> Backup:
    """Make a backup that has ended so many days ago."""
    panel, server = world.sandbox.world, world.survival
    server.disk.write("/world/level.dat", b"level" * 100)
    at = panel.now() - timedelta(days=days)
    backup = Backup(
        id=panel.next_id(),
        uuid=panel.new_uuid(),
        name=name,
        created_at=at,
        completed_at=at + timedelta(seconds=9),
    )
    if good:
        made = back_up(disk_of(server), archive_of(panel, server, backup.uuid), [])
        backup.size, backup.checksum, backup.is_successful = made.size, made.sha1, True
    server.backups.append(backup)
    return backup


async def run(world: World, command: str, **typed: object) -> InteractionResult:
    """Run a command as the admin, on a server with room for backups."""
    if world.survival.feature_limits.backups == 3:
        world.survival.feature_limits.backups = 5
    return await world.admin.slash(world.channel, f"backup {command}", server="Survival", **typed)


def asked(
    command: str, before: Before, *, settle_s: float = 0.0, wait_s: float = 40.0, **typed: object
) -> Play:
    """Run a command that is not confirmed, and return its result."""

    async def play(world: World) -> ResponseMessage:
        before(world)
        await world.advance(settle_s)  # the list of servers, with their limits, is fetched again
        result = await run(world, command, **typed)
        await world.advance(wait_s)
        return shown(result)

    return play


def confirmed(command: str, label: str, before: Before, *, truncate: bool = False) -> Play:
    """Run a command on a good backup, make something go wrong while it asks, and say yes."""

    async def play(world: World) -> ResponseMessage:
        past(world)
        typed: dict[str, object] = {"truncate": True} if truncate else {}
        result = await run(world, command, backup="old", **typed)
        before(world)
        click = await world.admin.click(shown(result), label=label)
        if truncate:
            click = await submit(world.admin, click, "Survival")
        await world.advance(_LONG_S)
        return shown(click if click.followups else result)

    return play


def breaks(fault: Broken, path: str, method: str, times: int | None = 1) -> Before:
    """Break the next requests of this kind."""
    return lambda world: world.sandbox.faults.add(fault, path, method=method, times=times)


def limit(count: int, *backups: str) -> Before:
    """Let the panel allow so many, with these already there."""

    def before(world: World) -> None:
        world.survival.feature_limits.backups = count
        for name in backups:
            past(world, name)

    return before


def throttled(world: World) -> None:
    """Make two in ten minutes."""
    for name in ("one", "two"):
        past(world, name, days=0.001)


def under_way(world: World) -> None:
    """Let a backup be made at this moment."""
    past(world)
    begin(world.sandbox.world, world.survival, Wish("now"))


def locked(world: World) -> None:
    """Lock it."""
    past(world).is_locked = True


def fails(world: World) -> None:
    """Let the next backup fail."""
    world.survival.fail_next_backup = True


def endless(world: World) -> None:
    """Let the next backup take longer than anybody waits."""
    world.survival.backup_seconds = 3 * 3600.0


async def shown_late(world: World) -> ResponseMessage:
    """Wait until the command's own answer can no longer be edited, and press Show."""
    endless(world)
    await run(world, "create")
    await world.advance(2 * 3600.0 + 60)
    posted = world.channel.last_message
    assert posted is not None
    return shown(await world.admin.click(posted, label="Show"))


def machine_off(world: World) -> None:
    """Let the server's machine not answer."""
    world.survival.node.up = False


def only_may(*permissions: str) -> Before:
    """Leave the bot's account these permissions, on a server that is not its own, with a good backup."""

    def before(world: World) -> None:
        past(world)
        panel_accounts.only_may(world, *permissions)

    return before


def twice(world: World) -> None:
    """Let two have one name."""
    past(world, days=2)
    past(world, days=3)


async def refused_rule(world: World) -> ResponseMessage:
    """Let the account not be allowed to delete what a rule lets go."""
    past(world, "older", days=2)
    past(world)
    result = await run(world, "retention", keep_last=1)
    breaks(Broken.status(403), "*/backups/*", "DELETE")(world)
    return shown(await world.admin.click(shown(result), label="Delete 1 backup"))


async def taskless(world: World) -> ResponseMessage:
    """Let the panel make a schedule, and not its task."""
    result = await run(world, "schedule", cron="0 4 * * *")
    breaks(Broken.status(403), "*/tasks", "POST")(world)
    return shown(await world.admin.click(shown(result), label="Schedule"))


async def down_while_followed(world: World) -> ResponseMessage:
    """Let the panel go while a backup is made, and never come back while anybody looks."""
    await run(world, "create")
    world.sandbox.faults.add(DOWN, "*")
    await world.advance(2 * 3600.0 + 60)
    posted = world.channel.last_message
    assert posted is not None
    return shown(await world.admin.click(posted, label="Show"))


def nothing(_: World) -> None:
    """Break nothing."""


FAULTS = (
    Fault("two in ten minutes", "backup create", asked("create", throttled)),
    Fault("the limit is reached", "backup create", asked("create", limit(2, "one", "two"), settle_s=90)),
    Fault("the limit is 0", "backup create", asked("create", limit(0), settle_s=90)),
    Fault(
        "the server's machine is down (504)",
        "backup create",
        asked("create", breaks(Broken.status(504), "*/backups", "POST")),
    ),
    Fault("no answer, but it was begun", "backup create",
          asked("create", breaks(Broken.cut(acts=True), "*/backups", "POST"))),
    Fault("no answer, and it was not begun", "backup create",
          asked("create", breaks(Broken.cut(), "*/backups", "POST"))),
    Fault("it fails", "backup create", asked("create", fails)),
    Fault("it never ends; the answer's token has run out", "backup create", shown_late),
    Fault("the panel is down while it is made, for hours", "backup create", down_while_followed),
    Fault("the account may not lock", "backup create",
          asked("create", only_may("backup.read", "backup.create", "file.read-content"), lock=True)),
    Fault("the account may not read `.pteroignore`", "backup create",
          asked("create", only_may("backup.read", "backup.create"), ignore="*.tmp")),
    Fault("nobody knows that name", "backup info", asked("info", nothing, backup="elsewhere")),
    Fault("nobody knows that uuid", "backup info",
          asked("info", nothing, backup="00000000-0000-4000-8000-000000000000")),
    Fault("two have that name", "backup info", asked("info", twice, backup="old")),
    Fault("the answer is lost, and nothing was changed", "backup lock",
          asked("lock", lambda w: [past(w), breaks(Broken.cut(), "*/lock", "POST")(w)], backup="old")),
    Fault("it failed", "backup lock", asked("lock", lambda w: past(w, good=False), backup="old")),
    Fault("it is locked", "backup delete", asked("delete", locked, backup="old")),
    Fault("it is deleted while it is asked", "backup delete",
          confirmed("delete", "Delete", lambda world: setattr(world.survival.backups[0], "deleted", True))),
    Fault("no answer, and it is still there", "backup delete",
          confirmed("delete", "Delete", breaks(Broken.cut(), "*/backups/*", "DELETE"))),
    Fault("it is locked while it is asked", "backup delete",
          confirmed("delete", "Delete", lambda world: setattr(world.survival.backups[0], "is_locked", True))),
    Fault("the server's machine is down (504)", "backup delete",
          confirmed("delete", "Delete", machine_off)),
    Fault("it is not finished", "backup download", asked("download", under_way, backup="now")),
    Fault("it failed", "backup download", asked("download", lambda w: past(w, good=False), backup="old")),
    Fault("the rule lets none go", "backup retention", asked("retention", past, keep_last=3)),
    Fault("the account may not delete", "backup retention", refused_rule),
    Fault("the task is refused", "backup schedule", taskless),
    Fault("the cron text has four fields", "backup schedule", asked("schedule", nothing, cron="0 4 * *")),
    Fault("the cron text is quicker than the throttle", "backup schedule",
          asked("schedule", nothing, cron="*/5 * * * *")),
    Fault("the panel is down", "backup list", asked("list", breaks(DOWN, "*/backups*", "GET", None))),
)  # fmt: skip
