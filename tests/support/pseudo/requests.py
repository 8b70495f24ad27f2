"""What people read in a request to Discord, and how long it may be."""

from collections.abc import Iterator, Mapping

from tests.support.disguise import is_disguised, plain

TOTAL = 4_000
"""The characters of all texts of a message."""
_BUTTON, _OPTION, _FORM, _FIELD = 80, 100, 45, 1_024
_LIMITS = {
    "content": TOTAL,
    "description": 4_096,
    "title": 256,
    "name": 256,
    "text": 2_048,
    "placeholder": 150,
}
"""https://docs.discord.com/developers/components/reference, /resources/message#embed-object-embed-limits."""
_BUTTON_TYPE = 2

Read = tuple[str, str, int]
"""A text with its kind and how long it may be."""


def texts(node: object, parent: str = "") -> Iterator[Read]:
    """Find what people read in a request, with what Discord allows of it."""
    if isinstance(node, list):
        for part in node:
            yield from texts(part, parent)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(value, str):
                yield from texts(value, key)
            elif (limit := _limit(node, key, parent)) is not None:
                yield key, value, limit


def descriptions(node: object) -> Iterator[str]:
    """Find the descriptions of commands and options."""
    if isinstance(node, list):
        for part in node:
            yield from descriptions(part)
    elif isinstance(node, dict):
        if isinstance(described := node.get("description"), str):
            yield described
        yield from descriptions(node.get("options"))


def strings(node: object) -> Iterator[str]:
    """List all texts in a request."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for part in node.values():
            yield from strings(part)
    elif isinstance(node, list):
        for part in node:
            yield from strings(part)


def translated_keys(node: object) -> Iterator[str]:
    """List what the bot reads back and is in the language all the same."""
    if isinstance(node, dict):
        for key in ("custom_id", "value"):
            if isinstance(node.get(key), str) and "name" not in node and is_disguised(node[key]):
                yield f"{key} is a key, and translated: {node[key]!r}"
        for part in node.values():
            yield from translated_keys(part)
    elif isinstance(node, list):
        for part in node:
            yield from translated_keys(part)


def undisguised(node: object) -> object:
    """Take the disguise off a request."""
    if isinstance(node, str):
        return plain(node)
    if isinstance(node, dict):
        return {key: undisguised(value) for key, value in node.items()}
    return [undisguised(part) for part in node] if isinstance(node, list) else node


def _limit(node: Mapping[str, object], key: str, parent: str) -> int | None:
    """Return how long a text may be; None for what nobody reads."""
    if parent in ("attachments", "emoji", "file"):
        return None
    if key == "value":
        return _FIELD if parent == "fields" else None
    if parent in ("options", "choices"):
        return _OPTION if key in ("label", "description", "name") else None
    if key == "label":
        return _BUTTON if node.get("type") == _BUTTON_TYPE else _FORM
    return _FORM if key == "title" and "custom_id" in node else _LIMITS.get(key)
