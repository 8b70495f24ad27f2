"""/server: restart, bulk and idle, beside the commands of cogs/servers.py."""

from typing import Literal

from discord import app_commands

from bot.client import QuetzalBot
from bot.domain.jobs import BulkAction
from bot.domain.levels import Level
from bot.ui.jobs.abort_button import AbortButton
from bot.ui.jobs.bulk_flow import FilterOption, act_on_many
from bot.ui.jobs.idle_flow import IdleStartButton, set_idle
from bot.ui.jobs.restart_flow import WhenOption, restart_safely
from bot.ui.kit.authorize import AnyCommand, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.command_group import group
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption

_FIRST_WARNING = {"none": 0, "10 s": 10, "1 min": 60, "5 min": 300, "10 min": 600}


@app_commands.command(name="restart", extras=requires(Level.OPERATOR))
@app_commands.describe(
    server="Which server",
    when="When, for example now, when empty, in 30 minutes, at 4:00",
    warn="When players are warned first (default: 1 min for now, else 10 min)",
    backup="Make a backup first; if it fails, the server stays online",
    wait="For when empty: wait at most this long, for example 3 hours",
    public="Show the response to everyone in this channel",
)
async def restart(  # noqa: PLR0913, PLR0917 - its options
    interaction: Interaction,
    server: ServerOption | None = None,
    when: WhenOption = "now",
    warn: Literal["none", "10 s", "1 min", "5 min", "10 min"] | None = None,
    backup: bool = False,
    wait: str | None = None,
    public: bool = False,
) -> None:
    """Warn the players, make a backup, restart, and watch until it is back."""
    context = await server_context(interaction, server)
    warn_s = None if warn is None else _FIRST_WARNING[warn]
    await restart_safely(context, when, warn_s=warn_s, backup=backup, wait=wait)


@app_commands.command(name="bulk", extras=requires(Level.MANAGER))
@app_commands.describe(
    action="What to do with each server",
    filter="Part of a name, node:falcon, tag:event, state:offline, or all",
    command="For the action command: the console command, without a leading slash",
    public="Show the response to everyone in this channel",
)
async def bulk(
    interaction: Interaction,
    action: Literal["start", "stop", "restart", "command"],
    filter: FilterOption,
    command: str = "",
    public: bool = False,
) -> None:
    """Start, stop or restart many servers, or send a command to them."""
    await act_on_many(interaction, BulkAction(action), filter, command)


@app_commands.command(name="idle", extras=requires(Level.MANAGER))
@app_commands.describe(
    server="Which server",
    after="Stop it after this time without players, for example 30 minutes",
    off="Turn it off",
    public="Show the response to everyone in this channel",
)
async def idle(
    interaction: Interaction,
    server: ServerOption | None = None,
    after: str | None = None,
    off: bool = False,
    public: bool = False,
) -> None:
    """Stop a server when nobody plays on it; members can start it again."""
    await set_idle(await server_context(interaction, server), after, off=off)


async def setup(bot: QuetzalBot) -> None:
    """Add the commands to the group, and the buttons of their messages."""
    bot.add_dynamic_items(AbortButton, IdleStartButton)
    servers = group(bot, "server")
    commands: tuple[AnyCommand, ...] = (restart, bulk, idle)
    for command in commands:
        servers.add_command(command)
