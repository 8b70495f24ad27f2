"""How the walk comes to everything: what it types into options, and what there is in its world.

A new command whose required options do not fit the defaults needs a line in ARGUMENTS. Buttons that show
only in a certain state need a way to it: in WAYS when other options lead there, in POSTED when they are on a
message that no command answers with, in `prepare` when something has to exist.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import discord
from discord import app_commands
from simcord import ResponseMessage
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.client import QuetzalBot
from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
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
    alert_handling,
    audit,
    backup_copies,
    boards,
    default_servers,
    grants,
    guild_settings,
    idle_rules,
    startup_templates,
)
from bot.ui.kit.authorize import AnyCommand
from bot.ui.setup.welcome import post_welcome
from sandbox.games import Game
from sandbox.model import Allocation, GameServer
from tests.fault_messages.backups import past
from tests.fault_messages.databases import given
from tests.support.alerts import (
    begun,
    fired,
    incident,
    seen,
    shown_by,
)
from tests.support.copies import copy_of
from tests.support.games import answer
from tests.support.jobs_begun import idle_stopped, restart_begun
from tests.support.schedules import scheduled
from tests.support.whitelist import requested, requests
from tests.support.world import GUILD_ID, World, shown

GROUPS = (
    "activity",
    "alerts",
    "backup",
    "database",
    "files",
    "network",
    "players",
    "quetzal",
    "schedule",
    "server",
    "startup",
    "users",
)
"""The first words of all commands; the walk takes them one after another, each a test."""

TEMPLATE = "zero"
"""A startup template; those before it by name are there to be deleted."""
BY_ITSELF = "by itself"
"""The group of messages that no command answers with."""


def _configured(world: World) -> str:
    """Make a database whose password stands in a plugin's configuration, to be replaced there."""
    row = given(world, f"configured{len(world.survival.databases)}")
    world.survival.disk.write("/plugins/Shop/config.yml", f"password: '{row.password}'\n".encode())
    return row.name


def _differing(world: World) -> str:
    """Let a template differ from the server again."""
    world.survival.variables.pop("MINECRAFT_VERSION", None)
    return TEMPLATE


# By the option's name, or by command and name where one name means two things.
ARGUMENTS: Mapping[str, Callable[[World], object]] = {
    "server": lambda world: world.survival.name,
    "database": lambda world: world.survival.databases[0].name,
    "database rotate database": _configured,
    "database create name": lambda world: f"walk{len(world.survival.databases)}",
    "server rename name": lambda world: world.survival.name,  # others name the server by it
    "schedule": lambda world: str(world.survival.schedules[0].id),
    "task": lambda _: "1",
    "variable": lambda _: "MINECRAFT_VERSION",
    "startup apply name": _differing,
    "startup apply servers": lambda _: "Survival",
    "startup set value": lambda world: f"1.{len(world.sandbox.requests)}",
    "schedule task add does": lambda _: "backup",
    "schedule create when": lambda _: "every day at 4:00",
    "server bulk filter": lambda _: "lobby",
    "backup": lambda world: next(backup.uuid for backup in world.survival.backups if not backup.deleted),
    "path": lambda _: "/server.properties",
    "player": lambda _: "Nora",
    "files upload file": lambda _: ("new.txt", b"new"),
    "who": lambda world: world.stranger,
    "alert": lambda _: "all",
    "user": lambda world: world.survival.subusers[0].user.username,
    "email": lambda world: f"new{len(world.survival.subusers)}@example.com",
    "address": lambda world: str(world.survival.allocations[-1].id),
}
# Given although they may be left out: they decide what a command is about.
GIVEN = ("server", "alert", "startup set value")

