"""Annotations of an incident, taken when it began: their names, and how they are read.

The observer writes them as `evidence`; unknown ones are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.i18n import Message, _, english
from bot.core.secret_masking import is_start_command, mask_line
from bot.domain.alerts.rules import RuleKind
from bot.domain.diagnosis import Diagnosis, Fix, FixKind
from bot.domain.incidents import Evidence
from bot.domain.observation import CheckResult, Observation
from bot.domain.panel_changes import PanelChange
from bot.domain.player_query import PlayerAnswers
from bot.panel.models import PowerState


@dataclass(frozen=True, slots=True)
class Annotations:
    """The annotations; None: unknown. The lines are text of a server without its secrets, the oldest first.

    `cause` is a sentence of ours about the likely cause, without raw text. `servers`: how many a node holds.
    `diagnosis` and `fix` are sentences for Discord, shown in the reader's language, `proof` is the raw line
    behind them, `offer` what Quetzal can do about it (see `offered`); `is_certain` is False for a possible
    cause. `back_at` is when the server ran again after a crash. `changed…` is the last change in the panel
    before it (see `PanelChange`); its texts are untrusted. `answered_at` is when the game last answered,
    `players` how many were on then.
    """

    exit_code: int | None = None
    out_of_memory: bool | None = None
    gave_up: bool | None = None
    lines: tuple[str, ...] = ()
    cause: str | Message | None = None
    java: bool | None = None
    memory_limit_bytes: int | None = None
    cpu_limit_percent: int | None = None
    disk_limit_bytes: int | None = None
    servers: int | None = None
    key_refused: bool | None = None
    diagnosis: str | Message | None = None
    fix: str | Message | None = None
    proof: str | None = None
    offer: str | None = None
    is_certain: bool | None = None
    back_at: str | None = None
    changed: str | None = None
    changed_how: str | None = None
    changed_by: str | None = None
    changed_at: str | None = None
    answered_at: str | None = None
    players: int | None = None

    @property
    def is_proven(self) -> bool:
        """Whether a console line proves the cause."""
        return self.proof is not None and self.is_certain is not False


_AS = "_as"
"""Behind the name of a sentence: its text in the catalogue, and names and values of what is filled in."""
_OF_AN_END = frozenset(
    {"exit_code", "out_of_memory", "gave_up", "lines", "cause", "back_at"}
    | {"diagnosis", "fix", "proof", "offer", "is_certain"}
    | {f"{name}{_AS}" for name in ("cause", "diagnosis", "fix")}
    | {"changed", "changed_how", "changed_by", "changed_at"}
)
_NEW_END = "ran_for_s"
_LIMITS = frozenset({"memory_limit_bytes", "cpu_limit_percent", "disk_limit_bytes"})
_REASONS = frozenset({"cause", "key_refused"})


def annotations(facts: Annotations) -> Evidence:
    """Write facts for the store; a sentence in English, and as what it is made of."""
    evidence: dict[str, str | int | float | bool | list[str] | None] = {}
    for name in Annotations.__slots__:
        value = getattr(facts, name)
        if isinstance(value, Message):
            evidence[name] = english(_(value))
            parts = [part for field in value.values.items() for part in map(str, field)]
            evidence[f"{name}{_AS}"] = [value.message, *parts]
        elif value is not None and value != ():
            evidence[name] = list(value) if isinstance(value, tuple) else value
    return evidence


def read_annotations(evidence: Evidence) -> Annotations:
    """Read stored facts; those in another form count as unknown."""
    return Annotations(
        exit_code=_number(evidence.get("exit_code")),
        out_of_memory=_flag(evidence.get("out_of_memory")),
        gave_up=_flag(evidence.get("gave_up")),
        lines=_lines(evidence.get("lines")),
        cause=_said(evidence, "cause"),
        java=_flag(evidence.get("java")),
        memory_limit_bytes=_number(evidence.get("memory_limit_bytes")),
        cpu_limit_percent=_number(evidence.get("cpu_limit_percent")),
        disk_limit_bytes=_number(evidence.get("disk_limit_bytes")),
        servers=_number(evidence.get("servers")),
        key_refused=_flag(evidence.get("key_refused")),
        diagnosis=_said(evidence, "diagnosis"),
        fix=_said(evidence, "fix"),
        proof=_text(evidence.get("proof")),
        offer=_text(evidence.get("offer")),
        is_certain=_flag(evidence.get("is_certain")),
        back_at=_text(evidence.get("back_at")),
        changed=_text(evidence.get("changed")),
        changed_how=_text(evidence.get("changed_how")),
        changed_by=_text(evidence.get("changed_by")),
        changed_at=_text(evidence.get("changed_at")),
        answered_at=_text(evidence.get("answered_at")),
        players=_number(evidence.get("players")),
    )


def of_diagnosis(diagnosis: Diagnosis | None) -> Evidence:
    """Return the annotations of a diagnosis."""
    if diagnosis is None:
        return {}
    return annotations(
        Annotations(
            diagnosis=diagnosis.cause,
            fix=diagnosis.fix,
            proof=diagnosis.proof,
            offer=None if diagnosis.offer is None else f"{diagnosis.offer.kind}:{diagnosis.offer.value}",
            is_certain=diagnosis.is_certain,
        )
    )


def of_panel_change(change: PanelChange | None) -> Evidence:
    """Return the annotations of the last change in the panel."""
    if change is None:
        return {}
    return annotations(
        Annotations(
            changed=change.subject,
            changed_how=change.how,
            changed_by=change.by,
            changed_at=change.at.isoformat(),
        )
    )


def of_answers(answers: PlayerAnswers) -> Evidence:
    """Return the annotations of what a game answered last."""
    query = answers.query
    if query is None or query.answered_at is None:
        return {}
    online = answers.last.online if answers.last is not None else None
    return annotations(Annotations(answered_at=query.answered_at.isoformat(), players=online))


def panel_change(known: Annotations) -> PanelChange | None:
    """Return the last change in the panel; None when it is unknown."""
    if not known.changed or not known.changed_how or not known.changed_by or not known.changed_at:
        return None
    try:
        at = datetime.fromisoformat(known.changed_at)
    except ValueError:
        return None
    return PanelChange(known.changed, known.changed_how, known.changed_by, at)


def offered(known: Annotations) -> Fix | None:
    """Return the offered fix; None for one that this release doesn't know."""
    kind, _, value = (known.offer or "").partition(":")
    return Fix(FixKind(kind), value) if kind in set(FixKind) else None


