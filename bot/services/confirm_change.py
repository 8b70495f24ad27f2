"""What to do when a panel doesn't say whether it made a change: read it again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.core.i18n import Message, _
from bot.domain.audit import Outcome
from bot.panel.errors import OutcomeUnknown, PanelError, PanelFault
from bot.services.audit import AuditFacts

T = TypeVar("T")

UNCERTAIN = (OutcomeUnknown, PanelFault)
"""After these a change may have been made."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """Sentences for a change without an answer: it couldn't be looked up, or it wasn't made."""

    unknown: Message
    undone: Message
    next_step: Message


async def confirm_change(
    failure: PanelError, act: AuditFacts, read: Callable[[], Awaitable[T | None]], words: ChangeWords
) -> T:
    """Return what `read` finds when the change was made; else raise the failure with the state it found."""
    try:
        result = await read()
    except PanelError:
        act.outcome = Outcome.UNKNOWN
        failure.state = _(words.unknown)
    else:
        if result is not None:
            return result
        failure.state = _(words.undone)
    failure.next_step = _(words.next_step)
    raise failure
