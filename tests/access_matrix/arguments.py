"""How the walk comes to everything: what it types into options and forms, and where it goes.

A new command whose required options do not fit the defaults needs a line in ARGUMENTS. Buttons that show
only in a certain state need a way to it: in WAYS when other options lead there, in posted_messages.py when
they are on a message that no command answers with, in preparation.py when something has to exist.
"""

from collections.abc import Callable, Mapping, Sequence

import discord
from discord import app_commands

from bot.ui.kit.authorize import AnyCommand
from tests.fault_messages.databases import given
from tests.support.world import World

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
    "bot.ui.backups.create_flow._RestoreButton": (
        "shows only once a backup has ended: tests/cogs/test_backups.py"
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
    "bot.ui.kit.expired.OpenPageButton": "shows only once others have expired: tests/cogs/test_expired.py",
    "bot.ui.servers.fix_offer.ApplyFixButton": (
        "shows only after a start that failed: tests/cogs/test_server_power.py"
    ),
    "bot.ui.kit.retry.AgainButton": "shows only after a failure: tests/cogs/test_retries.py",
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

_DEFAULTS: Mapping[discord.AppCommandOptionType, object] = {
    discord.AppCommandOptionType.string: "x",
    discord.AppCommandOptionType.integer: 1,
    discord.AppCommandOptionType.number: 1.0,
    discord.AppCommandOptionType.boolean: True,
}


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