# Other ways to run a command, each with all of its options.
WAYS: Mapping[str, Sequence[Mapping[str, object]]] = {
    "files read": [{"path": "/logs/latest.log", "server": "Survival"}],
    "files set": [
        {"path": "/server.properties", "key": "max-players", "value": "30", "server": "Survival"},
    ],
    "files convert": [{"path": "/server.properties", "encoding": "UTF-16", "server": "Survival"}],
    "backup copy": [{"backup": "backup1", "to": "nas", "server": "Survival"}],
    "backup retention": [
        {"keep_last": 1, "server": "Survival"},
        {"off": True, "server": "Survival"},
    ],
    "backup schedule": [
        {"cron": "0 4 * * *", "server": "Survival"},
        {"off": True, "server": "Survival"},
    ],
    "alerts list": [{}],
    "alerts board": [{"audience": "public"}],
    "alerts ack": [{}],  # several are active: it asks
    "alerts maintenance": [{"for": "1 hour", "server": "Survival"}],
    "server default": [{}],
    "server idle": [{"after": "30 minutes", "server": "Survival"}],
    "server status": [{"server": "Lobby"}],  # could be several: it asks
    "players list": [{}],
}

# What leads to a page that a command of its own answers with: it is pressed with every level, not followed.
NOT_FOLLOWED = frozenset(
    {
        "bot.ui.alerts.opened_view._StatusButton",
        "bot.ui.kit.server_hub.PageButton",
        "bot.ui.players.list_view._OpenButton",
        "bot.ui.players.who_view._HistoryButton",
        "bot.ui.kit.view.BackButton",
        "bot.ui.schedules.edit_flow._UndoButton",
        "bot.ui.schedules.list_view._CreateButton",
        "bot.ui.schedules.list_view._OpenButton",
        "bot.ui.schedules.schedule_view._DeleteButton",
        "bot.ui.schedules.schedule_view._EditButton",
        "bot.ui.schedules.schedule_view._PauseButton",
        "bot.ui.schedules.schedule_view._RunButton",
        "bot.ui.schedules.schedule_view._ShowButton",
        "bot.ui.schedules.task_flow.AddTaskButton",
        "bot.ui.schedules.task_flow._MoveButton",
        "bot.ui.schedules.task_flow._RemoveButton",
        "bot.ui.servers.list_view._OpenButton",
    }
)

# What the walk cannot come to, and which test presses it instead.
ELSEWHERE: Mapping[str, str] = {
    "bot.ui.files.search_view._Cancel": ("shows only while a search runs: tests/cogs/test_files_search.py"),
    "bot.ui.databases.views._ReplaceLaterButton": (
        "shows only after a rotation whose answer was lost: tests/cogs/test_database_trouble.py"
    ),
    "bot.ui.kit.correction._CorrectButton": (
        "shows only after a form with invalid values: tests/cogs/test_schedules_change.py"
    ),
    "bot.ui.kit.suggestions._SuggestionButton": "answers a mistyped name: tests/cogs/test_suggestions.py",
    "bot.ui.kit.late_result.ShowResult": "comes a quarter of an hour later: tests/cogs/test_backups.py",
    "bot.ui.kit.late_result._ShowUndelivered": (
        "shows only what could not be posted later: tests/cogs/test_late_results.py"
    ),
    "bot.ui.alerts.channel_view._ChannelMenu": (
        "shows only while no channel is chosen: tests/cogs/test_alerts_channel.py"
    ),
    "bot.ui.alerts.opened_view._FixButton": (
        "shows only where a fix is known: tests/cogs/test_alerts_commands.py"
    ),
    "bot.ui.servers.performance_view._MeasureButton": (
        "shows only with a history: tests/cogs/test_server_performance.py"
    ),
    **dict.fromkeys(
        ("bot.ui.backups.create_flow._AgainButton", "bot.ui.backups.create_flow._RestoreButton"),
        "shows only once a backup has ended: tests/cogs/test_backups.py",
    ),
    **dict.fromkeys(
        (
            "bot.ui.backups.backup_view._FollowButton",
            "bot.ui.backups.copy_flow._AgainButton",
            "bot.ui.backups.copy_reports.ShowCopyButton",
        ),
        "shows only beside a copy that is made, or once it has ended: tests/cogs/test_backups_copy.py",
    ),
    "bot.ui.backups.check_flow._CancelButton": (
        "shows only while a check runs: tests/cogs/test_backups_check.py"
    ),
    "bot.ui.backups.check_flow._BackUpButton": "shows for a damaged backup: tests/cogs/test_backups_check.py",
    "bot.ui.players.console_view.AskConsoleButton": (
        "shows only where a running game answers no query: tests/cogs/test_players.py"
    ),
    "bot.ui.servers.list_view._IdleStartButton": (
        "shows only to viewers, for a server that was empty: tests/cogs/test_server_idle.py"
    ),
    **dict.fromkeys(
        (
            "bot.ui.players.whitelist_buttons.RequestWhitelistButton",
            "bot.ui.players.whitelist_buttons._RequestForm",
        ),
        "is for everybody, also without access: tests/cogs/test_players_whitelist.py",
    ),
    "bot.ui.jobs.idle_flow._TimeButton": (
        "shows only for a server that is never stopped when empty: tests/cogs/test_server_idle.py"
    ),
    "bot.ui.alerts.list_view._PastButton": (
        "shows only where there is no alert: tests/cogs/test_alerts_commands.py"
    ),
    "bot.ui.backups.retention_view._OffButton": (
        "shows only where a policy is on: tests/cogs/test_backups_retention.py"
    ),
    "bot.ui.kit.retry._RetryButton": "shows only after a failure: tests/cogs/test_server_hub.py",
    "bot.ui.servers.list_view._FixButton": (
        "shows only for a server that is down: tests/cogs/test_server_hub.py"
    ),
    "bot.ui.files.edit_flow._FileForm": (
        "takes a file, which the walk has none of: tests/cogs/test_files_change.py"
    ),
    **dict.fromkeys(
        (
            f"bot.ui.servers.console_buttons.{piece}"
            for piece in (
                "SendButton",
                "FilterButton",
                "SaveButton",
                "CloseButton",
                "StopButton",
                "_SendForm",
                "_FilterForm",
            )
        ),
        "stands in a private thread, which only its members see: tests/cogs/test_server_console.py and "
        "tests/cogs/test_files_tail.py",
    ),
}

