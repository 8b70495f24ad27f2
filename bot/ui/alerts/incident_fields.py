"""What is behind an incident: its cause with the proof, and the changes before it."""

from bot.core.i18n import _
from bot.domain.alerts.advice import cause, may_follow_a_change
from bot.domain.annotations import Annotations, panel_change, read_annotations
from bot.domain.file_changes import Change
from bot.domain.formatting import discord_time
from bot.domain.incidents import Incident
from bot.domain.panel_changes import PanelChange
from bot.ui.kit.text import code_block, inline_code, neutralise, path_code, shorten

_PROOF_ROOM = 300


def cause_fields(incident: Incident) -> list[tuple[str, str, bool]]:
    """Say what it comes from, with the line that proves it; empty where no cause is asked for."""
    why = cause(incident)
    return [(*cause_field(why, read_annotations(incident.evidence)), False)] if why else []


def cause_field(why: str, known: Annotations) -> tuple[str, str]:
    """Make the name and the text of a field for a cause, with the line that proves it."""
    return _cause_name(known), _proven(why, known)


def _cause_name(known: Annotations) -> str:
    if known.diagnosis is None:
        return _("Likely cause")
    return _("Possible cause") if known.is_certain is False else _("Cause")


def _proven(why: str, known: Annotations) -> str:
    """Say the cause with the line that proves it, as it was printed."""
    if known.diagnosis is None or known.proof is None:
        return why
    return f"{why}\n{code_block(shorten(known.proof, _PROOF_ROOM))}"


def changes_before(incident: Incident, through_quetzal: Change | None) -> list[str]:
    """Say what was changed last before an end, here and in the panel; the newest first."""
    changes = [] if through_quetzal is None else [(through_quetzal.at, _changed(through_quetzal))]
    in_panel = panel_change(read_annotations(incident.evidence))
    if in_panel is not None and may_follow_a_change(incident):
        changes.append((in_panel.at, _changed_in_panel(in_panel)))
    return [line for _, line in sorted(changes, reverse=True)]


def _changed(change: Change) -> str:
    author = f"<@{change.user_id}>" if change.user_id else "Quetzal"
    return _(
        "{kept_of} ({kind}) by {author} {at}",
        kept_of=path_code(change.kept_of, 200),
        kind=change.kind.text,
        author=author,
        at=discord_time(change.at),
    )


def _changed_in_panel(change: PanelChange) -> str:
    return _(
        "{subject} ({how}) by {by} {at}",
        subject=inline_code(change.subject, 200),
        how=_(change.how),
        by=neutralise(change.by, 60),
        at=discord_time(change.at),
    )
