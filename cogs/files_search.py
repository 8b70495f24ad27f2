"""/files: search, grep."""

from typing import Literal

from discord import app_commands

from bot.client import QuetzalBot
from bot.domain.file_search import EntryFilter
from bot.domain.levels import Level
from bot.services.files import SearchQuery
from bot.ui.files.browse_view import search as search_and_open
from bot.ui.files.path_option import DirectoryOption, PathOption, typed_path
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.command_group import group
from bot.ui.kit.late_result import ShowResult
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption


@app_commands.command(name="search", extras=requires(Level.OPERATOR))
@app_commands.describe(
    pattern="Part of the name, or a pattern like *.jar or config/*.yml",
    path="In which folder, including subfolders",
    kind="Files, folders, or anything",
    server="Which server",
)
async def search(
    interaction: Interaction,
    pattern: str,
    path: DirectoryOption = "/",
    kind: Literal["anything", "files", "folders"] = "anything",
    server: ServerOption | None = None,
) -> None:
    """Find files and folders by name, including subfolders."""
    context = await server_context(interaction, server)
    query = SearchQuery(await typed_path(context, path), pattern, EntryFilter(kind))
    await search_and_open(context, query)


@app_commands.command(name="grep", extras=requires(Level.OPERATOR))
@app_commands.describe(
    text="What to look for; not case sensitive",
    path="In which folder or file",
    glob="Only in files named like this, for example *.yml",
    server="Which server",
)
async def grep(
    interaction: Interaction,
    text: app_commands.Range[str, 1, 200],
    path: PathOption = "/",
    glob: str | None = None,
    server: ServerOption | None = None,
) -> None:
    """Find lines inside text files. The panel logs each file that is read."""
    context = await server_context(interaction, server)
    query = SearchQuery(await typed_path(context, path), glob or "*", text=text)
    await search_and_open(context, query)


async def setup(bot: QuetzalBot) -> None:
    """Add the commands to /files, and the button that shows what took long."""
    files = group(bot, "files")
    files.add_command(search)
    files.add_command(grep)
    bot.add_dynamic_items(ShowResult)
