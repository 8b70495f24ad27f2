"""How reliable a server's backups are: counts, sizes, gaps, a chart, and advice."""

from collections.abc import Sequence

from bot.domain.backup_advice import recommendations
from bot.domain.backups import Analysis, analyse
from bot.domain.formatting import counted, duration, percent, size
from bot.panel.models import Server
from bot.ui.backups.cards import NAME_ROOM
from bot.ui.backups.chart import BackupPoint, draw_backups
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import neutralise

_CHART = "backups.png"


async def show_analytics(context: ServerContext) -> None:
    """Show the analysis in words and as a chart."""
    services = context.services
    inventory = await services.keep_backups.fetch_inventory(await context.permit())
    analysis = analyse(
        inventory.backups, inventory.at, limit=inventory.limit, node_back_at=inventory.node_back_at
    )
    card = _card(context.server, analysis, recommendations(analysis, limit=inventory.limit))
    points = [
        BackupPoint(backup.created_at, backup.size_bytes, inventory.state_of(backup), backup.is_locked)
        for backup in inventory.backups
    ]
    png = await services.charts.draw(draw_backups, points, inventory.at) if points else None
    if png is not None:
        card = card.with_picture(_CHART, png, _alt_text(analysis))
    await respond(context.interaction, card=card)


def _card(server: Server, analysis: Analysis, advice: Sequence[str]) -> Card:
    """Draw the analysis in words."""
    rate = "none finished" if analysis.success_rate is None else f"{percent(analysis.success_rate)} succeeded"
    growth = analysis.growth_bytes_per_day
    grows = "too few to tell" if growth is None else f"{'+' if growth >= 0 else '-'}{size(abs(growth))} a day"
    age = f"{duration(analysis.last_good_age.total_seconds())} old" if analysis.last_good_age else "none"
    gap = duration(analysis.longest_gap.total_seconds()) if analysis.longest_gap else "unknown"
    usual = size(analysis.median_bytes) if analysis.median_bytes is not None else "unknown"
    limit = server.feature_limits.backups or 0
    places = f"{analysis.room} of {counted(limit, 'slot')} free"
    if analysis.full_bytes:
        places += f"; all {limit} would take about {size(analysis.full_bytes)}"
    covered = "" if analysis.days_covered is None else f" · going back {analysis.days_covered:.0f} days"
    # A phone puts fields one below the other: few of them, so that the chart is still on the screen.
    fields = [
        (
            "Backups",
            f"{analysis.good} good, {analysis.failed} failed, {analysis.running} running{_odd(analysis)} "
            f"· {rate}\n"
            f"Last good backup: {age}{covered}",
            False,
        ),
        ("Sizes", f"{size(analysis.total_bytes)} total · usually {usual}\nGrowth: {grows}", False),
        (
            "Gaps and slots",
            f"Longest gap: {gap} · {counted(analysis.gaps_over_target, 'gap')} over a day\n{places}",
            False,
        ),
    ]
    words = (
        "\n".join(f"➡️ {sentence}" for sentence in advice)
        or "✅ Nothing to do: there are enough recent, good backups."
    )
    return theme.card(
        f"📈 Backups of {neutralise(server.name, NAME_ROOM)}",
        words,
        colour=theme.CAREFUL if advice else theme.GOOD,
        fields=fields,
    )


def _alt_text(analysis: Analysis) -> str:
    """Say what the chart of the backups shows, for those who do not see it."""
    last = f", the newest of {size(analysis.last_good.size_bytes)}" if analysis.last_good else ""
    usual = f", usually {size(analysis.median_bytes)}" if analysis.median_bytes is not None else ""
    return (
        f"Chart of the sizes of {counted(analysis.total, 'backup')} over time: "
        f"{analysis.good} good{last}{usual}, "
        f"{analysis.failed} failed, {analysis.running} running{_odd(analysis)}."
    )


def _odd(analysis: Analysis) -> str:
    return "".join(
        f", {count} {word}" for count, word in ((analysis.stuck, "stuck"), (analysis.empty, "empty")) if count
    )