# What is typed into a field of a form, by its label; else what stands there, or what it asks for, stays.
FIELDS: Mapping[str, object] = {
    "Enabled": ["on"],
    "What it does": ["backup"],
    "Go on if it fails": ["no"],
    "Only while the server is online": ["no"],
}

# Messages that come by themselves: what a row of the table calls it, and how it comes to be.
POSTED: Mapping[str, Callable[[World], Awaitable[ResponseMessage]]] = {
    "an alert of one server": lambda world: _alert(world, "Survival"),
    "an alert of several servers": lambda world: _alert(world, "Survival", "Lobby 1"),
    "a crash with a file to fix": lambda world: _crash(world, "eula:"),
    "the welcome": lambda world: _welcome(world),  # noqa: PLW0108 - it is defined below
    "an idle stop": lambda world: _idle_stop(world),  # noqa: PLW0108 - it is defined below
    "a restart": lambda world: _restart(world),  # noqa: PLW0108 - it is defined below
    "a whitelist request": lambda world: _whitelist_request(world),  # noqa: PLW0108 - it is defined below
    "the board": lambda world: _board(world, "main"),
    "a crash with a variable to set": lambda world: _crash(world, "variable:SERVER_JARFILE"),
}

_DEFAULTS: Mapping[discord.AppCommandOptionType, object] = {
    discord.AppCommandOptionType.string: "x",
    discord.AppCommandOptionType.integer: 1,
    discord.AppCommandOptionType.number: 1.0,
    discord.AppCommandOptionType.boolean: True,
}
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
    lobbies = _servers(world, "Lobby")
    board = Board(GUILD_ID, "main", world.channel.id, world.admin.id, world.services.clock.now(), "1")
    await world.services.store.write(lambda conn: boards.put(conn, board))
    await begun(world, incident(world), *(incident(world, lobby, rule=RuleKind.DISK) for lobby in lobbies))
    names = tuple(Player(f"Player {number}") for number in range(_PAGES_OF))
    for server in (world.survival, *lobbies):
        answer(world, _PAGES_OF, players=names, server=server)


