"""Path autocomplete from the live directory of the server that is being typed."""

import unicodedata
from collections.abc import Sequence

from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput, QuetzalError
from bot.core.time_slices import in_slices
from bot.domain import paths
from bot.domain.typed_paths import cleaned
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files import FileBrowser, locate, locate_target
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.option import CHOICE_CHARACTERS, CHOICES_LIMIT, Choice
from bot.ui.kit.path_tokens import PathTokens
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_option import OnServerTransformer
from bot.ui.kit.text import label, shorten_left

_COMPARED_A_TURN = 10_000


class PathTransformer(OnServerTransformer):
    """A path on the server; suggestions are what is there now."""

    directories_only = False

    @override
    async def transform(self, interaction: AnyInteraction, value: str, /) -> str:
        """Return what was typed: blanks may belong to a name."""
        return value

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List what is in the directory typed so far."""
        services, tokens = interaction.client.services, interaction.client.shared(PathTokens)
        directory, file_entries = await self._find_directory(
            permit, services.files, tokens.expand(permit.uuid, typed)
        )
        matching = [entry for entry in file_entries if entry.is_directory or not self.directories_only]
        return [
            app_commands.Choice(name=_choice_name(path, entry), value=tokens.shorten(permit.uuid, path))
            for entry in matching[:CHOICES_LIMIT]
            for path in [paths.join(directory or "/", entry.name) + ("/" if entry.is_directory else "")]
        ]

    @staticmethod
    async def _find_directory(
        permit: Permit, action: FileBrowser, typed: str
    ) -> tuple[str, Sequence[FileEntry]]:
        """Find what is typed so far in its folder: as it stands, else as the panel and Windows write it."""
        failure: QuetzalError | None = None
        for form in dict.fromkeys((typed, cleaned(typed))):
            directory, _, started = ("/" + form.lstrip("/")).rpartition("/")
            try:
                listing = await action.list(permit, directory or "/")
            except QuetzalError as error:
                failure = failure or error
                continue
            file_entries = await _matching(listing.entries, started)
            if file_entries or form == cleaned(typed):
                return directory, file_entries
        raise failure or BadInput()


class DirectoryTransformer(PathTransformer):
    """A directory on the server."""

    directories_only = True


async def typed_path(context: ServerContext, typed: str) -> str:
    """Return the path that was typed or chosen, in whatever form it was seen; raises BadInput for none."""
    return await locate(await context.permit(), _expanded(context, typed))


async def typed_target(context: ServerContext, typed: str) -> str:
    """Return the path as `typed_path` does, with the slash at its end that means a folder."""
    return await locate_target(await context.permit(), _expanded(context, typed))


def _expanded(context: ServerContext, typed: str) -> str:
    return context.interaction.client.shared(PathTokens).expand(context.server.uuid, typed)


PathOption = app_commands.Transform[str, PathTransformer]
DirectoryOption = app_commands.Transform[str, DirectoryTransformer]


async def _matching(entries: Sequence[FileEntry], started: str) -> Sequence[FileEntry]:
    """Choose those with these letters in their names; names that start with them come first."""
    wanted = _comparable(started)
    at = await in_slices(entries, lambda entry: _comparable(entry.name).find(wanted), size=_COMPARED_A_TURN)
    fitting = [(entry, position) for entry, position in zip(entries, at, strict=True) if position >= 0]
    return [
        *(entry for entry, position in fitting if position == 0),
        *(entry for entry, position in fitting if position > 0),
    ]


def _comparable(name: str) -> str:
    """Ignore letter case, and whether accents are characters of their own as in files from a Mac."""
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()


def _choice_name(path: str, entry: FileEntry) -> str:
    mark = "📁 " if entry.is_directory else ""
    return mark + shorten_left(label(path, 4_096), CHOICE_CHARACTERS - len(mark))
