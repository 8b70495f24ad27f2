"""What people see before, during and after a restore."""

from dataclasses import replace
from typing import Any

import discord

from bot.core.i18n import _
from bot.domain.formatting import about, counted, discord_time, duration, size
from bot.panel.models import Backup, Server
from bot.services.backups import (
    SILENCE_S,
    TRUNCATE_SILENCE_S,
    RestoreEnd,
    RestorePreview,
    RestoreProgress,
    RestoreResult,
)
from bot.ui.backups.cards import NAME_ROOM
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_RESTORE_S = 600.0


def restore_prompt(
    server: Server, before: RestorePreview, back_up_first: discord.ui.Button[Any], *, trash: str
) -> Prompt:
    """Say exactly what is lost, how old what comes back is, and offer to save what is there."""
    name, backup = neutralise(server.name, NAME_ROOM), before.backup
    age = about(before.age.total_seconds())
    lines = [
        _(
            "**{backup}** · {age} old · {size}",
            backup=neutralise(backup.name, NAME_ROOM),
            age=age,
            size=size(backup.size_bytes),
        )
    ]
    if before.truncate:
        items = (
            ""
            if before.entries is None
            else f" ({counted(before.entries, 'top-level item', 'top-level items')})"
        )
        saved = (
            _(" with {files}", files=counted(before.trash_entries, "saved file", "saved files"))
            if before.trash_entries
            else ""
        )
        lines += [
            _(
                "🗑️ **Lost:** all files on the server{items}, also those that the backup excludes. This "
                "can't be undone.",
                items=items,
            ),
            _(
                "🗑️ **Lost too:** {trash}{saved}: `/files undo` and `/files history` will be empty",
                trash=inline_code(trash),
                saved=saved,
            ),
        ]
    else:
        lines.append(_("🗑️ **Lost:** changes since then in files that the backup overwrites, others stay"))
    newest = before.last_good
    if newest is not None and newest.uuid != backup.uuid and newest.created_at > backup.created_at:
        lines.append(
            _(
                "There is a newer good backup: {newest}, {created}.",
                newest=neutralise(newest.name, 60),
                created=discord_time(newest.created_at),
            )
        )
    archive = _("Quetzal checks first that the archive exists. ") if before.truncate else ""
    card = theme.card(
        f"{(_('Delete all files and restore') if before.truncate else _('Restore'))} {name}?",
        "\n".join(lines),
        colour=theme.BAD,
        footer=_(
            "{archive}The server is stopped, players are disconnected, and it stays off afterwards.",
            archive=archive,
        ),
    )
    card = replace(card, rows=(Row(_("**Back up first**\n-# saves the current files"), back_up_first),))
    typed = server.name if before.truncate else None
    # Longer than a yes takes: “Back up” has its time, too, and the question is still there after it.
    return Prompt(card, confirm=_("Restore"), typed=typed, patience_s=_RESTORE_S)


def asking_to_restore(server: Server, backup: Backup) -> Card:
    """Show that the panel is being asked."""
    return theme.card(
        _("⏳ Asking the panel to restore {server}…", server=neutralise(server.name, NAME_ROOM)),
        _(
            "From **{backup}**. This may take 30 seconds if the node is slow.",
            backup=neutralise(backup.name, NAME_ROOM),
        ),
        colour=theme.BUSY,
    )


def restoring(server: Server, backup: Backup, so_far: RestoreProgress, *, truncate: bool) -> Card:
    """Show that it runs, or that this isn't confirmed yet."""
    if so_far.unanswered is not None:
        lost = _(" The files may have been deleted already.") if truncate else ""
        patience_s = TRUNCATE_SILENCE_S if truncate else SILENCE_S
        return theme.card(
            _("❔ Restore of {server} not confirmed yet", server=neutralise(server.name, NAME_ROOM)),
            _(
                "{happened} The request may or may not have arrived.{lost}\nQuetzal is watching the server "
                "and the panel's activity log for the restore, for up to {patience}; {took} so far.\n➡️ "
                "Don't start the server or restore again yet.",
                happened=so_far.unanswered.happened,
                lost=lost,
                patience=duration(patience_s),
                took=duration(so_far.took_s),
            ),
            colour=theme.CAREFUL,
        )
    return theme.card(
        _("⏳ Restoring {server}…", server=neutralise(server.name, NAME_ROOM)),
        _(
            "From **{backup}**, for {took}. The server can't be used meanwhile.",
            backup=neutralise(backup.name, NAME_ROOM),
            took=duration(so_far.took_s),
        ),
        colour=theme.BUSY,
    )


def restored(server: Server, outcome: RestoreResult) -> Card:
    """Say truthfully how it ended."""
    name, backup = neutralise(server.name, NAME_ROOM), neutralise(outcome.backup.name, NAME_ROOM)
    took = duration(outcome.took_s)
    match outcome.end:
        case RestoreEnd.DONE:
            return theme.card(
                _("✅ {name} is restored", name=name),
                _(
                    "From **{backup}**, in {took}. The server is offline.\n➡️ Start it when you're ready.",
                    backup=backup,
                    took=took,
                ),
                colour=theme.GOOD,
            )
        case RestoreEnd.FAILED:
            lost = (
                _("All files were deleted first, so **the server may be empty or half restored**.")
                if outcome.truncate
                else _("Some files may be from the backup, others not.")
            )
            title = _("❌ Restoring {name} failed", name=name)
            text = _(
                "It failed after {took}: the archive may be damaged, or the server didn't stop within two "
                "minutes. {lost}\n➡️ Don't start it. Restore another backup, or kill the server first and "
                "restore again.",
                took=took,
                lost=lost,
            )
        case RestoreEnd.UNCONFIRMED:
            title = _("❔ The restore of {name} is unconfirmed", name=name)
            text = _(
                "It ended after {took}, but Quetzal couldn't confirm in the panel's activity log whether "
                "it worked.\n➡️ Check `/files list` before you start the server.",
                took=took,
            )
        case RestoreEnd.NO_TRACE:
            title = _("❔ The restore of {name} may not have started", name=name)
            why = f" {outcome.unanswered.happened}" if outcome.unanswered else ""
            lost = (
                _("**The files may have been deleted already**, and it")
                if outcome.truncate
                else _("It deletes nothing first, but")
            )
            text = _(
                "The request was sent, no answer came back, and there was no sign of a restore for "
                "{took}.{why} {lost} may still be running.\n➡️ Check `/files list`. Once nothing changes "
                "there, start the server or restore again.",
                took=took,
                why=why,
                lost=lost,
            )
        case RestoreEnd.STILL_RUNNING:
            title = _("⏳ The restore of {name} is still running", name=name)
            text = _(
                "It has been running for {took}, or the panel can't be reached. Quetzal stopped watching; "
                "the restore continues.\n➡️ Check `/server status` later.",
                took=took,
            )
    return theme.card(title, text, colour=theme.BAD)
