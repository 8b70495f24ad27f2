"""Editing a file from Discord: facts and Edit, a form from memory, the diff, Confirm.

A form can only be the first answer to a click, so the text is read before and held until then.
"""

import io
from typing import Any

import discord
from typing_extensions import override

from bot.core.errors import BadInput, QuetzalError
from bot.core.i18n import _
from bot.domain import critical_paths
from bot.domain.configs.key_lookup import UnknownKey
from bot.domain.file_changes import ChangeKind
from bot.domain.levels import Level
from bot.domain.paths import name_of
from bot.domain.text_encoding import TextEncoding
from bot.services.files import Draft, OpenedFile
from bot.ui.files import change_cards as cards
from bot.ui.files.change_flow import PREVIEW_S, carry_out, give_back
from bot.ui.files.preview import diff_file
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.confirm import Prompt, is_variant
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.suggestions import Suggestion, suggest
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseModal, BaseView

_FIELD_UNITS = 4_000
_TITLE_ROOM = 45


async def edit_file(
    context: ServerContext,
    path: str,
    sent: discord.Attachment | None = None,
) -> None:
    """Open a file to be edited, or propose the one that was sent in its place."""
    edits = context.services.edits
    opened = await edits.open(await context.permit(), path)
    if sent is not None:
        draft = await edits.uploaded(opened, await _read(context.interaction, sent))
        await propose(context, draft)
        return
    fits = _fits(opened.file.text)
    file = None
    if not fits and len(opened.seen.content or b"") <= context.interaction.filesize_limit:
        file = discord.File(io.BytesIO(opened.seen.content or b""), label(name_of(path)))
    view = _Card(context, opened)
    await respond(
        context.interaction, card=cards.opened(context.server, opened, fits=fits), view=view, file=file
    )


async def set_key(context: ServerContext, path: str, *, key: str, value: str) -> None:
    """Propose the change of one key; without a value, `key` may be the whole setting: `max-players=40`."""
    edits = context.services.edits
    try:
        draft = await edits.set_key(await context.permit(), path, key, value)
    except UnknownKey as error:
        name, sign, setting = key.partition("=")
        if sign and not value:
            await set_key(context, path, key=name.strip(), value=setting.strip())
            return
        await suggest(
            context,
            error,
            [Suggestion(key, key) for key in error.suggestions],
            lambda context, suggestion: set_key(context, path, key=suggestion, value=value),
        )
        return
    await propose(context, draft)


async def convert_file(
    context: ServerContext, path: str, target: TextEncoding, source: TextEncoding | None
) -> None:
    """Propose a file's text in another encoding."""
    await propose(
        context, await context.services.edits.converted(await context.permit(), path, target, source)
    )


async def propose(context: ServerContext, draft: Draft) -> None:
    """Show what would be written, and write it when that is confirmed."""
    if draft.changes_nothing:
        await respond(context.interaction, card=cards.nothing_to_write(context.server, draft.opened.path))
        return
    again = (
        (EditButton(context, draft.opened, draft.text, _("Edit again")),)
        if draft.kind is ChangeKind.EDIT
        else ()
    )
    prompt = Prompt(
        cards.draft(context.server, draft),
        confirm=_("Save") if draft.converted_to is None else _("Convert"),
        file=diff_file(draft.diff),
        others=again,
        patience_s=PREVIEW_S,
        undoable=True,
        variant=_("Save and restart")
        if draft.converted_to is None and critical_paths.counts_after_restart(draft.opened.path)
        else None,
    )
    confirmed = await context.confirm(prompt)
    if confirmed is not None:
        edits = confirmed.services.edits
        await carry_out(
            confirmed,
            lambda permit: edits.save(permit, draft),
            typed=draft.text if draft.kind is ChangeKind.EDIT else None,
            restart=is_variant(confirmed.interaction),
        )


class _Card(BaseView):
    def __init__(self, context: ServerContext, opened: OpenedFile) -> None:
        super().__init__(context.interaction, context.access, timeout=PREVIEW_S)
        self.add_item(EditButton(context, opened, opened.file.text, _("Edit")))


class EditButton(discord.ui.Button[Any]):
    """Opens the form at once, from memory; dismissing it costs nothing."""

    required_level = Level.MANAGER
    acknowledgement = Acknowledgement.FORM

    def __init__(
        self, context: ServerContext, opened: OpenedFile, text: str, words: str, *, row: int | None = None
    ) -> None:
        super().__init__(label=words, row=row)
        self._context = context
        self._opened = opened
        self._text = text

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction)
        form: BaseModal = (
            _TextForm(context, self._opened, self._text)
            if _fits(self._text)
            else _FileForm(context, self._opened)
        )
        await open_form(interaction, form)


class _TextForm(BaseModal):
    """The whole text in one field. Discord cuts blanks at its ends, which `typed` puts back."""

    def __init__(self, context: ServerContext, opened: OpenedFile, text: str) -> None:
        super().__init__(
            context.interaction,
            context.access,
            title=label(_("Edit {path}", path=name_of(opened.path)), _TITLE_ROOM),
        )
        self._context = context
        self._opened = opened
        self._field: discord.ui.TextInput[_TextForm] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, default=text, required=False, max_length=_FIELD_UNITS
        )
        self.add_item(discord.ui.Label(text=_("Text"), component=self._field))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Look again at the file, then show the diff."""
        context = self._context.continued_by(interaction)
        try:
            edits = context.services.edits
            await edits.check(await context.permit(), self._opened)
            draft = await edits.typed(self._opened, self._field.value)
        except QuetzalError:
            await give_back(interaction, self._field.value)
            raise
        await propose(context, draft)


class _FileForm(BaseModal):
    """A file in place of a field, for what is longer than a field."""

    def __init__(self, context: ServerContext, opened: OpenedFile) -> None:
        super().__init__(
            context.interaction,
            context.access,
            title=label(_("Edit {path}", path=name_of(opened.path)), _TITLE_ROOM),
        )
        self._context = context
        self._opened = opened
        self._upload: discord.ui.FileUpload[_FileForm] = discord.ui.FileUpload(min_values=1, max_values=1)
        self.add_item(
            discord.ui.Label(
                text=_("Changed file"),
                description=_("Encoding and line endings are adapted to the file on the server."),
                component=self._upload,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Look again at the file, then show the diff."""
        context = self._context.continued_by(interaction)
        edits = context.services.edits
        await edits.check(await context.permit(), self._opened)
        draft = await edits.uploaded(self._opened, await _read(interaction, self._upload.values[0]))
        await propose(context, draft)


async def _read(interaction: Interaction, sent: discord.Attachment) -> bytes:
    limit_bytes = interaction.client.services.settings.file_edited_kib * 1024
    if sent.size > limit_bytes:
        raise BadInput(
            _("That file is too large to edit as text."),
            next_step=_("Replace the file as a whole with `/files upload`."),
        )
    try:
        return await sent.read()
    except discord.HTTPException as error:
        raise BadInput(
            _("Discord didn't hand over the file you sent."), next_step=_("Send it again."), detail=str(error)
        ) from error


def _fits(text: str) -> bool:
    """Whether Discord's field takes it; it counts as JavaScript does."""
    return len(text.encode("utf-16-le", "replace")) // 2 <= _FIELD_UNITS
