"""Advice about a server's backups, in sentences. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from bot.core.i18n import _
from bot.domain import formatting
from bot.domain.backups import Analysis

_OLD = timedelta(days=3)
_FEW, _MANY = 3, 10


def recommendations(analysis: Analysis, *, limit: int) -> list[str]:
    """Return recommendations, most urgent first; each cites the number that it follows from."""
    if limit == 0:
        return [_("This server can't have backups (limit 0). Whoever runs the panel can raise it.")]
    out = [*_age_advice(analysis)]
    if analysis.stuck:
        out.append(
            _(
                "{backups} stuck: the node was probably restarted in the middle. Delete what is stuck "
                "(`/backup delete`) and make a new backup.",
                backups=formatting.counted(analysis.stuck, "backup is", "backups are"),
            )
        )
    if analysis.failed_since_good and analysis.success_rate is not None:
        since = _(" since the last good one") if analysis.last_good else ""
        out.append(
            _(
                "{backups} failed or came out empty{since} ({share} of all worked): check the "
                "node's free disk space.",
                backups=formatting.counted(analysis.failed_since_good, "backup", "backups"),
                since=since,
                share=formatting.whole_percent(analysis.success_rate),
            )
        )
    if analysis.empty:
        out.append(
            _(
                "{backups} 0 bytes: nothing can be restored from there. Delete what is empty (`/backup "
                "delete`), and check the backup storage.",
                backups=formatting.counted(analysis.empty, "backup holds", "backups hold"),
            )
        )
    out += _gap_advice(analysis)
    if analysis.small and analysis.median_bytes is not None:
        newest = analysis.small[-1]
        out.append(
            _(
                "The backup of {created_at:%Y-%m-%d} has {size}, less than half of the usual {median}: "
                "check that the world is in it.",
                created_at=newest.created_at,
                size=formatting.size(newest.size_bytes),
                median=formatting.size(analysis.median_bytes),
            )
        )
    kept = analysis.good + analysis.elsewhere
    if 0 < kept < _FEW:
        out.append(
            _(
                "Only {backups}: keep 3 to 5.",
                backups=formatting.counted(kept, "good backup", "good backups"),
            )
        )
    if analysis.good > _MANY:
        out.append(_("{good} good backups: old ones can go (`/backup retention`).", good=analysis.good))
    if analysis.room == 0:
        out.append(
            _(
                "All {limit} slots are used: delete one before the next backup, or set up a retention rule.",
                limit=limit,
            )
        )
    return out


def _age_advice(analysis: Analysis) -> Iterable[str]:
    if analysis.last_good is None or analysis.last_good_age is None:
        yield _("No good backup yet: make one now (`/backup create`).")
        return
    if analysis.last_good_age > _OLD:
        without = formatting.counted(analysis.last_good_age.days, "day", "days")
        yield _("No good backup for {without}: make a new one now (`/backup create`).", without=without)


def _gap_advice(analysis: Analysis) -> Iterable[str]:
    """Return advice about past gaps; the present one is the age of the last good backup."""
    gap, age = analysis.longest_gap, analysis.last_good_age
    if gap is not None and age is not None and gap > max(age, _OLD):
        yield (
            _(
                "The longest time without a good backup was {gap}, and {gaps} took over a day: schedule "
                "automatic backups (`/backup schedule`).",
                gap=formatting.about(gap.total_seconds()),
                gaps=formatting.counted(analysis.gaps_over_target, "gap", "gaps"),
            )
        )
