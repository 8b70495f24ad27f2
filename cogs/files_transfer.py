"""/files: upload, download, copy, mkdir, compress, extract."""

import discord
from discord import app_commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.ui.files import transfer_flow
from bot.ui.files.path_option import (
    DirectoryOption,
    PathOption,
    typed_path,
    typed_target,
)
from bot.ui.kit.authorize import AnyCommand, needs, require
from bot.ui.kit.command_group import group
from bot.ui.kit.respond import Interaction
from bot.ui.kit.server_option import ServerOption, choose_server


@app_commands.command(name="upload", extras=needs(Level.MANAGER))
@app_commands.describe(
    file="What to send", path="In which folder, or under which whole path", server="Which server"
)
async def upload(
    interaction: Interaction,
    file: discord.Attachment,
    path: DirectoryOption = "/",
    server: ServerOption | None = None,
) -> None:
    """Send a file to the server; what it replaces is kept."""
    target = await choose_server(interaction, server)
    if target is None:
        return
    gate = await require(interaction, target)
    await transfer_flow.upload(interaction, gate, target, file, await typed_target(interaction, gate, path))


@app_commands.command(name="download", extras=needs(Level.MANAGER))
@app_commands.describe(path="Which file", server="Which server")
async def download(interaction: Interaction, path: PathOption, server: ServerOption | None = None) -> None:
    """Get a file: here when it is small enough, else a one-time link."""
    target = await choose_server(interaction, server)
    if target is None:
        return
    gate = await require(interaction, target)
    await transfer_flow.download(interaction, gate, target, await typed_path(interaction, gate, path))


@app_commands.command(name="copy", extras=needs(Level.MANAGER))
@app_commands.describe(
    source="Which file", target="Into which folder, or under which whole path", server="Which server"
)
async def copy(
    interaction: Interaction, source: PathOption, target: PathOption, server: ServerOption | None = None
) -> None:
    """Copy a file, under any name and into any folder."""
    chosen = await choose_server(interaction, server)
    if chosen is None:
        return
    gate = await require(interaction, chosen)
    await transfer_flow.copy(
        interaction,
        gate,
        chosen,
        await typed_path(interaction, gate, source),
        await typed_target(interaction, gate, target),
    )


@app_commands.command(name="mkdir", extras=needs(Level.MANAGER))
@app_commands.describe(path="Which folder; those above it are made too", server="Which server")
async def mkdir(interaction: Interaction, path: DirectoryOption, server: ServerOption | None = None) -> None:
    """Make a folder."""
    target = await choose_server(interaction, server)
    if target is None:
        return
    gate = await require(interaction, target)
    await transfer_flow.make_folder(interaction, gate, target, await typed_path(interaction, gate, path))


@app_commands.command(name="compress", extras=needs(Level.MANAGER))
@app_commands.describe(
    paths="What to pack; several with commas",
    name="What the archive is called; without it, after the first path and the time",
    server="Which server",
)
async def compress(
    interaction: Interaction,
    paths: PathOption,
    name: app_commands.Range[str, 1, 200] | None = None,
    server: ServerOption | None = None,
) -> None:
    """Pack files and folders into a .tar.gz on the server."""
    target = await choose_server(interaction, server)
    if target is None:
        return
    gate = await require(interaction, target)
    await transfer_flow.compress(interaction, gate, target, paths, name)


@app_commands.command(name="extract", extras=needs(Level.MANAGER))
@app_commands.describe(
    path="Which archive", to="Into which folder; without it, into its own", server="Which server"
)
async def extract(
    interaction: Interaction,
    path: PathOption,
    to: DirectoryOption | None = None,
    server: ServerOption | None = None,
) -> None:
    """Unpack an archive on the server; what it replaces is kept."""
    target = await choose_server(interaction, server)
    if target is None:
        return
    gate = await require(interaction, target)
    into = None if to is None else await typed_path(interaction, gate, to)
    await transfer_flow.extract(interaction, gate, target, await typed_path(interaction, gate, path), into)


COMMANDS: tuple[AnyCommand, ...] = (upload, download, copy, mkdir, compress, extract)


async def setup(bot: QuetzalBot) -> None:
    """Add the commands to /files."""
    files = group(bot, "files")
    for command in COMMANDS:
        files.add_command(command)
