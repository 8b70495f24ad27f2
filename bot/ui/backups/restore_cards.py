"""What people see before, during and after a restore."""

from dataclasses import replace
from typing import Any

import discord

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
    lines = [f"**{neutralise(backup.name, NAME_ROOM)}** · {age} old · {size(backup.size_bytes)}"]
    if before.truncate:
        items = "" if before.entries is None else f" ({counted(before.entries, 'top-level item')})"
        saved = f" with {counted(before.trash_entries, 'saved file')}" if before.trash_entries else ""
        lines += [
            f"🗑️ **Lost:** all files on the server{items}, also those that the backup excludes. "
            "This can't be undone.",
            f"🗑️ **Lost too:** {inline_code(trash)}{saved}: `/files undo` and `/files history` will be empty",
        ]
    else:
        lines.append(
            f"🗑️ **Lost:** changes of the last {age} in files that the backup overwrites, others stay"
        )
    newest = before.last_good
    if newest is not None and newest.uuid != backup.uuid and newest.created_at > backup.created_at:
        lines.append(
            f"There is a newer good backup: {neutralise(newest.name, 60)}, {discord_time(newest.created_at)}."
        )
    archive = "Quetzal checks first that the archive exists. " if before.truncate else ""
    card = theme.card(
        f"{'Delete all files and restore' if before.truncate else 'Restore'} {name}?",
        "\n".join(lines),
        colour=theme.BAD,
        footer=f"{archive}The server is stopped, players are disconnected, and it stays off afterwards.",
    )
    card = replace(card, rows=(Row("**Back up first**\n-# saves the current files", back_up_first),))
    typed = server.name if before.truncate else None
    # Longer than a yes takes: “Back up” has its time, too, and the question is still there after it.
    return Prompt(card, confirm="Restore", typed=typed, patience_s=_RESTORE_S)


def asking_to_restore(server: Server, backup: Backup) -> Card:
    """Show that the panel is being asked."""
    return theme.card(
        f"⏳ Asking the panel to restore {neutralise(server.name, NAME_ROOM)}…",
        f"From **{neutralise(backup.name, NAME_ROOM)}**. This may take 30 seconds if the node is slow.",
        colour=theme.BUSY,
    )


def restoring(server: Server, backup: Backup, so_far: RestoreProgress, *, truncate: bool) -> Card:
    """Show that it runs, or that nobody knows yet whether it does."""
    if so_far.unanswered is not None:
        lost = " The files may have been deleted already." if truncate else ""
        patience_s = TRUNCATE_SILENCE_S if truncate else SILENCE_S
        return theme.card(
            f"❔ Restore of {neutralise(server.name, NAME_ROOM)} not confirmed yet",
            f"{so_far.unanswered.happened} The request may or may not have arrived.{lost}\n"
            f"Quetzal is watching the server and the panel's activity log for the restore, for up "
            f"to {duration(patience_s)}; {duration(so_far.took_s)} so far.\n"
            "➡️ Don't start the server or restore again yet.",
            colour=theme.CAREFUL,
        )
    return theme.card(
        f"⏳ Restoring {neutralise(server.name, NAME_ROOM)}…",
        f"From **{neutralise(backup.name, NAME_ROOM)}**, for {duration(so_far.took_s)}. "
        "The server can't be used meanwhile.",
        colour=theme.BUSY,
    )


def restored(server: Server, outcome: RestoreResult) -> Card:
    """Say truthfully how it ended."""
    name, backup = neutralise(server.name, NAME_ROOM), neutralise(outcome.backup.name, NAME_ROOM)
    took = duration(outcome.took_s)
    match outcome.end:
        case RestoreEnd.DONE:
            return theme.card(
                f"✅ {name} is restored",
                f"From **{backup}**, in {took}. The server is offline.\n➡️ Start it when you're ready.",
                colour=theme.GOOD,
            )
        case RestoreEnd.FAILED:
            lost = (
                "All files were deleted first, so **the server may be empty or half restored**."
                if outcome.truncate
                else "Some files may be from the backup, others not."
            )
            title = f"❌ Restoring {name} failed"
            text = (
                f"It failed after {took}: the archive may be damaged, or the server didn't stop within two "
                f"minutes. {lost}\n"
                "➡️ Don't start it. Restore another backup, or kill the server first and restore again."
            )
        case RestoreEnd.UNCONFIRMED:
            title = f"❔ The restore of {name} is unconfirmed"
            text = (
                f"It ended after {took}, but Quetzal couldn't confirm in the panel's activity log whether it "
                "worked.\n➡️ Check `/files list` before you start the server."
            )
        case RestoreEnd.NO_TRACE:
            title = f"❔ The restore of {name} may not have started"
            why = f" {outcome.unanswered.happened}" if outcome.unanswered else ""
            lost = (
                "**The files may have been deleted already**, and it"
                if outcome.truncate
                else "It deletes nothing first, but"
            )
            text = (
                f"The request was sent, no answer came back, and there was no sign of a restore for {took}."
                f"{why} {lost} may still be running.\n➡️ Check `/files list`. Once nothing changes there, "
                "start the server or restore again."
            )
        case RestoreEnd.STILL_RUNNING:
            title = f"⏳ The restore of {name} is still running"
            text = (
                f"It has been running for {took}, or the panel can't be reached. Quetzal stopped "
                "watching; the restore continues.\n➡️ Check `/server status` later."
            )
    return theme.card(title, text, colour=theme.BAD)
