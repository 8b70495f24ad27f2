"""The diagnosis of a process's end."""

from dataclasses import dataclass

from bot.core.i18n import Message
from bot.domain.diagnosis.fixes import Fix


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause. `proof` is the line that shows it, as it was printed; None where the exit code does.

    `cause` and `fix` are for Discord: what they hold of a line is quoted. The proof is not. Where it is not
    `is_certain`, the line is a fault that a process can survive.
    """

    id: str
    cause: Message
    fix: Message
    proof: str | None = None
    offer: Fix | None = None
    is_certain: bool = True
