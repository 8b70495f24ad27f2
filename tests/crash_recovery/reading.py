"""What a person reads in a message: which servers it is about, and how each of them is."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tests.support.discord_messages import components_of
from tests.support.discord_payloads import Json

SILENT = 1 << 12
_LINE = re.compile(
    r"(?P<mark>✅|🟢|🟠|🔴|⏰ Reminder:|🔁) (?:\*\*)?(?P<name>(?:Node |Panel )?[\w-]+)"
    r"(?:\*\*)?(?=:| )"
)
_REFERENCE = re.compile(r"Q-[0-9a-f]{10}")


class Mark(StrEnum):
    """How somebody is, as a line says it."""

    OVER = "✅"
    BETTER = "🟢"
    WARNING = "🟠"
    CRITICAL = "🔴"
    STILL = "⏰ Reminder:"
    FLAPS = "🔁"


RED = frozenset({Mark.BETTER, Mark.WARNING, Mark.CRITICAL})
Marks = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Read:
    """One message: what it said first and what it says last, by name; `since` is when it named each."""

    id: str
    reference: str | None
    first: Marks
    last: Marks
    every: tuple[Marks, ...]
    since: Mapping[str, datetime]
    answers: str | None
    silent: bool
    deleted: bool
    digest: bool

    @property
    def is_alert(self) -> bool:
        """Whether it notifies of something for the first time."""
        return self.answers is None and not self.silent


def read(message: Json, names: Collection[str]) -> Read:
    """Read one message of the stand-in's truth."""
    versions = [message["first"], *(edit["message"] for edit in message["edits"])]
    moments = [
        datetime.fromisoformat(at) for at in (message["at"], *(edit["at"] for edit in message["edits"]))
    ]
    every = tuple(_marks(version, names) for version in versions)
    since: dict[str, datetime] = {}
    for at, states in zip(moments, every, strict=True):
        since |= {name: at for name in states if name not in since}
    reference = (message["first"].get("message_reference") or {}).get("message_id")
    return Read(
        message["first"]["id"],
        _signature(message["first"]),
        every[0],
        every[-1],
        every,
        since,
        reference,
        bool(message["first"]["flags"] & SILENT),
        message["deleted_at"] is not None,
        any(_is_list(version) for version in versions),
    )


def _marks(message: Json, names: Collection[str]) -> Marks:
    marks: dict[str, Mark] = {}
    for line in _lines(message):
        if (match := _LINE.match(line)) and match["name"] in names:
            marks.setdefault(match["name"], Mark(match["mark"]))
    return marks


def _is_list(message: Json) -> bool:
    return any(line.startswith("📋") for line in _lines(message))


def _signature(message: Json) -> str | None:
    footers = [(embed.get("footer") or {}).get("text") or "" for embed in message["embeds"]]
    matches = (_REFERENCE.search(line) for line in [*footers, *_lines(message)])
    return next((match[0] for match in matches if match), None)


def _lines(message: Json) -> list[str]:
    """List what it says, of embeds and of components, without the marks of headings and small print."""
    texts = [f"{embed.get('title') or ''}\n{embed.get('description') or ''}" for embed in message["embeds"]]
    texts += [component.get("content", "") for component in components_of(message)]
    return [line.removeprefix("## ").removeprefix("-# ") for text in texts for line in text.splitlines()]
