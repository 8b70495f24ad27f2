"""/files: info, edit, set, delete, move, history, undo."""

from functools import partial
from typing import Literal

import discord
from discord import app_commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.text_encoding import TextEncoding
from bot.ui.files import change_flow
from bot.ui.files.browse_view import show_directory
from bot.ui.files.edit_flow import convert_file, edit_file, set_key
from bot.ui.files.file_view import show_info
from bot.ui.files.history_view import show_history
from bot.ui.files.key_option import DEFAULT_CONFIG, KeyOption
from bot.ui.files.path_option import PathOption, typed_path
from bot.ui.files.similar import on_path
from bot.ui.kit.authorize import AnyCommand, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.command_group import group
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption

EncodingOption = Literal[
    "UTF-8",
    "UTF-8 with BOM",
    "UTF-16",
    "UTF-16 (big-endian)",
    "Windows-1252",
    "Windows-1250",
    "Windows-1251",
    "GBK",
    "Shift-JIS",
    "EUC-KR",
    "Big5",
]
"""Those that people choose between; the others are only recognised."""


@app_commands.command(name="info", extras=requires(Level.OPERATOR))
@app_commands.describe(path="Which file or folder", server="Which server")
async def info(interaction: Interaction, path: PathOption, server: ServerOption | None = None) -> None:
    """See size, mode, dates and type of a file or folder."""
    context = await server_context(interaction, server)
    await on_path(context, await typed_path(context, path), partial(show_info, folder=show_directory))


@app_commands.command(name="edit", extras=requires(Level.MANAGER))
@app_commands.describe(
    path="Which file, for example server.properties",
    file="The changed file, if you already have it",
    server="Which server",
)
async def edit(
    interaction: Interaction,
    path: PathOption,
    file: discord.Attachment | None = None,
    server: ServerOption | None = None,
) -> None:
    """Edit a text file. You see the changes first, and can undo them."""
    context = await server_context(interaction, server)
    await on_path(context, await typed_path(context, path), partial(edit_file, sent=file), only_files=True)


@app_commands.command(name="set", extras=requires(Level.MANAGER))
@app_commands.describe(
    path="A .properties, .yml, .json, .toml, .ini, .cfg or .conf file",
    key="Which key, dots for nested ones; or with the value: max-players=40",
    value="New value; leave it out to empty the key",
    server="Which server",
)
async def set_(
    interaction: Interaction,
    key: KeyOption,
    value: str = "",
    path: PathOption = DEFAULT_CONFIG,
    server: ServerOption | None = None,
) -> None:
    """Change one key of a configuration file. Comments and order stay."""
    context = await server_context(interaction, server)
    work = partial(set_key, key=key, value=value)
    await on_path(context, await typed_path(context, path), work, only_files=True)


@app_commands.command(name="convert", extras=requires(Level.MANAGER))
@app_commands.describe(
    path="Which text file",
    encoding="The encoding that its text is written in afterwards",
    source="The encoding that it has now, if Quetzal shows wrong characters",
    server="Which server",
)
async def convert(
    interaction: Interaction,
    path: PathOption,
    encoding: EncodingOption = "UTF-8",
    source: EncodingOption | None = None,
    server: ServerOption | None = None,
) -> None:
    """Change a text file's encoding, by default to UTF-8. You can undo it."""
    context = await server_context(interaction, server)
    known = None if source is None else TextEncoding(source)
    work = partial(convert_file, target=TextEncoding(encoding), source=known)
    await on_path(context, await typed_path(context, path), work, only_files=True)


@app_commands.command(name="delete", extras=requires(Level.MANAGER))
@app_commands.describe(
    path="Which file or folder",
    permanent="Delete forever instead: frees the space, can't be undone",
    server="Which server",
)
async def delete(
    interaction: Interaction,
    path: PathOption,
    permanent: bool = False,
    server: ServerOption | None = None,
) -> None:
    """Move a file or folder to the trash, or delete it forever."""
    context = await server_context(interaction, server)
    work = partial(change_flow.delete, permanent=permanent)
    await on_path(context, await typed_path(context, path), work)


@app_commands.command(name="move", extras=requires(Level.MANAGER))
@app_commands.describe(
    source="Which file or folder", target="Its new path, or the folder to put it into", server="Which server"
)
async def move(
    interaction: Interaction, source: PathOption, target: PathOption, server: ServerOption | None = None
) -> None:
    """Move or rename a file or folder."""
    context = await server_context(interaction, server)
    work = partial(change_flow.move, wanted=await typed_path(context, target))
    await on_path(context, await typed_path(context, source), work)


@app_commands.command(name="history", extras=requires(Level.MANAGER))
@app_commands.describe(path="Only this file or folder", server="Which server")
async def history(
    interaction: Interaction, path: PathOption = "/", server: ServerOption | None = None
) -> None:
    """See previous versions and the trash; restore or purge them."""
    context = await server_context(interaction, server)
    await show_history(context, await typed_path(context, path))


@app_commands.command(name="undo", extras=requires(Level.MANAGER))
@app_commands.describe(server="Which server")
async def undo(interaction: Interaction, server: ServerOption | None = None) -> None:
    """Undo your last file change on a server."""
    await change_flow.undo(await server_context(interaction, server))


async def setup(bot: QuetzalBot) -> None:
    """Add the commands to /files."""
    files = group(bot, "files")
    commands: tuple[AnyCommand, ...] = (info, edit, set_, convert, delete, move, history, undo)
    for command in commands:
        files.add_command(command)
