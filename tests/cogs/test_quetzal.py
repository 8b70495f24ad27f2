"""/quetzal: what the bot says of itself, and the commands as a whole."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord import InteractionResult

from bot.domain.levels import Level
from bot.domain.observation import Source
from bot.monitoring.monitor import MonitorStatus
from bot.monitoring.poller import SourceStatus
from bot.monitoring.sources import SourceOverview
from bot.panel import BudgetView, Health
from bot.panel.budget import Use
from bot.ui.kit.authorize import level_of
from bot.ui.setup import about_cards as cards
from bot.ui.setup.overview import commands_for, every_command
from sandbox import Fault
from tests.support.messages import button_beside, menus, nodes, text
from tests.support.world import World, new_world, shown


@pytest.mark.shows(
    "server directory",
    "standing work",
    "backup retention",
    "consoles of earlier runs",
    "idle servers",
    "copies of backups",
    "results of copies",
    "whitelist requests",
    "alert dispatcher",
)
async def test_every_command_has_a_level_and_a_description(world: World) -> None:
    for command in every_command(world.bot.tree):
        level = level_of(command)
        assert level, (
            f"/{command.qualified_name} has no level: add `extras=requires(Level.…)` to its decorator"
        )
        assert command.description not in ("", "…")


async def test_commands_live_in_guilds_only_and_fit_discord(world: World) -> None:
    tree = world.bot.tree
    names = [command.qualified_name for command in every_command(tree)]
    assert len(names) == len(set(names))
    for command in tree.get_commands():
        payload = command.to_dict(tree)
        assert payload["contexts"] == [0]
        assert payload["integration_types"] == [0]
        assert _written(payload) <= _MOST_WRITTEN
    for group in tree.get_commands(type=discord.AppCommandType.chat_input):
        assert isinstance(group, app_commands.Group)
        assert len(group.commands) <= 25


async def test_about_shows_version_panel_budget_work_and_errors(world: World) -> None:
    await world.admin.slash(world.channel, "server list")
    await world.advance(31)
    asked = await world.admin.slash(world.channel, "quetzal about")
    response = text(shown(asked))
    assert f"Quetzal {world.services.version}" in response
    assert "🟢 **Panels**\n-# main reachable" in response
    assert "none since the start" in response

    panels = await details(world, asked, "Panels")
    assert "🟢 **main** is reachable" in panels
    assert "requests left this minute" in panels
    await world.admin.click(shown(asked), label="◀ About")
    assert "server directory" in await details(world, asked, "Background work")


async def details(world: World, asked: InteractionResult, subject: str) -> str:
    """Press Details beside a subject, and read what it shows."""
    await world.admin.click(shown(asked), custom_id=button_beside(shown(asked), subject))
    return text(shown(asked))


async def test_about_shows_how_monitoring_does(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True) as world:
        await world.until(lambda: watched_live(world), step_s=1)
        asked = await world.admin.slash(world.channel, "quetzal about")
        assert "🟢 **Monitoring**\n-# 1 server observed" in text(shown(asked))
        assert "🟢 **main**: 1 server live · last success" in await details(world, asked, "Monitoring")


def watched_live(world: World) -> bool:
    """Whether the live connection has said how the server is, and that was stored."""
    status = world.services.monitors[0].status
    overview = status.source.overview if status.source is not None else None
    is_live = overview is not None and overview.servers.get(Source.SOCKET) == 1
    return status.last_stored_s is not None and is_live


POLLED = SourceStatus(50, 50, 60, 60, 0, (), SourceOverview({Source.POLL: 50}, {}))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "🟢 **main**: 50 servers polled every 1 min · last success 5 s ago"),
        (
            {"interval_s": 95},
            "50 servers polled every 1 min 35 s (the panel's rate limit doesn't allow 1 min",
        ),
        ({"late_s": 15}, "🟢 **main**: 50 servers polled every 1 min · last success 5 s ago · 15 s late"),
        ({"late_s": 61}, "🔴 **main**"),
        ({"nodes_down": ("node-1",)}, "unreachable: node-1"),
        (
            {
                "polled": 2,
                "overview": SourceOverview(
                    {Source.SOCKET: 40, Source.NODE: 8, Source.POLL: 2},
                    {"the key lacks websocket.connect": 2},
                ),
            },
            "40 servers live · 8 servers read from their nodes · 2 servers polled every 1 min · "
            "last success 5 s ago\n-# Polled: 2 because the key lacks websocket.connect",
        ),
        (
            {
                "polled": 0,
                "overview": SourceOverview({Source.SOCKET: 50, Source.NODE: 0, Source.POLL: 0}, {}),
            },
            "🟢 **main**: 50 servers live · last success 5 s ago",
        ),
    ],
)
def test_the_line_of_a_watch_says_how_it_keeps_up(changed: dict[str, Any], expected: str) -> None:
    source = replace(POLLED, **changed)
    assert expected in cards.monitor_line(MonitorStatus("main", source, 95, None), 100)


def test_the_line_of_a_panel_says_who_uses_its_budget_and_how_old_its_list_is() -> None:
    budget = BudgetView(256, 180, 30.0, {Use.PEOPLE: 3, Use.CONNECTIONS: 40})
    line = cards.panel_line("main", Health(up=True, since=None), budget, 100, 75)
    assert line == (
        "🟢 **main** is reachable · 180 of 256 requests left this minute · list 1 min 15 s old"
        "\n-# Requests in the last minute: live connections 40, people 3"
    )


def test_the_line_of_a_watch_says_what_is_wrong() -> None:
    status = MonitorStatus("main", POLLED, 95, "The disk is full.")
    assert "not stored: The disk is full." in cards.monitor_line(status, 100)
    assert "starting" in cards.monitor_line(MonitorStatus("main", None, None, None), 100)


async def test_about_names_the_last_error_by_the_reference_that_was_shown(world: World) -> None:
    world.sandbox.faults.add(Fault.status(401), path="*/files/list")
    failed = shown(await world.admin.slash(world.channel, "files list"))
    reference = text(failed).rpartition("-# Reference ")[2]
    assert len(reference) == 8

    assert reference in text(shown(await world.admin.slash(world.channel, "quetzal about")))


async def test_help_lists_what_the_person_may_use(world: World) -> None:
    answer = await world.operator.slash(world.channel, "quetzal help")

    assert "You have **operator** access" in text(shown(answer))
    assert "1. `/server list`" in text(shown(answer))
    assert "quetzal setup" not in text(shown(answer))
    (menu,) = menus(answer)
    await world.operator.select(shown(answer), ["files"], custom_id=menu)
    assert "`/files read`" in text(shown(answer))
    assert "`/files delete`" not in text(shown(answer))


async def test_help_shows_every_command_as_one_to_tap(world: World) -> None:
    answer = await world.admin.slash(world.channel, "quetzal help")
    assert "1. `/quetzal setup`" in text(shown(answer))
    groups = commands_for(world.bot.tree, Level.ADMIN)
    seen = ""
    for group in groups:
        await world.admin.select(shown(answer), [group], custom_id=menus(answer)[0])
        seen += "".join(node["content"] for node in nodes(shown(answer)) if node["type"] == 10)
    names = {name for group in groups.values() for name, _ in group}
    assert {name for name in names if f"</{name}:" not in seen} == set()
    assert "more line" not in seen


async def test_help_hides_what_is_above_a_level(world: World) -> None:
    names = [name for group in commands_for(world.bot.tree, Level.VIEWER).values() for name, _ in group]

    assert "server list" in names
    assert "server power" not in names


_MOST_WRITTEN = 4_000
"""Names, descriptions and values of a command with all below it; the simulator does not count them.
Source: https://docs.discord.com/developers/interactions/application-commands#slash-commands."""


def _written(part: object) -> int:
    if isinstance(part, dict):
        own = sum(len(str(part[name])) for name in ("name", "description", "value") if name in part)
        return own + sum(_written(part[name]) for name in ("options", "choices") if part.get(name))
    return sum(map(_written, part)) if isinstance(part, list) else 0
