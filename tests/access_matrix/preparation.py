"""What there is in the world of the walk: so many of everything that there are pages to turn."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import RuleKind
from bot.domain.audit import AuditEntry
from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.grants import Grant, SubjectKind
from bot.domain.guild_settings import GuildSettings
from bot.domain.idle import IdleRule
from bot.domain.levels import Level
from bot.domain.notifications import Board
from bot.domain.observation import ServerKey
from bot.domain.players import Player
from bot.domain.startup_templates import StartupTemplate
from bot.storage.repositories import (
    audit,
    backup_copies,
    boards,
    default_servers,
    grants,
    guild_settings,
    idle_rules,
    startup_templates,
)
from sandbox.model import Allocation
from tests.access_matrix.arguments import TEMPLATE
from tests.access_matrix.posted_messages import servers_named
from tests.fault_messages.backups import past
from tests.fault_messages.databases import given
from tests.support.alerts import begun, incident
from tests.support.copies import copy_of
from tests.support.games import answer
from tests.support.schedules import scheduled
from tests.support.world import GUILD_ID, World, shown

_PAGES_OF = 12
_IDLE_AFTER_S = 86_400


async def prepare(world: World) -> None:
    """Make what the arguments name, and so many of everything that there are pages to turn."""
    write = world.survival.disk.write
    write("/server.properties", b"motd=Hello\nmax-players=20\n")
    write("/logs/latest.log", "".join(f"[12:00:00] line {n}\n" for n in range(2_000)).encode())
    world.survival.feature_limits.databases = None
    world.survival.feature_limits.backups = 100
    world.survival.feature_limits.allocations = 100
    world.survival.allocations += [Allocation(500 + n, "127.0.0.1", 25600 + n) for n in range(_PAGES_OF)]
    world.sandbox.world.settings.allocations_enabled = True
    for number in range(_PAGES_OF):
        world.sandbox.world.add_subuser(world.survival, f"maria{number}", ["websocket.connect"])
    write("/old.txt", b"old\n")
    asked = await world.admin.slash(world.channel, "files delete", path="/old.txt")
    await world.admin.click(shown(asked), label="Delete")
    for number in range(_PAGES_OF):
        past(world, f"backup{number}", days=_PAGES_OF - number)
    for number in range(_PAGES_OF):
        given(world, f"shop{number}")
        scheduled(world, f"restart {number}", ("command", "say bye", 0), ("power", "restart", 60))
        world.sandbox.world.add_server(name=f"Lobby {number}", owner="owner", state="offline")
    await world.advance(60)
    await world.services.access.granted.change(GUILD_ID, lambda conn: _remember(world, conn))
    settings = GuildSettings(
        GUILD_ID,
        "main",
        world.admin.id,
        world.services.clock.now(),
        alert_channel_id=world.channel.id,
        alert_role_id=world.guild.roles["Operators"].id,
    )
    await world.services.guild_settings._kept.change(
        (GUILD_ID, "main"), lambda conn: guild_settings.put(conn, settings)
    )
    lobbies = servers_named(world, "Lobby")
    board = Board(GUILD_ID, "main", world.channel.id, world.admin.id, world.services.clock.now(), "1")
    await world.services.store.write(lambda conn: boards.put(conn, board))
    await begun(world, incident(world), *(incident(world, lobby, rule=RuleKind.DISK) for lobby in lobbies))
    names = tuple(Player(f"Bruno {number}") for number in range(_PAGES_OF))
    for server in (world.survival, *lobbies):
        answer(world, _PAGES_OF, players=names, server=server)


async def _remember(world: World, conn: AsyncConnection) -> None:
    """Write into the store what people did some time ago, all at once."""
    now, ada = world.services.clock.now(), world.admin.id
    for number in range(_PAGES_OF):
        await audit.begin(conn, AuditEntry(now, GUILD_ID, ada, "main", world.survival.uuid, f"x.{number}"))
        person = 300_000_000_000_000_000 + number
        grant = Grant(GUILD_ID, SubjectKind.PERSON, person, "main", None, Level.VIEWER, ada, now)
        await grants.put(conn, grant)
    for name in (*(f"t{number:02}" for number in range(3 * _PAGES_OF)), TEMPLATE):
        template = StartupTemplate(GUILD_ID, name, "Survival", '{"MINECRAFT_VERSION": "1.21"}', ada, now)
        await startup_templates.put(conn, template)
    lobby, *_ = servers_named(world, "Lobby 4")
    for uuid, stopped_at in ((world.survival.uuid, None), (lobby.uuid, now)):
        rule = IdleRule("main", uuid, GUILD_ID, _IDLE_AFTER_S, world.channel.id, ada, now, stopped_at)
        await idle_rules.put(conn, rule)
    await backup_copies.create(conn, copy_of(ServerKey("main", world.survival.uuid), "an old one", now))
    for scope, subject in ((DefaultScope.CHANNEL, world.channel.id), (DefaultScope.GUILD, GUILD_ID)):
        chosen = DefaultServer(GUILD_ID, scope, subject, "main", world.survival.uuid, ada, now)
        await default_servers.put(conn, chosen)
