"""Advice about a server's backups, in sentences. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain import formatting
from bot.domain.backups import Analysis

_OLD = timedelta(days=3)
_FEW, _MANY = 3, 10


def recommendations(analysis: Analysis, *, limit: int) -> list[str]:
    """Return recommendations, most urgent first; each cites the number that it follows from."""
    if limit == 0:
        return ["This server can't have backups (limit 0). Whoever runs the panel can raise it."]
    out = [*_age_advice(analysis)]
    if analysis.stuck:
        out.append(
            f"{formatting.counted(analysis.stuck, 'backup is', 'backups are')} stuck: the node was probably "
            "restarted in the middle. Delete what is stuck (`/backup delete`) and make a new backup."
        )
    if analysis.failed_since_good and analysis.success_rate is not None:
        since = " since the last good one" if analysis.last_good else ""
        out.append(
            f"{formatting.counted(analysis.failed_since_good, 'backup')} failed or came out empty{since} "
            f"({analysis.success_rate:.0f}% of all worked): check the node's free disk space."
        )
    if analysis.empty:
        out.append(
            f"{formatting.counted(analysis.empty, 'backup holds', 'backups hold')} 0 bytes: nothing can be "
            "restored from there. Delete what is empty (`/backup delete`), and check the backup storage."
        )
    out += _gap_advice(analysis)
    if analysis.small and analysis.median_bytes is not None:
        newest = analysis.small[-1]
        out.append(
            f"The backup of {newest.created_at:%Y-%m-%d} has {formatting.size(newest.size_bytes)}, less than "
            f"half of the usual {formatting.size(analysis.median_bytes)}: check that the world is in it."
        )
    if 0 < analysis.good < _FEW:
        out.append(f"Only {formatting.counted(analysis.good, 'good backup')}: keep 3 to 5.")
    if analysis.good > _MANY:
        out.append(f"{analysis.good} good backups: old ones can go (`/backup retention`).")
    if analysis.room == 0:
        out.append(
            f"All {limit} slots are used: delete one before the next backup, or set up a retention rule."
        )
    return out


def _age_advice(analysis: Analysis) -> Iterable[str]:
    if analysis.last_good is None or analysis.last_good_age is None:
        yield "No good backup yet: make one now (`/backup create`)."
        return
    if analysis.last_good_age > _OLD:
        without = formatting.counted(analysis.last_good_age.days, "day")
        yield f"No good backup for {without}: make a new one now (`/backup create`)."


def _gap_advice(analysis: Analysis) -> Iterable[str]:
    """Return advice about past gaps; the present one is the age of the last good backup."""
    gap, age = analysis.longest_gap, analysis.last_good_age
    if gap is not None and age is not None and gap > max(age, _OLD):
        yield (
            f"The longest time without a good backup was {formatting.duration(gap.total_seconds())}, and "
            f"{formatting.counted(analysis.gaps_over_target, 'gap')} took over a day: schedule "
            "automatic backups (`/backup schedule`)."
        )
