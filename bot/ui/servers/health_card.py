"""What people read of an examination: the verdict, then what to do, then what is well."""

from collections.abc import Sequence

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, joined
from bot.domain.health_check import Check, Result
from bot.domain.health_checks import verdict
from bot.services.servers import HealthReport
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import first_up, neutralise

_NAME_ROOM = 80
_MARK = {Result.PASS: "✅", Result.WARN: "⚠️", Result.FAIL: "❌", Result.UNKNOWN: theme.UNKNOWN_MARK}
_COLOUR = {
    Result.PASS: theme.GOOD,
    Result.WARN: theme.CAREFUL,
    Result.FAIL: theme.BAD,
    Result.UNKNOWN: theme.QUIET,
}
_VERDICT = {
    Result.PASS: N_("is healthy"),
    Result.WARN: N_("needs attention"),
    Result.FAIL: N_("has problems"),
    Result.UNKNOWN: N_("looks healthy, but some checks are missing"),
}


def examination(report: HealthReport) -> Card:
    """Draw the verdict first, then each check with what was measured."""
    overall = verdict([*report.checks])
    troubled = [check for check in report.checks if check.result in (Result.FAIL, Result.WARN)]
    troubled.sort(key=lambda check: check.result is not Result.FAIL)
    passed = [check for check in report.checks if check.result is Result.PASS]
    unknown = [check for check in report.checks if check not in (*troubled, *passed)]
    name = neutralise(report.server.name, _NAME_ROOM)
    fields = [(f"{_MARK[check.result]} {check.name}", _todo(check), False) for check in troubled]
    for heading, checks in ((_("Passed"), passed), (_("Not known"), unknown)):
        if checks:
            fields.append((heading, "\n".join(map(_line, checks)), False))
    return theme.card(
        f"{_MARK[overall]} {name} {_VERDICT[overall]}",
        f"{_counts(report.checks)}\n{_score(report)}",
        colour=_COLOUR[overall],
        fields=fields,
        footer=_("Updated up to 20 s ago"),
    )


def _score(report: HealthReport) -> str:
    if report.health.score is None:
        return _("-# No score while it is {status}.", status=report.health.status.text)
    return _("-# Health score: {score} of 100", score=report.health.score)


def _todo(check: Check) -> str:
    return "\n".join(filter(None, (_sentence(check.measured), check.todo and f"➡️ {check.todo}")))


def _line(check: Check) -> str:
    return f"{_MARK[check.result]} {check.name}: {neutralise(check.measured, 200)}"


def _sentence(measured: str) -> str:
    return neutralise(first_up(measured), 300)


def _counts(made: Sequence[Check]) -> str:
    words = {Result.FAIL: _("failed"), Result.WARN: _("with a warning"), Result.UNKNOWN: _("unknown")}
    counts = [
        f"{count} {word}"
        for result, word in words.items()
        if (count := sum(check.result is result for check in made))
    ]
    return f"{counted(len(made), 'check', 'checks')}: {joined(counts) or _('all passed')}"
