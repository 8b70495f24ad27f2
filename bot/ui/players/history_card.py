"""What people read of a server's past players, and the description of the chart."""

from datetime import timedelta

from bot.core.i18n import _
from bot.domain.formatting import discord_time, percent, players_of_limit
from bot.domain.player_history import BUSY_HOURS, PlayerPeriod
from bot.services.players import PlayerHistory
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise
from bot.ui.players.words import mean_players

CHART = "players.png"
_NAME_ROOM = 60
_WELL_KNOWN = 95.0


def history(past: PlayerHistory, *, drawn: bool) -> Card:
    """Say how many were on in a period; `drawn`: there is a chart beside it."""
    title = _(
        "👥 {server}, {period}", server=neutralise(past.server.name, _NAME_ROOM), period=past.period.words
    )
    summary = past.summary
    if summary is None:
        text = _(
            "**No players counted**\nThe game answered no queries in this time.\n"
            "➡️ `/server query` shows how players are counted."
        )
        return theme.card(title, text, colour=theme.QUIET)
    lines = [
        _(
            "**Peak {of_limit}** · {peak}",
            of_limit=players_of_limit(summary.peak, summary.limit),
            peak=discord_time(summary.peak_at, "f"),
        ),
        _("{mean_players} players on average", mean_players=mean_players(summary.mean)),
    ]
    if summary.busiest is not None:
        first, last = (
            discord_time(at, "t") for at in (summary.busiest, summary.busiest + timedelta(hours=BUSY_HOURS))
        )
        lines.append(
            _(
                "Busiest from {first} to {last}, {mean_players} on average",
                first=first,
                last=last,
                mean_players=mean_players(summary.busiest_mean),
            )
        )
    if not drawn:
        lines.append(_("The chart couldn't be drawn, but the numbers are complete."))
    known = summary.known_percent
    footer = _("Shaded: min–max. UTC")  # noqa: RUF001 - a range
    if known < _WELL_KNOWN:
        footer = _(
            "The game answered for {known} of the time.\n{footer}", known=percent(known), footer=footer
        )
    return theme.card(title, "\n".join(lines), footer=footer)


def alt_text(past: PlayerHistory, summary: PlayerPeriod) -> str:
    """Say in words what the chart shows."""
    until = f"{past.until:%Y-%m-%d %H:%M} UTC"
    peak = f"{summary.peak_at:%Y-%m-%d %H:%M} UTC"
    return _(
        "Chart of players in {words}, until {until}: {mean_players} on average, a peak of {of_limit} at "
        "{peak}.",
        words=past.period.words,
        until=until,
        mean_players=mean_players(summary.mean),
        of_limit=players_of_limit(summary.peak, summary.limit),
        peak=peak,
    )
