"""A server's health as a list of checks, with what to do where one fails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.i18n import N_, _
from bot.domain import formatting
from bot.domain.alerts import Severity
from bot.domain.alerts.advice import is_back
from bot.domain.alerts.inhibited import without_inhibited
from bot.domain.alerts.urgency import by_urgency
from bot.domain.alerts.wording import headline
from bot.domain.backups import Analysis
from bot.domain.formatting import joined, seconds
from bot.domain.health_check import Check, Remedy, Result
from bot.domain.health_score import Health, health, limited, stuck_for
from bot.domain.incidents import Incident
from bot.domain.observation import Absence, CheckResult, Observation, Unreachable, Unreached
from bot.domain.performance import disk_urgency
from bot.domain.trends import Forecast, TooEarly, describe_forecast
from bot.panel.models import PowerState

_DISK_FAILS = 90.0
_OLD, _TOO_OLD = timedelta(days=3), timedelta(days=7)
_SLOW_S = 5.0
_LOOP = 3
_KILL = N_("Read the console; if nothing moves there, kill it with `/server power`.")


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """The input of the checks. None: unknown. `answered_s`: how long the node took to answer.

    `barred`: why the panel refuses access to it; `backups_why`: why backups are unknown.
    """

    check: CheckResult
    java: bool
    stop_requested: bool
    answered_s: float | None = None
    barred: str | None = None
    disk_forecast: Forecast | TooEarly | None = None
    backups: Analysis | None = None
    backups_why: str = ""
    backup_limit: int | None = None
    databases: int | None = None
    database_limit: int | None = None
    crashes_in_a_day: int | None = None
    changing_since: datetime | None = None
    alerts: Sequence[Incident] = ()


def checks(facts: HealthFacts) -> list[Check]:
    """Make every check, in order of dependency."""
    return [
        *_reached(facts),
        _state(facts),
        *_alerts(facts),
        *_load(facts),
        _forecast(facts),
        *_backups(facts),
        *_room(facts),
    ]


def score(facts: HealthFacts, made: Sequence[Check]) -> Health:
    """Score a server, never better than its checks."""
    scored = health(
        facts.check,
        java=facts.java,
        stop_requested=facts.stop_requested,
        changing_since=facts.changing_since,
        alerts=facts.alerts,
    )
    for result, worst in ((Result.FAIL, Severity.CRITICAL), (Result.WARN, Severity.WARNING)):
        names = joined(check.name for check in made if check.result is result)
        if names:
            return limited(scored, worst, _("while this needs attention: {names}", names=names))
    return scored


def verdict(made: Sequence[Check]) -> Result:
    """Return the worst result; UNKNOWN counts only when nothing is worse."""
    order = (Result.FAIL, Result.WARN, Result.UNKNOWN)
    return next((result for result in order if any(check.result is result for check in made)), Result.PASS)


_UNREACHED = {
    Unreached.PANEL: (N_("the panel can't be reached"), N_("Wait, or tell whoever runs the panel.")),
    Unreached.NODE: (N_("the node can't be reached"), N_("Wait, or tell whoever runs the node.")),
    Unreached.KEY: (
        N_("the panel rejects the key"),
        N_("Create a new one in the panel and put it into the settings."),
    ),
}


def _reached(facts: HealthFacts) -> list[Check]:
    if isinstance(facts.check, Unreachable):
        measured, todo = _UNREACHED[facts.check.layer]
        return [Check(_("Connection"), Result.FAIL, _(measured), _(todo))]
    if facts.barred:
        return [Check(_("Panel"), Result.PASS, _("reachable"))]
    if not isinstance(facts.check, Observation):
        return _not_seen(facts.check.why)
    panel = Check(_("Panel"), Result.PASS, _("reachable"))
    if facts.answered_s is None:
        return [panel, Check(_("Node"), Result.PASS, _("reachable"))]
    took = _("answered in {answered}", answered=seconds(max(0.1, facts.answered_s)))
    if facts.answered_s > _SLOW_S:
        return [panel, Check(_("Node"), Result.WARN, took, _("The node is busy: check its load."))]
    return [panel, Check(_("Node"), Result.PASS, took)]


def _not_seen(why: Absence) -> list[Check]:
    if why is Absence.NOT_REPORTED:
        todo = _("Whoever runs the panel can find the reason in its log, or in that of its proxy.")
        return [Check(_("Panel"), Result.FAIL, why.text, todo)]
    todo = _("Check whether Wings runs on the node and knows this server.")
    return [Check(_("Panel"), Result.PASS, _("reachable")), Check(_("Node"), Result.FAIL, why.text, todo)]


def _state(facts: HealthFacts) -> Check:
    seen = facts.check
    if facts.barred:
        todo = _("Wait until that is over, or ask whoever runs the panel.")
        return Check(_("State"), Result.FAIL, facts.barred, todo)
    if not isinstance(seen, Observation) or seen.state in (PowerState.UNKNOWN, PowerState.MISSING):
        return Check(_("State"), Result.UNKNOWN, _("not known"))
    if seen.state is PowerState.OFFLINE and not facts.stop_requested:
        todo = _("Read the console's last lines, then start the server.")
        return Check(_("State"), Result.FAIL, _("went offline unexpectedly"), todo, Remedy.CONSOLE)
    if (stuck := stuck_for(seen, facts.changing_since)) is not None:
        level, words = stuck
        result = Result.FAIL if level is Severity.CRITICAL else Result.WARN
        return Check(_("State"), result, words, _(_KILL), Remedy.CONSOLE)
    if facts.crashes_in_a_day:
        crashed = _(
            "{state}, {crashes} in a day",
            state=seen.state.text,
            crashes=formatting.counted(facts.crashes_in_a_day, "crash", "crashes"),
        )
        result = Result.FAIL if facts.crashes_in_a_day >= _LOOP else Result.WARN
        return Check(
            _("State"),
            result,
            crashed,
            _("Read the console around the crash, and check what changed before it."),
            Remedy.CONSOLE,
        )
    return Check(_("State"), Result.PASS, seen.state.text)


def _alerts(facts: HealthFacts) -> list[Check]:
    """Return a check for active alerts, so that the list is never green beside one."""
    alerts = without_inhibited(facts.alerts)
    firing = by_urgency(alert for alert in alerts if alert.firing and not is_back(alert))
    if not firing:
        return []
    critical = any(incident.level is Severity.CRITICAL for incident in firing)
    words = joined(headline(incident) for incident in firing)
    result = Result.FAIL if critical else Result.WARN
    return [Check(_("Alerts"), result, words, _("Open each to see what to do."), Remedy.ALERTS)]


def _load(facts: HealthFacts) -> list[Check]:
    seen = facts.check
    if not isinstance(seen, Observation):
        return [Check(name, Result.UNKNOWN, _("not measured")) for name in (_("Memory"), "CPU", _("Disk"))]
    limits = seen.limits
    memory = _level(
        _("Memory"),
        seen.memory_percent,
        limits.memory_bytes,
        (80, 90),
        _("Raise the limit, or reduce the load."),
    )
    if facts.java and memory.result in (Result.WARN, Result.FAIL):
        memory = Check(
            _("Memory"),
            Result.PASS,
            _("{measured}; normal for Java, which keeps its heap", measured=memory.measured),
        )
    return [
        memory,
        _level(
            "CPU",
            seen.cpu_percent,
            limits.cpu_percent,
            (75, 90),
            _("Find what is busy, or raise the limit."),
        ),
        _level(
            _("Disk"),
            seen.disk_percent,
            limits.disk_bytes,
            (85, _DISK_FAILS),
            _("Delete what you don't need, or raise the limit."),
            Remedy.FILES,
        ),
    ]


def _level(  # noqa: PLR0913, PLR0917 - a row of the table above
    name: str,
    percent: float | None,
    limit: int | None,
    thresholds: tuple[float, float],
    todo: str,
    remedy: Remedy | None = None,
) -> Check:
    if limit is None:
        return Check(name, Result.PASS, _("no limit"))
    if percent is None:
        return Check(name, Result.UNKNOWN, _("not measured"))
    warn, fail = thresholds
    measured = _("{percent} of its limit", percent=formatting.percent(percent))
    if percent <= warn:
        return Check(name, Result.PASS, measured)
    return Check(name, Result.FAIL if percent > fail else Result.WARN, measured, todo, remedy)


def _forecast(facts: HealthFacts) -> Check:
    forecast = facts.disk_forecast
    if forecast is None or isinstance(forecast, TooEarly):
        measured = describe_forecast(forecast) if forecast else _("no limit or no history")
        return Check(_("Disk forecast"), Result.PASS if forecast is None else Result.UNKNOWN, measured)
    level = disk_urgency(forecast)
    if level is None:
        return Check(_("Disk forecast"), Result.PASS, describe_forecast(forecast))
    return Check(
        _("Disk forecast"),
        Result.FAIL if level is Severity.CRITICAL else Result.WARN,
        describe_forecast(forecast),
        _("Free some space first: a full disk stops the server."),
        Remedy.FILES,
    )


def _backups(facts: HealthFacts) -> list[Check]:
    analysis = facts.backups
    if analysis is None:
        why = (
            _("not known: {backups_why}", backups_why=facts.backups_why)
            if facts.backups_why
            else _("not known")
        )
        return [Check(_("Last backup"), Result.UNKNOWN, why)]
    trouble = Check(_("Failed backups"), Result.PASS, _("none"))
    if analysis.failed_since_good or analysis.stuck:
        counts = (
            (
                analysis.failed_since_good,
                _("failed since the last good one") if analysis.last_good else _("failed"),
            ),
            (analysis.stuck, _("stuck")),
        )
        measured = joined(f"{count} {word}" for count, word in counts if count)
        todo = _("Make one now, and delete the failed ones.")
        trouble = Check(_("Failed backups"), Result.WARN, measured, todo, Remedy.BACK_UP)
    age = analysis.last_good_age
    if age is None:
        none = Check(_("Last backup"), Result.PASS, _("no backup yet"))
        if facts.backup_limit != 0:
            none = replace(none, result=Result.WARN, todo=_("Make one now."), remedy=Remedy.BACK_UP)
        return [none, trouble]
    measured = _("{age} old", age=formatting.about(age.total_seconds()))
    if age <= _OLD:
        return [Check(_("Last backup"), Result.PASS, measured), trouble]
    result = Result.FAIL if age > _TOO_OLD else Result.WARN
    todo = _("Make one now, and schedule automatic ones.")
    return [Check(_("Last backup"), result, measured, todo, Remedy.BACK_UP), trouble]


def _room(facts: HealthFacts) -> list[Check]:
    analysis = facts.backups
    backups = analysis.good + analysis.empty + analysis.running + analysis.stuck if analysis else None
    counted = (
        (_("Backup limit"), backups, facts.backup_limit),
        (_("Database limit"), facts.databases, facts.database_limit),
    )
    made: list[Check] = []
    for name, used, limit in counted:
        if used is None or limit is None or limit == 0:
            continue
        full = _(", full: delete one before the next") if used >= limit else ""
        made.append(Check(name, Result.PASS, _("{used} of {limit}{full}", used=used, limit=limit, full=full)))
    return made
