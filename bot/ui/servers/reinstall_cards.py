"""What people see before, during and after a reinstallation."""

from dataclasses import replace
from typing import Any

import discord

from bot.core.i18n import N_, _
from bot.domain.formatting import discord_time, duration
from bot.panel.models import Backup, Server
from bot.services.servers import ReinstallEnd, ReinstallProgress, ReinstallResult
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import neutralise

_NAME_ROOM = 80
_EGG_ROOM = 60
_BACK_UP = N_("**Back up first**\n-# saves the current files")


def reinstall_prompt(
    server: Server, last_good: Backup | None, back_up_first: discord.ui.Button[Any] | None
) -> Prompt:
    """Say what happens with the files, what stays, and offer a backup first."""
    name = _name(server)
    lines = [
        _(
            "The install script of **{egg}** runs again on the server's files. It usually replaces those "
            "of the game, and **it can delete or overwrite anything else**: worlds, configuration, plugins.",
            egg=neutralise(server.egg_name or "", _EGG_ROOM),
        ),
        _("The server is stopped, can't be used meanwhile, and stays off afterwards."),
        _("Databases, schedules, addresses, startup variables and backups stay."),
        _("Last good backup: {when}.", when=discord_time(last_good.created_at))
        if last_good is not None
        else _("⚠️ **There is no good backup**: what the script deletes is gone."),
    ]
    card = theme.card(
        _("Reinstall {server}?", server=name),
        "\n".join(lines),
        colour=theme.BAD,
        footer=_("Type {name} to confirm", name=name),
    )
    if back_up_first is not None:
        card = replace(card, rows=(Row(_(_BACK_UP), back_up_first),))
    return Prompt(card, confirm=_("Reinstall…"), typed=server.name)


def reinstalling(server: Server, progress: ReinstallProgress) -> Card:
    """Show that it runs, or that this isn't confirmed yet."""
    if progress.unanswered is not None:
        return theme.card(
            _("❔ Reinstallation of {server} not confirmed yet", server=_name(server)),
            _(
                "{happened} Quetzal is watching whether the panel begins it; {duration} so far.\n"
                "➡️ Don't reinstall it again yet.",
                happened=progress.unanswered.happened,
                duration=duration(progress.took_s),
            ),
            colour=theme.CAREFUL,
        )
    lines = [_("The server can't be used meanwhile.")]
    if progress.took_s:
        lines.append(_("{duration} so far.", duration=duration(progress.took_s)))
    title = _("⏳ Reinstalling {server}…", server=_name(server))
    return theme.card(title, " ".join(lines), colour=theme.BUSY)


def reinstalled(server: Server, result: ReinstallResult) -> Card:
    """Say how it ended, as far as the panel says."""
    name, took = _name(server), duration(result.took_s)
    match result.end:
        case ReinstallEnd.DONE:
            return theme.card(
                _("✅ {server} is installed", server=name),
                _(
                    "It took {duration}. The panel doesn't say whether the install script worked. ➡️ Check "
                    "the files, then start the server.",
                    duration=took,
                ),
                colour=theme.GOOD,
            )
        case ReinstallEnd.FAILED:
            return theme.card(
                _("❌ The reinstallation of {server} failed", server=name),
                _(
                    "It failed after {duration}, and the files may be changed or gone.\n➡️ Restore a "
                    "backup with `/backup restore`. Whoever runs the panel can read the install log.",
                    duration=took,
                ),
                colour=theme.BAD,
            )
        case ReinstallEnd.NO_TRACE:
            return theme.card(
                _("❔ {server} was probably not reinstalled", server=name),
                _(
                    "{happened} In {duration} the panel didn't begin it. It may still happen if the node "
                    "is slow.\n➡️ Check `/server status` before you try again.",
                    happened=result.unanswered.happened if result.unanswered else "",
                    duration=took,
                ),
                colour=theme.CAREFUL,
            )
        case ReinstallEnd.STILL_RUNNING:
            return theme.card(
                _("⏳ {server} is still being installed", server=name),
                _(
                    "Quetzal stopped watching after {duration}.\n➡️ Check `/server status` later.",
                    duration=took,
                ),
                colour=theme.CAREFUL,
            )


def _name(server: Server) -> str:
    return neutralise(server.name, _NAME_ROOM)
