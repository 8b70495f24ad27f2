"""Options of commands with values that were never offered, or that belong to another server.

Every option of every command is tried: its type, its choices, its bounds; and where it names something, with
the name of something on a server that the person may not see. A new kind of suggestion needs a line in
OTHERS.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
from discord import AppCommandOptionType, app_commands

from bot.domain.alerts import RuleKind
from bot.domain.audit import AuditFilter
from bot.domain.levels import Level
from bot.storage.repositories import audit
from bot.ui.activity.option import AccountTransformer
from bot.ui.alerts.incident_option import IncidentTransformer, PastIncidentTransformer
from bot.ui.backups.copy_flow import TargetTransformer
from bot.ui.backups.option import BackupTransformer
from bot.ui.databases.option import DatabaseTransformer
from bot.ui.files.key_option import KeyTransformer
from bot.ui.files.path_option import DirectoryTransformer, PathTransformer
from bot.ui.jobs.bulk_flow import FilterTransformer
from bot.ui.jobs.restart_flow import WhenTransformer
from bot.ui.kit.authorize import AnyCommand
from bot.ui.kit.offered import _TYPES
from bot.ui.kit.option import SuggestingTransformer
from bot.ui.kit.panel_option import PanelTransformer
from bot.ui.kit.path_tokens import PathTokens
from bot.ui.kit.server_option import OnServerTransformer, ServerTransformer
from bot.ui.network.option import AddressTransformer
from bot.ui.players.moderation_flow import PlayerTransformer
from bot.ui.players.query_view import ProtocolTransformer
from bot.ui.schedules.option import ScheduleTransformer, TaskTransformer
from bot.ui.servers.image_option import ImageTransformer
from bot.ui.setup.overview import every_command
from bot.ui.startup.option import ValueTransformer, VariableTransformer
from bot.ui.startup.template_flow import TemplateTransformer
from bot.ui.subusers.option import SubuserTransformer
from sandbox import hashids
from sandbox.node.volumes import disk_of
from tests.access_matrix.arguments import arguments
from tests.access_matrix.components import classes_below
from tests.attacks.forging import forge_command
from tests.fault_messages.backups import past
from tests.support.alerts import begun, incident
from tests.support.databases import given
from tests.support.grants import grant
from tests.support.messages import text
from tests.support.schedules import scheduled
from tests.support.world import GUILD_ID, World, new_world, shown

HIDDEN = "vault"
"""Stands in the name of everything on the server that the person may not see."""
LONG_PATH = f"/{HIDDEN}/" + "x" * 120 + ".yml"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Make a world where the stranger is an admin of the server Lobby, and of nothing else."""
    async with new_world(tmp_path) as made:
        lobby = made.sandbox.world.add_server(name="Lobby", owner="owner", state="running")
        disk_of(made.survival).write(LONG_PATH, b"x")
        past(made, f"{HIDDEN} backup")
        given(made, f"{HIDDEN}base")
        made.survival.allocations[0].notes = f"{HIDDEN} port"
        made.sandbox.world.add_subuser(made.survival, HIDDEN, ["control.console"])
        scheduled(made, f"{HIDDEN} restart")
        await begun(made, incident(made, rule=RuleKind.CPU))
        await made.advance(60)
        await grant(made, made.stranger.id, Level.ADMIN, lobby.uuid)
        yield made


OTHERS: Mapping[type[SuggestingTransformer], Callable[[World], list[str]]] = {
    ServerTransformer: lambda world: [world.survival.uuid, world.survival.uuid[:8], world.survival.name],
    PanelTransformer: lambda _: ["other", "MAIN", "../main", ""],
    BackupTransformer: lambda world: [world.survival.backups[0].uuid, world.survival.backups[0].name],
    DatabaseTransformer: lambda world: [
        hashids.encode(world.survival.databases[0].id),
        world.survival.databases[0].name,
    ],
    ScheduleTransformer: lambda world: [
        str(world.survival.schedules[0].id),
        world.survival.schedules[0].name,
    ],
    AddressTransformer: lambda world: [
        str(world.survival.allocations[0].id),
        f"127.0.0.1:{world.survival.allocations[0].port}",
    ],
    AccountTransformer: lambda world: [HIDDEN, f"<@{world.admin.id}>"],
    SubuserTransformer: lambda world: [
        world.survival.subusers[0].user.uuid,
        world.survival.subusers[0].user.email,
    ],
    WhenTransformer: lambda _: ["in -5 minutes", "yesterday", "when empty; stop"],
    FilterTransformer: lambda world: ["Survival", f"node:{world.survival.node.name}", "*"],
    TargetTransformer: lambda _: ["../nas", "http://169.254.169.254", "x" * 200],
    TaskTransformer: lambda _: ["1", "2", "-1", "9" * 90],
    VariableTransformer: lambda _: ["NOPE", "../MINECRAFT_VERSION", "x" * 200],
    TemplateTransformer: lambda _: ["nope", "../event", "x" * 200],
    ValueTransformer: lambda _: ["latest", "x" * 200],
    PathTransformer: lambda world: [
        world.bot.shared(PathTokens).shorten(world.survival.uuid, LONG_PATH),
        f"../../volumes/{world.survival.uuid}/{HIDDEN}",
    ],
    KeyTransformer: lambda _: ["motd", "../motd", "x" * 200],
    PlayerTransformer: lambda _: ["@a", "Steve; stop", "x" * 100],
    ImageTransformer: lambda _: ["ghcr.io/evil/image:latest", "Java 99", "-"],
    ProtocolTransformer: lambda _: ["gopher", "off", "bed rock", "9" * 90],
    IncidentTransformer: lambda _: ["1", "Survival", "9" * 18, "9" * 90],
}


