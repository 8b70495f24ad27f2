"""Upload, download, copy, make folders, pack and unpack: asked where something is replaced, then followed."""

import discord

from bot.domain import paths as file_paths
from bot.panel.errors import FileTooLarge
from bot.services.files import PathState
from bot.services.files.completion import Growth
from bot.services.files.compress import CompressPlan
from bot.services.files.extract import ExtractPlan
from bot.services.files.locate import locate
from bot.services.files.transfer import Incoming
from bot.services.servers.directory import Target
from bot.ui.files import transfer_embeds as embeds
from bot.ui.files.change_flow import PREVIEW_S, carry_out, show_done
from bot.ui.kit.authorize import Gate
from bot.ui.kit.confirm import Prompt, confirm
from bot.ui.kit.late_result import Show, finish
from bot.ui.kit.long_running import working
from bot.ui.kit.respond import Interaction, respond
from bot.ui.kit.text import label

_NO_PROGRESS = "(the panel tells no progress)"


async def upload(
    interaction: Interaction, gate: Gate, target: Target, attachment: discord.Attachment, typed: str
) -> None:
    """Send an attachment to the server; asked first where it replaces a file."""
    permit = await gate.permit(interaction)
    where = await interaction.client.services.transfer.aim(permit, typed, _name_of(attachment))
    preview = embeds.replacing(target.server, "Upload", attachment.size, where)
    yes = await _agreed(interaction, gate, where, "Upload", preview)
    if yes is not None:
        await finish(yes, gate, _uploaded(yes, gate, target, attachment, where))


def _name_of(attachment: discord.Attachment) -> str:
    return file_paths.uploaded_name(attachment.filename, attachment.title)


async def _uploaded(
    yes: Interaction, gate: Gate, target: Target, attachment: discord.Attachment, where: PathState
) -> Show:
    services = yes.client.services
    incoming = Incoming(_name_of(attachment), attachment.size, services.attachments.chunks(attachment.url))
    change = await working(
        yes,
        lambda elapsed_s: embeds.under_way(target.server, "Uploading", where.path, elapsed_s),
        services.transfer.upload(await gate.permit(yes), incoming, where),
    )

    async def show(later: Interaction) -> None:
        await show_done(later, gate, target, change)

    return show


async def download(interaction: Interaction, gate: Gate, target: Target, path: str) -> None:
    """Send a file as an attachment when Discord takes it, else give a one-time link."""
    transfer, permit = interaction.client.services.transfer, await gate.permit(interaction)
    entry = await transfer.file(permit, path)
    limit = interaction.filesize_limit
    if entry.size_bytes == 0:
        await respond(interaction, embed=embeds.empty(target.server, path))
        return
    if entry.size_bytes <= limit:
        try:
            held = await transfer.fetch(permit, path, limit)
        except FileTooLarge:
            pass  # it has grown meanwhile
        else:
            with held:
                file = discord.File(held, label(file_paths.name_of(path)))
                embed = embeds.downloaded(target.server, path, entry)
                await respond(interaction, embed=embed, file=file)
            return
    signed = await transfer.link(permit, path)
    await respond(interaction, embed=embeds.link(target.server, path, entry, signed.url))


async def copy(interaction: Interaction, gate: Gate, target: Target, source: str, typed: str) -> None:
    """Copy a file under any name into any folder; asked first where it replaces a file."""
    making = interaction.client.services.making
    what, where = await making.plan_copy(await gate.permit(interaction), source, typed)
    preview = embeds.replacing(target.server, "Copy", what.size_bytes or 0, where)
    yes = await _agreed(interaction, gate, where, "Copy", preview)
    if yes is not None:
        await finish(yes, gate, _copied(yes, gate, target, what, where))


async def _copied(yes: Interaction, gate: Gate, target: Target, what: PathState, where: PathState) -> Show:
    change = await working(
        yes,
        lambda elapsed_s: embeds.under_way(target.server, "Copying", what.path, elapsed_s, _NO_PROGRESS),
        yes.client.services.making.copy(await gate.permit(yes), what, where),
    )

    async def show(later: Interaction) -> None:
        await show_done(later, gate, target, change)

    return show


async def make_folder(interaction: Interaction, gate: Gate, target: Target, path: str) -> None:
    """Make a folder."""
    making = interaction.client.services.making
    await carry_out(
        interaction,
        gate,
        target,
        lambda permit: making.make_folder(permit, path),
    )


async def compress(
    interaction: Interaction, gate: Gate, target: Target, typed: str, name: str | None
) -> None:
    """Make an archive, after it was confirmed."""
    permit, compressing = await gate.permit(interaction), interaction.client.services.compressing
    tokens = interaction.client.tree.path_tokens
    split = await compressing.split(permit, tokens.expand(typed))
    paths = [await locate(permit, tokens.expand(path)) for path in split]
    plan = await compressing.plan(permit, paths, name)
    yes = await confirm(
        interaction, Prompt(embeds.packing(target.server, plan), confirm="Pack", undoable=True), gate
    )
    if yes is not None:
        await finish(yes, gate, _packed(yes, gate, target, plan))


async def _packed(yes: Interaction, gate: Gate, target: Target, plan: CompressPlan) -> Show:
    growth = _Growing()
    archive = await working(
        yes,
        lambda elapsed_s: embeds.under_way(
            target.server, "Packing", plan.target.path, elapsed_s, growth.note
        ),
        yes.client.services.compressing.compress(await gate.permit(yes), plan, told=growth.told),
    )

    async def show(later: Interaction) -> None:
        await respond(later, embed=embeds.packed(target.server, archive))

    return show


async def extract(interaction: Interaction, gate: Gate, target: Target, path: str, to: str | None) -> None:
    """Unpack an archive, after it was shown what that replaces."""
    plan = await interaction.client.services.extracting.plan(await gate.permit(interaction), path, to)
    prompt = Prompt(
        embeds.unpacking(target.server, plan), confirm="Unpack", patience_s=PREVIEW_S, undoable=True
    )
    yes = await confirm(interaction, prompt, gate)
    if yes is not None:
        await finish(yes, gate, _unpacked(yes, gate, target, plan))


async def _unpacked(yes: Interaction, gate: Gate, target: Target, plan: ExtractPlan) -> Show:
    path, growth = plan.archive.path, _Growing()
    result = await working(
        yes,
        lambda elapsed_s: embeds.under_way(target.server, "Unpacking", path, elapsed_s, growth.note),
        yes.client.services.extracting.extract(await gate.permit(yes), plan, told=growth.told),
    )

    async def show(later: Interaction) -> None:
        await respond(later, embed=embeds.unpacked(target.server, path, result))

    return show


class _Growing:
    """What is known of work that the panel reports nothing of."""

    def __init__(self) -> None:
        self.note = _NO_PROGRESS

    def told(self, growth: Growth) -> None:
        """Note how far it is."""
        self.note = embeds.growing(growth)


async def _agreed(
    interaction: Interaction, gate: Gate, where: PathState, verb: str, preview: discord.Embed
) -> Interaction | None:
    """Ask only where something is replaced."""
    if not where.exists:
        return interaction
    return await confirm(
        interaction, Prompt(preview, confirm=verb, patience_s=PREVIEW_S, undoable=True), gate
    )