def renewed(old: Evidence, new: Evidence) -> Evidence:
    """Add what is known now; facts about one end of a process are not kept for the next."""
    kept = {name: value for name, value in old.items() if _NEW_END not in new or name not in _OF_AN_END}
    return {**kept, **new}


def updated(rule: RuleKind, old: Evidence, new: Evidence) -> Evidence:
    """Take over what changes while an incident lasts: limits, a return, or that a node gave up."""
    names = _LIMITS | (_REASONS if rule is RuleKind.PANEL else frozenset())
    if rule is RuleKind.CRASH and new.get("gave_up") is True:
        names |= {"gave_up"}
    if "back_at" not in old:
        names |= {"back_at"}
    return {**old, **{name: value for name, value in new.items() if name in names}}


def with_return(rule: RuleKind, evidence: Evidence, check: CheckResult | None) -> Evidence:
    """Add to the evidence about a crash that the server runs again, if it was observed running."""
    if rule is not RuleKind.CRASH or not isinstance(check, Observation):
        return evidence
    if check.state is not PowerState.RUNNING:
        return evidence
    return {**evidence, "back_at": check.at.isoformat()}


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _said(evidence: Evidence, name: str) -> str | Message | None:
    """Read a sentence as what it is made of, or in English as older releases stored it."""
    parts = evidence.get(f"{name}{_AS}")
    if not isinstance(parts, list) or not parts:
        return _text(evidence.get(name))
    message, *fields = parts
    return Message(message, dict(zip(fields[::2], fields[1::2], strict=False)))


def _lines(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    # Masked before they are stored; and again for what older releases stored.
    lines = (line for line in value if isinstance(line, str))
    return tuple(mask_line(line) for line in lines if not is_start_command(line))
