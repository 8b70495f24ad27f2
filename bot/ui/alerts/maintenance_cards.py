"""What people see of maintenance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.i18n import _
from bot.domain.formatting import discord_time
from bot.domain.incidents import Maintenance
from bot.domain.target import Target
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import neutralise


def no_maintenance(target: Target | None, said: str = "") -> Card:
    """Say that nothing is under maintenance."""
    of = neutralise(target.server.name, 60) if target else _("all servers")
    return theme.card(
        _("No maintenance"),
        "\n".join(filter(None, [said, _("Notifications are on for {of}.", of=of)])),
        colour=theme.QUIET,
    )


def maintenance(rows: Sequence[Row], said: str = "") -> Card:
    """Show active maintenance."""
    card = theme.card(
        _("🔧 Maintenance"),
        said,
        colour=theme.BUSY,
        footer=_("Monitoring continues. What is still wrong afterwards is notified then."),
    )
    return replace(card, rows=tuple(rows))


def maintenance_row(window: Maintenance, names: Mapping[str, str]) -> str:
    """Say what is under maintenance until when, why, and by whom."""
    return _(
        "**{name}** until {until}\n-# {from_now} · {reason} · <@{set_by}>",
        name=_name(window, names),
        until=discord_time(window.until, "f"),
        from_now=discord_time(window.until),
        reason=neutralise(window.reason, 200),
        set_by=window.set_by,
    )


def _name(window: Maintenance, names: Mapping[str, str]) -> str:
    if window.server_uuid is None:
        return _("All servers")
    return neutralise(names.get(window.server_uuid, window.server_uuid[:8]), 80)
