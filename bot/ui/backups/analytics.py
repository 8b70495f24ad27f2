"""How reliable a server's backups are: counts, sizes, gaps, a chart, and advice."""

from collections.abc import Sequence

from bot.core.i18n import _
from bot.domain.backup_advice import recommendations
from bot.domain.backups import Analysis, analyse
from bot.domain.formatting import about, counted, percent, size
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
        inventory.backups,
        inventory.at,
        limit=inventory.limit,
        node_back_at=inventory.node_back_at,
        elsewhere=inventory.only_copies,
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
    rate = (
        _("none finished")
        if analysis.success_rate is None
        else _("{success_rate} succeeded", success_rate=percent(analysis.success_rate))
    )
    growth = analysis.growth_bytes_per_day
    grows = (
        _("too few to tell")
        if growth is None
        else _("{rest}{growth} a day", rest="+" if growth >= 0 else "-", growth=size(abs(growth)))
    )
    age = (
        _("{last_good_age} old", last_good_age=about(analysis.last_good_age.total_seconds()))
        if analysis.last_good_age
        else _("none")
    )
    gap = about(analysis.longest_gap.total_seconds()) if analysis.longest_gap else _("unknown")
    usual = size(analysis.median_bytes) if analysis.median_bytes is not None else _("unknown")
    limit = server.feature_limits.backups or 0
    places = _("{room} of {slots} free", room=analysis.room, slots=counted(limit, "slot", "slots"))
    if analysis.full_bytes:
        places += _("; all {limit} would take about {full}", limit=limit, full=size(analysis.full_bytes))
    covered = (
        ""
        if analysis.days_covered is None
        else _(" · going back {days_covered:.0f} days", days_covered=analysis.days_covered)
    )
    copies = (
        _(
            "\n☁️ {copies}, of backups that the panel no longer has",
            copies=counted(analysis.elsewhere, "good copy", "good copies"),
        )
        if analysis.elsewhere
        else ""
    )
    # A phone puts fields one below the other: few of them, so that the chart is still on the screen.
    fields = [
        (
            _("Backups"),
            _(
                "{good} good, {failed} failed, {running} running{odd} · {rate}\nLast good backup: "
                "{age}{covered}{copies}",
                good=analysis.good,
                failed=analysis.failed,
                running=analysis.running,
                odd=_odd(analysis),
                rate=rate,
                age=age,
                covered=covered,
                copies=copies,
            ),
            False,
        ),
        (
            _("Sizes"),
            _(
                "{total} total · usually {usual}\nGrowth: {grows}",
                total=size(analysis.total_bytes),
                usual=usual,
                grows=grows,
            ),
            False,
        ),
        (
            _("Gaps and slots"),
            _(
                "Longest gap: {gap} · {gaps} over a day\n{places}",
                gap=gap,
                gaps=counted(analysis.gaps_over_target, "gap", "gaps"),
                places=places,
            ),
            False,
        ),
    ]
    words = "\n".join(f"➡️ {sentence}" for sentence in advice) or _(
        "✅ Nothing to do: there are enough recent, good backups."
    )
    return theme.card(
        _("📈 Backups of {server}", server=neutralise(server.name, NAME_ROOM)),
        words,
        colour=theme.CAREFUL if advice else theme.GOOD,
        fields=fields,
    )


def _alt_text(analysis: Analysis) -> str:
    """Say what the chart of the backups shows, for those who do not see it."""
    last = _(", the newest of {size}", size=size(analysis.last_good.size_bytes)) if analysis.last_good else ""
    usual = (
        _(", usually {median}", median=size(analysis.median_bytes))
        if analysis.median_bytes is not None
        else ""
    )
    return _(
        "Chart of the sizes of {backups} over time: {good} good{last}{usual}, {failed} failed, {running} "
        "running{odd}.",
        backups=counted(analysis.total, "backup", "backups"),
        good=analysis.good,
        last=last,
        usual=usual,
        failed=analysis.failed,
        running=analysis.running,
        odd=_odd(analysis),
    )


def _odd(analysis: Analysis) -> str:
    return "".join(
        f", {count} {word}"
        for count, word in ((analysis.stuck, _("stuck")), (analysis.empty, _("empty")))
        if count
    )