async def _alert(world: World, *names: str) -> ResponseMessage:
    """Send an alert of these servers, which lasts and is silenced."""
    until = world.services.clock.now() + timedelta(minutes=30)  # less than what can be chosen
    servers = [lobby for name in names for lobby in _servers(world, name)]
    for server in servers:
        server.game = Game(cpu_absolute=0.95 * server.limits.cpu)
    made, message = await fired(world, *(incident(world, lobby, rule=RuleKind.CPU) for lobby in servers))
    await world.services.store.write(
        lambda conn: alert_handling.silence(conn, made, guild_id=GUILD_ID, until=until)
    )
    return seen(world, message)


async def _crash(world: World, offer: str) -> ResponseMessage:
    """Let a server be down after a crash whose cause has a fix; of its message only that is of interest."""
    facts = Annotations(gave_up=True, offer=offer)
    (down,) = _servers(world, "Lobby 1")[:1]
    _, message = await fired(world, incident(world, down, rule=RuleKind.CRASH, value=1.0, facts=facts))
    return seen(world, message)


async def _welcome(world: World) -> ResponseMessage:
    """Let it be posted as when the bot is invited."""
    bot = world.bot
    guild = bot.get_guild(GUILD_ID)
    assert isinstance(bot, QuetzalBot)
    assert guild is not None
    number = await post_welcome(bot, guild)
    assert number is not None
    return shown_by(world, world.channel.id, number)


async def _restart(world: World) -> ResponseMessage:
    """Let a restart wait for its time."""
    lobby, *_ = _servers(world, "Lobby 2")
    job = await restart_begun(world, server_uuid=lobby.uuid)
    assert job.discord_id is not None
    return shown_by(world, job.channel_id, job.discord_id)


async def _idle_stop(world: World) -> ResponseMessage:
    """Let a server have been stopped because it was empty."""
    lobby, *_ = _servers(world, "Lobby 3")
    number = await idle_stopped(world, lobby)
    return shown_by(world, world.channel.id, number)


async def _whitelist_request(world: World) -> ResponseMessage:
    """Let another person ask each time."""
    others = len(requests(world))
    return await requested(world, 400_000_000_000_000_000 + others)


async def _board(world: World, panel_id: str) -> ResponseMessage:
    """Let the board be posted, or brought up to date."""
    await world.advance(21)
    board = await world.services.boards.get_for(GUILD_ID, panel_id)
    assert board is not None
    assert board.discord_id is not None
    return shown_by(world, board.channel_id, board.discord_id)


def _servers(world: World, name: str) -> list[GameServer]:
    return [server for server in world.sandbox.world.servers.values() if server.name.startswith(name)]


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
    lobby, *_ = _servers(world, "Lobby 4")
    for uuid, stopped_at in ((world.survival.uuid, None), (lobby.uuid, now)):
        rule = IdleRule("main", uuid, GUILD_ID, _IDLE_AFTER_S, world.channel.id, ada, now, stopped_at)
        await idle_rules.put(conn, rule)
    await backup_copies.create(conn, copy_of(ServerKey("main", world.survival.uuid), "an old one", now))
    for scope, subject in ((DefaultScope.CHANNEL, world.channel.id), (DefaultScope.GUILD, GUILD_ID)):
        chosen = DefaultServer(GUILD_ID, scope, subject, "main", world.survival.uuid, ada, now)
        await default_servers.put(conn, chosen)


def arguments(world: World, command: AnyCommand) -> dict[str, object]:
    """Make the options for one run of a command."""
    return {
        parameter.display_name: _value(world, command, parameter)
        for parameter in command.parameters
        if parameter.required
        or parameter.name in GIVEN
        or f"{command.qualified_name} {parameter.display_name}" in GIVEN
    }


def _value(world: World, command: AnyCommand, parameter: app_commands.Parameter) -> object:
    for name in (f"{command.qualified_name} {parameter.display_name}", parameter.display_name):
        if name in ARGUMENTS:
            return ARGUMENTS[name](world)
    return parameter.choices[0].value if parameter.choices else _DEFAULTS[parameter.type]