async def trace(world: World) -> tuple[int, int]:
    """Count what was changed on the panel, and what was done."""
    changes = sum(entry.method != "GET" for entry in world.sandbox.requests)
    async with world.services.store.read() as conn:
        refused = await audit.count(conn, AuditFilter(GUILD_ID, action="access.refused"))
        return changes, await audit.count(conn, AuditFilter(GUILD_ID)) - refused


def suggested(command: AnyCommand) -> Iterator[tuple[app_commands.Parameter, SuggestingTransformer]]:
    """List the options of a command that suggest something, and what finds it."""
    for name, parameter in command._params.items():
        if isinstance(parameter._annotation, SuggestingTransformer):
            option = command.get_parameter(name)
            assert option is not None
            yield option, parameter._annotation


def options(world: World, command: AnyCommand, /, **forged: object) -> dict[str, object]:
    """Fill a command in, for the server Lobby, with what is forged."""
    lobby = {"server": "Lobby"} if "server" in {parameter.name for parameter in command.parameters} else {}
    return {**arguments(world, command), **lobby, **forged}


PLAIN = {kind.value for kind in _TYPES}


def test_every_kind_of_suggestion_is_forged() -> None:
    families: dict[type, type] = {
        DirectoryTransformer: PathTransformer,
        PastIncidentTransformer: IncidentTransformer,
    }
    leaves = {*classes_below(SuggestingTransformer)} - {OnServerTransformer}
    assert {families.get(kind, kind) for kind in leaves} == set(OTHERS)


@pytest.mark.sweep
async def test_what_is_on_another_server_is_neither_done_nor_shown_nor_suggested(world: World) -> None:
    before = await trace(world)
    tried = 0
    for command in [*every_command(world.bot.tree)]:
        for parameter, kind in suggested(command):
            values = next(make(world) for base, make in OTHERS.items() if isinstance(kind, base))
            for value in values:
                tried += 1
                given = options(world, command, **{parameter.display_name: value})
                name = command.qualified_name
                where = f"/{name} {parameter.display_name}={value}"
                said = text(shown(await forge_command(world.stranger, world.channel, name, given)))
                assert HIDDEN not in said.replace(value, ""), (where, said)
                assert "went wrong" not in said, (where, said)
                assert await trace(world) == before, (where, said)
    assert tried > 50


@pytest.mark.sweep
async def test_nothing_is_suggested_of_a_server_that_the_person_may_not_see(world: World) -> None:
    for command in [*every_command(world.bot.tree)]:
        for parameter, _ in suggested(command):
            names = {option.display_name for option in command.parameters} - {parameter.display_name}
            for server in OTHERS[ServerTransformer](world):
                offered = await world.stranger.autocomplete(
                    world.channel,
                    command.qualified_name,
                    parameter.display_name,
                    "",
                    **({"server": server} if "server" in names else {}),
                )
                said = str(offered)
                assert HIDDEN not in said, (command.qualified_name, parameter.name, said)
                assert "Survival" not in said, (command.qualified_name, parameter.name, said)


def impossible(parameter: app_commands.Parameter) -> Iterator[object]:
    """List values that this option doesn't take."""
    if parameter.type is AppCommandOptionType.boolean:
        yield "yes"
        return
    is_text = parameter.type is AppCommandOptionType.string
    yield 7 if is_text else "seven"
    if parameter.choices:
        yield "neither" if is_text else 10**6
    if is_text:
        yield "x" * (int(parameter.max_value or 6_000) + 1)
        return
    if parameter.min_value is not None:
        yield parameter.min_value - 1
    if parameter.max_value is not None:
        yield parameter.max_value + 1


@pytest.mark.sweep
async def test_no_option_takes_what_it_does_not_allow(world: World) -> None:
    before = await trace(world)
    tried = 0
    for command in [*every_command(world.bot.tree)]:
        for parameter in command.parameters:
            if parameter.type.value not in PLAIN:
                continue
            for value in impossible(parameter):
                tried += 1
                name = command.qualified_name
                given = options(world, command, **{parameter.display_name: value})
                said = text(shown(await forge_command(world.admin, world.channel, name, given)))
                assert "doesn't accept that value" in said, (name, parameter.name, value, said)
    assert tried > 100
    assert await trace(world) == before
