"""Uploads, downloads, copies, makes folders, compresses and extracts; asks where a file is replaced."""

from collections.abc import Awaitable, Callable

import discord

from bot.core.i18n import N_, _
from bot.domain import paths as file_paths
from bot.panel.errors import FileTooLarge
from bot.services.files import CompressPlan, ExtractPlan, Growth, Incoming, PathState, locate
from bot.ui.files import transfer_cards as cards
from bot.ui.files.change_flow import PREVIEW_S, carry_out, show_done
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import working
from bot.ui.kit.path_tokens import PathTokens
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import label

_NO_PROGRESS = N_("(the panel reports no progress)")


async def upload(context: ServerContext, attachment: discord.Attachment, typed: str) -> None:
    """Send an attachment to the server; asked first where it replaces a file."""
    permit = await context.permit()
    where = await context.services.transfer.aim(permit, typed, _name_of(attachment))
    preview = cards.replacing(context.server, _("Upload"), attachment.size, where)
    confirmed = await _agreed(context, where, _("Upload"), preview)
    if confirmed is not None:
        await _carry_out(confirmed, lambda context: _uploaded(context, attachment, where))


async def _carry_out(context: ServerContext, work: Callable[[ServerContext], Awaitable[Show]]) -> None:
    """Do what was confirmed, and show how it ended."""
    await deliver(context, work(context), again=lambda context: _carry_out(context, work))


def _name_of(attachment: discord.Attachment) -> str:
    return file_paths.uploaded_name(attachment.filename, attachment.title)


async def _uploaded(context: ServerContext, attachment: discord.Attachment, where: PathState) -> Show:
    services = context.services
    incoming = Incoming(_name_of(attachment), attachment.size, services.attachments.chunks(attachment.url))
    change = await working(
        context.interaction,
        lambda elapsed_s: cards.under_way(context.server, _("Uploading"), where.path, elapsed_s),
        services.transfer.upload(await context.permit(), incoming, where),
    )

    async def show(later: Interaction) -> None:
        await show_done(context.continued_by(later), change)

    return show


async def download(context: ServerContext, path: str) -> None:
    """Send a file as an attachment when Discord takes it, else give a one-time link."""
    transfer, permit = context.services.transfer, await context.permit()
    entry = await transfer.file(permit, path)
    limit = context.interaction.filesize_limit
    if entry.size_bytes == 0:
        await respond(context.interaction, card=cards.empty(context.server, path))
        return
    if entry.size_bytes <= limit:
        try:
            held = await transfer.fetch(permit, path, limit)
        except FileTooLarge:
            pass  # it has grown meanwhile
        else:
            with held:
                file = discord.File(held, label(file_paths.name_of(path)))
                card = cards.downloaded(context.server, path, entry)
                await respond(context.interaction, card=card, file=file)
            return
    signed = await transfer.link(permit, path)
    await respond(context.interaction, card=cards.link(context.server, path, entry, signed.url))


async def copy(context: ServerContext, source: str, typed: str) -> None:
    """Copy a file under any name into any folder; asked first where it replaces a file."""
    making = context.services.making
    source_state, where = await making.plan_copy(await context.permit(), source, typed)
    preview = cards.replacing(context.server, _("Copy"), source_state.size_bytes or 0, where)
    confirmed = await _agreed(context, where, _("Copy"), preview)
    if confirmed is not None:
        await _carry_out(confirmed, lambda context: _copied(context, source_state, where))


async def _copied(context: ServerContext, source_state: PathState, where: PathState) -> Show:
    change = await working(
        context.interaction,
        lambda elapsed_s: cards.under_way(
            context.server, _("Copying"), source_state.path, elapsed_s, _(_NO_PROGRESS)
        ),
        context.services.making.copy(await context.permit(), source_state, where),
    )

    async def show(later: Interaction) -> None:
        await show_done(context.continued_by(later), change)

    return show


async def make_folder(context: ServerContext, path: str) -> None:
    """Make a folder."""
    making = context.services.making
    await carry_out(context, lambda permit: making.make_folder(permit, path))


async def compress(context: ServerContext, typed: str, name: str | None) -> None:
    """Make an archive, after it was confirmed."""
    permit, compressing = await context.permit(), context.services.compressing
    tokens = context.interaction.client.shared(PathTokens)
    split = await compressing.split(permit, tokens.expand(permit.uuid, typed))
    paths = [await locate(permit, tokens.expand(permit.uuid, path)) for path in split]
    plan = await compressing.plan(permit, paths, name)
    confirmed = await context.confirm(
        Prompt(cards.packing(context.server, plan), confirm=_("Compress"), undoable=True)
    )
    if confirmed is not None:
        await _carry_out(confirmed, lambda context: _packed(context, plan))


async def _packed(context: ServerContext, plan: CompressPlan) -> Show:
    growth = _Growing()
    archive = await working(
        context.interaction,
        lambda elapsed_s: cards.under_way(
            context.server, _("Compressing"), plan.target.path, elapsed_s, growth.note
        ),
        context.services.compressing.compress(await context.permit(), plan, report=growth.record),
    )

    async def show(later: Interaction) -> None:
        await respond(later, card=cards.packed(context.server, archive))

    return show


async def extract(context: ServerContext, path: str, to: str | None) -> None:
    """Unpack an archive, after it was shown what that replaces."""
    plan = await context.services.extracting.plan(await context.permit(), path, to)
    prompt = Prompt(
        cards.unpacking(context.server, plan), confirm=_("Extract"), patience_s=PREVIEW_S, undoable=True
    )
    confirmed = await context.confirm(prompt)
    if confirmed is not None:
        await _carry_out(confirmed, lambda context: _unpacked(context, plan))


async def _unpacked(context: ServerContext, plan: ExtractPlan) -> Show:
    path, growth = plan.archive.path, _Growing()
    result = await working(
        context.interaction,
        lambda elapsed_s: cards.under_way(context.server, _("Extracting"), path, elapsed_s, growth.note),
        context.services.extracting.extract(await context.permit(), plan, report=growth.record),
    )

    async def show(later: Interaction) -> None:
        await respond(later, card=cards.unpacked(context.server, path, result))

    return show


class _Growing:
    """What is known of work that the panel reports nothing of."""

    def __init__(self) -> None:
        self.note = _(_NO_PROGRESS)

    def record(self, growth: Growth) -> None:
        """Note how far it is."""
        self.note = cards.growing(growth)


async def _agreed(context: ServerContext, where: PathState, verb: str, preview: Card) -> ServerContext | None:
    """Ask only where something is replaced."""
    if not where.exists:
        return context
    return await context.confirm(Prompt(preview, confirm=verb, patience_s=PREVIEW_S, undoable=True))
