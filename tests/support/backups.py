"""Steps that the tests of /backup share."""

from datetime import timedelta
from functools import partial

from simcord import InteractionResult

from bot.domain.audit import AuditFilter, Outcome
from bot.services.backup_copies import CopyUpkeep
from bot.storage.repositories import audit, backup_copies
from sandbox.backups import Wish, begin
from sandbox.resources import Backup
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, shown

TEN_MINUTES = 601.0


async def run(world: World, command: str, **given: object) -> InteractionResult:
    return await world.admin.slash(world.channel, f"backup {command}", server="Survival", **given)


async def seen(world: World, result: InteractionResult, words: str, within_s: float = 300) -> str:
    await world.until(lambda: words in text(shown(result)), within_s=within_s)
    return text(shown(result))


async def copied(world: World, name: str, to: str = "nas") -> InteractionResult:
    """Copy a backup to a place, and wait until it is checked there."""
    asked = await run(world, "copy", backup=name, to=to)
    await seen(world, asked, f"is copied to {to}")
    return asked


async def made(world: World, name: str, *, ago_s: float = TEN_MINUTES) -> Backup:
    """Let there be a good backup that is so old."""
    backup = begin(world.sandbox.world, world.survival, Wish(name))
    await world.advance(max(ago_s, world.survival.backup_seconds + 1))
    assert backup.is_successful
    return backup


async def acts(world: World, action: str) -> list[Outcome]:
    async with world.services.store.read() as conn:
        page = await audit.page(conn, AuditFilter(GUILD_ID, action=action))
    return [act.outcome for act in page.acts]


def content(world: World, path: str) -> bytes:
    return (world.survival.disk.root / path.lstrip("/")).read_bytes()


def room(world: World) -> None:
    """Let there be room for backups, and something to keep."""
    world.survival.feature_limits.backups = 5
    world.survival.disk.write("/world/level.dat", b"level" * 100)


async def days_later(world: World, days: float) -> None:
    """Let all that is known of copies be older by so many days, and the hourly look be due."""
    store, age = world.services.store, timedelta(days=days)
    async with store.read() as conn:
        copies = [await backup_copies.get(conn, 1)]
    for copy in filter(None, copies):
        values = {
            name: moment - age
            for name in ("checked_at", "ended_at")
            if (moment := getattr(copy, name)) is not None
        }
        await store.write(partial(backup_copies.change, copy_id=1, values=values, only_in=(copy.state,)))
    await CopyUpkeep(world.services.copy_runner).check()
