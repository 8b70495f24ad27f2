"""What an alert shows that was opened from a list."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.i18n import N_, _
from bot.domain.alerts.advice import advise
from bot.domain.alerts.wording import recovery, sentence
from bot.domain.annotations import read_annotations
from bot.domain.incidents import Incident
from bot.ui.alerts.incident_fields import cause_fields
from bot.ui.alerts.lines import colour, duration_sentence, mark, name_of, severity, standing
from bot.ui.kit import console_text
from bot.ui.kit.card import AnyItem, Card, Field, Row
from bot.ui.kit.text import neutralise


def opened(
    incident: Incident, now: datetime, remedy: AnyItem | None, before: Sequence[tuple[str, str]]
) -> Card:
    """Show how bad it is, what to do with the button that does it, its cause, and what led to it."""
    known = read_annotations(incident.evidence)
    if incident.active:
        heading = sentence(name_of(incident), incident)
        lines = [severity(incident), *standing(incident, now)]
        first, *others = advise(incident, lines_at=N_("below"))
        rows = [Row(f"💡 {first}", remedy), *(Row(f"-# • {step}") for step in others)]
    else:
        heading = f"{name_of(incident)} {recovery(incident)}"
        lines = [f"**{duration_sentence(incident)}**", *standing(incident, now)]
        rows = []
    fields = [Field(*field) for field in cause_fields(incident)]
    if known.lines:
        fields.append(Field(_("Last console lines"), console_text.field(known.lines)[0]))
    fields += [Field(name, value) for name, value in before]
    on = f"{neutralise(incident.node, 40)} · " if incident.node and incident.subject.server_uuid else ""
    number = incident.subject.server_uuid[:8] if incident.subject.server_uuid else incident.subject.panel_id
    return Card(
        f"{mark(incident)} {heading}",
        "\n".join(lines),
        colour([incident]),
        tuple(rows),
        tuple(fields),
        footer=f"{on}{number}",
    )
