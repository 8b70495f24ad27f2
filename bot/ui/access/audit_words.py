"""The words of what the audit keeps as keys: a rule, a level, a kind of work."""

from collections.abc import Mapping

from bot.core.i18n import N_, Message, _
from bot.domain.alerts import RuleKind
from bot.domain.alerts.wording import rule_name
from bot.domain.jobs import BulkAction, JobKind
from bot.domain.levels import Level
from bot.domain.standing_work import WorkKind
from bot.services.backups import BackupEnd

_WORDS: Mapping[str, Mapping[str, Message]] = {
    "work": {
        WorkKind.RETENTION: N_("backup retention"),
        WorkKind.SCHEDULE: N_("backup schedule"),
        WorkKind.BOARD: N_("board"),
        WorkKind.PUBLIC_BOARD: N_("public board"),
        WorkKind.IDLE: N_("stop when empty"),
        WorkKind.MAINTENANCE: N_("maintenance"),
    },
    "job": {
        JobKind.RESTART: N_("restart"),
        JobKind.IDLE: N_("stop when empty"),
        JobKind.BULK: N_("bulk action"),
    },
    "what": {
        BulkAction.START: N_("start"),
        BulkAction.STOP: N_("stop"),
        BulkAction.RESTART: N_("restart"),
        BulkAction.COMMAND: N_("command"),
    },
    "end": {
        BackupEnd.DONE.value: N_("done"),
        BackupEnd.FAILED.value: N_("failed"),
        BackupEnd.GONE.value: N_("deleted meanwhile"),
        BackupEnd.STILL_RUNNING.value: N_("still running after two hours"),
        BackupEnd.NO_TRACE.value: N_("not seen"),
    },
    "tried": {"a form": N_("a form"), "a button": N_("a button")},
}


def word(fact: str, value: str) -> str | None:
    """Say what the value of a fact means; None for what isn't a key, or not in this version."""
    if fact == "rule":
        return rule_name(RuleKind(value)) if value in [*RuleKind] else None
    if fact == "level":
        return Level[value.upper()].word if value.upper() in Level.__members__ else None
    known = _WORDS.get(fact, {}).get(value)
    return None if known is None else _(known)
