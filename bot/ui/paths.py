"""Path autocomplete from the live directory of the server that is being typed."""

from discord import app_commands

from bot.actions.access import Permit
from bot.actions.clock import Clock
from bot.actions.directory import Found
from bot.actions.files import Directory, FilesAction
from bot.actions.files.locating import locate, locate_target
from bot.domain import files
from bot.domain.typed_paths import cleaned
from bot.errors import BadInput, QuetzalError
from bot.panel.models import FileEntry
from bot.ui.answer import AnyInteraction, Interaction
from bot.ui.choices import CHOICE_CHARACTERS, CHOICES_LIMIT, resolve
from bot.ui.gate import Gate, actor, level_of
from bot.ui.text import label, shorten_left

_TYPING_WAIT_S = 2.0


class PathTransformer(app_commands.Transformer):
    """A path on the server; suggestions are what is there now."""

    directories_only = False

    async def transform(self, interaction: AnyInteraction, value: str, /) -> str:
        """Keep what was typed; it is looked at when the person's right is certain."""
        return value

    async def autocomplete(
        self, interaction: AnyInteraction, value: int | float | str, /
    ) -> list[app_commands.Choice[int | float | str]]:
        """Offer what is in the directory typed so far; nothing when it cannot be known in time."""
        try:
            clock: Clock = interaction.client.services.clock
            return await clock.within(_TYPING_WAIT_S, self._suggest(interaction, str(value)))
        except (TimeoutError, QuetzalError):
            return []

    async def _suggest(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[int | float | str]]:
        services, tokens = interaction.client.services, interaction.client.tree.path_tokens
        resolution = await resolve(interaction, getattr(interaction.namespace, "server", None))
        if not isinstance(resolution, Found):
            return []
        command = interaction.command
        level = level_of(command) if isinstance(command, app_commands.Command) else None
        if level is None:
            return []
        permit = await services.access.require(actor(interaction), resolution.target, level)
        directory, started, listing = await self._listed(permit, services.files, tokens.expand(typed))
        matching = [
            entry
            for entry in listing.entries
            if started.casefold() in entry.name.casefold()
            and (entry.is_directory or not self.directories_only)
        ]
        matching.sort(key=lambda entry: not entry.name.casefold().startswith(started.casefold()))
        return [
            app_commands.Choice(name=_choice_name(path, entry), value=tokens.shorten(path))
            for entry in matching[:CHOICES_LIMIT]
            for path in [files.join(directory or "/", entry.name) + ("/" if entry.is_directory else "")]
        ]

    @staticmethod
    async def _listed(permit: Permit, action: FilesAction, typed: str) -> tuple[str, str, Directory]:
        """List the folder of what is typed so far: as it stands, else as the panel and Windows write it."""
        failure: QuetzalError | None = None
        for form in dict.fromkeys((typed, cleaned(typed))):
            directory, _, started = ("/" + form.lstrip("/")).rpartition("/")
            try:
                listing = await action.list(permit, directory or "/")
            except QuetzalError as error:
                failure = failure or error
                continue
            if form == cleaned(typed) or any(
                started.casefold() in one.name.casefold() for one in listing.entries
            ):
                return directory, started, listing
        raise failure or BadInput()


class DirectoryTransformer(PathTransformer):
    """A directory on the server."""

    directories_only = True


async def typed_path(interaction: Interaction, gate: Gate, typed: str) -> str:
    """Tell the path that was typed or chosen, in whatever form it was seen; raises BadInput for none."""
    return await locate(await gate.permit(interaction), _expanded(interaction, typed))


async def typed_target(interaction: Interaction, gate: Gate, typed: str) -> str:
    """Tell the path as `typed_path` does, with the slash at its end that means a folder."""
    return await locate_target(await gate.permit(interaction), _expanded(interaction, typed))


def _expanded(interaction: Interaction, typed: str) -> str:
    return interaction.client.tree.path_tokens.expand(typed)


PathOption = app_commands.Transform[str, PathTransformer]
DirectoryOption = app_commands.Transform[str, DirectoryTransformer]


def _choice_name(path: str, entry: FileEntry) -> str:
    mark = "📁 " if entry.is_directory else ""
    return mark + shorten_left(label(path, 4_096), CHOICE_CHARACTERS - len(mark))
