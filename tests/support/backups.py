"""Steps that the tests of /backup share."""

from simcord import InteractionResult

from bot.domain.audit import AuditFilter, Outcome
from bot.storage.repositories import audit
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
    return (world.survival.disk.tree.root / path.lstrip("/")).read_bytes()


def room(world: World) -> None:
    """Let there be room for backups, and something to keep."""
    world.survival.feature_limits.backups = 5
    world.survival.disk.write("/world/level.dat", b"level" * 100)
