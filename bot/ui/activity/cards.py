"""What people see of what happened on a server."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

import discord

from bot.core.i18n import _
from bot.domain.activity import Entry
from bot.domain.audit import AuditEntry
from bot.domain.formatting import counted, discord_time
from bot.panel.models import Activity, Server
from bot.services.servers import ActivityReport
from bot.ui.access.audit_cards import line as audit_line
from bot.ui.activity.sentences import panel_deed
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise

_NAME_ROOM = 60
_PANEL, _QUETZAL = "🖥️", "🪶"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


def page(server: Server, report: ActivityReport, shown: Sequence[Entry], names: Mapping[str, str]) -> Card:
    """Draw a page of both logs, newest first; `names` are those of servers, by uuid."""
    if not report.entries:
        return theme.card(
            _("No activity found on {server}", server=neutralise(server.name, _NAME_ROOM)),
            _("➡️ Leave out a filter, or choose a longer period."),
            colour=theme.QUIET,
        )
    count = counted(len(report.entries), "entry", "entries")
    older = "" if report.is_complete else _(" · older ones exist, choose a period to see them")
    return theme.card(
        _("📜 Activity on {server}", server=neutralise(server.name, _NAME_ROOM)),
        "\n".join([f"**{count}**{older}", *(_line(entry, report.account, names) for entry in shown)]),
        footer=(
            _(
                "{panel} in the panel · {quetzal} through Quetzal. The panel lists those under Quetzal's "
                "account, too.",
                panel=_PANEL,
                quetzal=_QUETZAL,
            )
        ),
    )


def saved(report: ActivityReport) -> Card:
    """Say what the file holds."""
    return theme.card(
        _("📜 Activity as a file"),
        _("{entries}, newest first.", entries=counted(len(report.entries), "entry", "entries")),
    )


def as_file(report: ActivityReport) -> discord.File:
    """Give all entries as a table, for a spreadsheet."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow((_("time (UTC)"), "log", "who", "event", "details"))
    table.writerows(tuple(map(_cell, _row(entry))) for entry in report.entries)
    return discord.File(io.BytesIO(text.getvalue().encode("utf-8-sig")), "activity.csv")


def _line(entry: Entry, account: str, names: Mapping[str, str]) -> str:
    if isinstance(entry, AuditEntry):
        return f"{_QUETZAL} {audit_line(entry, names)}"
    who = f"**{neutralise(entry.actor, _NAME_ROOM)}**" if entry.actor else _("**The panel**")
    ours = _(" (Quetzal's account)") if entry.is_api and entry.actor == account else ""
    return f"{_PANEL} {who}{ours} {panel_deed(entry)}\n-# {discord_time(entry.at)}"


def _row(entry: Entry) -> Iterable[str]:
    at = f"{entry.at:%Y-%m-%d %H:%M:%S}"
    if isinstance(entry, Activity):
        return at, "panel", entry.actor or "", entry.event, _details(entry.properties)
    return (
        at,
        "Quetzal",
        _("Discord user {user_id}", user_id=entry.user_id),
        entry.action,
        _details(entry.facts),
    )


def _details(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
