"""/files: upload, download, copy, mkdir, compress, extract."""

from functools import partial

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
from bot.ui.files.similar import on_path
from bot.ui.kit.authorize import AnyCommand, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.command_group import group
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption


@app_commands.command(name="upload", extras=requires(Level.MANAGER))
@app_commands.describe(
    file="The file to upload", path="Into which folder, or the full path", server="Which server"
)
async def upload(
    interaction: Interaction,
    file: discord.Attachment,
    path: DirectoryOption = "/",
    server: ServerOption | None = None,
) -> None:
    """Upload a file. A file it replaces goes to the trash."""
    context = await server_context(interaction, server)
    await transfer_flow.upload(context, file, await typed_target(context, path))


@app_commands.command(name="download", extras=requires(Level.MANAGER))
@app_commands.describe(path="Which file", server="Which server")
async def download(interaction: Interaction, path: PathOption, server: ServerOption | None = None) -> None:
    """Download a file: small ones here, others by a one-time link."""
    context = await server_context(interaction, server)
    await on_path(context, await typed_path(context, path), transfer_flow.download, only_files=True)


@app_commands.command(name="copy", extras=requires(Level.MANAGER))
@app_commands.describe(
    source="Which file", target="Into which folder, or the full path", server="Which server"
)
async def copy(
    interaction: Interaction, source: PathOption, target: PathOption, server: ServerOption | None = None
) -> None:
    """Copy a file to any name or folder."""
    context = await server_context(interaction, server)
    work = partial(transfer_flow.copy, typed=await typed_target(context, target))
    await on_path(context, await typed_path(context, source), work, only_files=True)


@app_commands.command(name="mkdir", extras=requires(Level.MANAGER))
@app_commands.describe(path="Which folder; missing parent folders are created, too", server="Which server")
async def mkdir(interaction: Interaction, path: DirectoryOption, server: ServerOption | None = None) -> None:
    """Create a folder."""
    context = await server_context(interaction, server)
    await transfer_flow.make_folder(context, await typed_path(context, path))


@app_commands.command(name="compress", extras=requires(Level.MANAGER))
@app_commands.describe(
    paths="What to compress; separate several with commas",
    name="Name of the archive (default: the first path and the time)",
    server="Which server",
)
async def compress(
    interaction: Interaction,
    paths: PathOption,
    name: app_commands.Range[str, 1, 200] | None = None,
    server: ServerOption | None = None,
) -> None:
    """Compress files and folders into a .tar.gz on the server."""
    await transfer_flow.compress(await server_context(interaction, server), paths, name)


@app_commands.command(name="extract", extras=requires(Level.MANAGER))
@app_commands.describe(
    path="Which archive", to="Into which folder (default: the archive's own)", server="Which server"
)
async def extract(
    interaction: Interaction,
    path: PathOption,
    to: DirectoryOption | None = None,
    server: ServerOption | None = None,
) -> None:
    """Extract an archive. Files it replaces go to the trash."""
    context = await server_context(interaction, server)
    into = None if to is None else await typed_path(context, to)
    work = partial(transfer_flow.extract, to=into)
    await on_path(context, await typed_path(context, path), work, only_files=True)


COMMANDS: tuple[AnyCommand, ...] = (upload, download, copy, mkdir, compress, extract)


async def setup(bot: QuetzalBot) -> None:
    """Add the commands to /files."""
    files = group(bot, "files")
    for command in COMMANDS:
        files.add_command(command)
