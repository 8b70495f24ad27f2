"""What can be pressed and typed into on a message, by what a person would call it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simcord import InteractionResult, ResponseMessage
from typing_extensions import override

from tests.access_matrix.arguments import FIELDS
from tests.support.messages import nodes

_BUTTON, _TEXT, _FILE, _MENUS = 2, 4, 19, {3: "string", 5: "user", 6: "role", 7: "mentionable", 8: "channel"}


@dataclass(frozen=True)
class Press:
    """One component or form, by what a person would call it."""

    kind: str
    name: str
    custom_id: str = field(compare=False)
    menu: str | None = field(default=None, compare=False)

    @override
    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


def messages(result: InteractionResult) -> list[ResponseMessage]:
    """List what was answered."""
    return [*([result.response] if result.response else []), *result.followups]


def last_message(result: InteractionResult) -> Any:  # noqa: ANN401 - a message, or None where nothing was said
    """Return the message that came last."""
    return next(reversed(messages(result)), None)


def presses(message: ResponseMessage | None) -> Iterator[Press]:
    """List what can be pressed now."""
    for item in nodes(message) if message is not None else ():
        if item.get("disabled") or "custom_id" not in item:
            continue
        if item["type"] == _BUTTON:
            name = item.get("label") or item.get("emoji", {}).get("name") or "?"
            yield Press("button", name, item["custom_id"])
        elif item["type"] in _MENUS:
            name = item.get("placeholder") or item["options"][0]["label"]
            yield Press("menu", name, item["custom_id"], _MENUS[item["type"]])


def first_option(message: ResponseMessage, custom_id: str) -> str | None:
    """Return the first value of a menu."""
    for item in nodes(message):
        if item.get("custom_id") == custom_id and item.get("options"):
            return str(item["options"][0]["value"])
    return None


def values(modal: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Type into each field what is said for it, else what stands or is asked for there."""
    for row in modal.get("components", ()):
        for item in [row["component"]] if "component" in row else row.get("components", ()):
            label = row.get("label") or item.get("label")
            if item["type"] == _FILE:
                yield item["custom_id"], ("new.txt", b"new")
            if label in FIELDS or item["type"] == _TEXT:
                yield (
                    item["custom_id"],
                    FIELDS.get(label, item.get("value") or item.get("placeholder") or "x"),
                )
