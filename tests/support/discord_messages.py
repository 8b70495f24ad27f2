"""What Discord takes in a message: lengths, components and the files that they show."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.support.discord_payloads import Json

_LONGEST_NONCE, _LONGEST_CONTENT, _LONGEST_EMBEDS = 25, 2000, 6000
IS_COMPONENTS_V2 = 1 << 15
_MOST_COMPONENTS, _LONGEST_TEXTS, _TEXT_DISPLAY, _ATTACHED = 40, 4000, 10, "attachment://"


class Refused(Exception):
    """Discord says no: an HTTP status and its own code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(text: str) -> Refused:
    """Make the refusal of a body that breaks a rule."""
    return Refused(400, 50035, text)


def check_message(body: Json, files: Sequence[Json]) -> None:
    """Raise Refused for what Discord takes in no message."""
    content, embeds = body.get("content") or "", body.get("embeds") or []
    if is_layout(body):
        _check_layout(body, files)
    is_empty = not (content or embeds or files or body.get("components"))
    if is_empty:
        raise Refused(400, 50006, "Cannot send an empty message")
    if len(content) > _LONGEST_CONTENT or sum(map(_length, embeds)) > _LONGEST_EMBEDS:
        raise invalid("Must be shorter")
    if len(str(body.get("nonce") or "")) > _LONGEST_NONCE:
        raise invalid("nonce: Must be 25 or fewer in length")


def components_of(message: Json) -> list[Json]:
    """List the components of a message with all that they hold, from top to bottom."""
    return [*_walk(message.get("components") or ())]


def _walk(components: Iterable[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _walk(component.get("components") or ())
        if "accessory" in component:
            yield component["accessory"]


def is_layout(message: Json) -> bool:
    """Whether a message is made of components."""
    return bool((message.get("flags") or 0) & IS_COMPONENTS_V2)


def _check_layout(body: Json, files: Sequence[Json]) -> None:
    """Refuse what https://docs.discord.com/developers/components/reference does not allow."""
    if body.get("content") or body.get("embeds"):
        raise invalid("flags: The 'content' and 'embeds' fields cannot be used with IS_COMPONENTS_V2")
    components = components_of(body)
    if not 0 < len(components) <= _MOST_COMPONENTS:
        raise invalid("components: Must be between 1 and 40 in length")
    texts = [component["content"] for component in components if component["type"] == _TEXT_DISPLAY]
    if sum(map(len, texts)) > _LONGEST_TEXTS or not all(texts):
        raise invalid("components: The text must be between 1 and 4000 in length")
    named = [media["url"] for component in components for media in _media(component)]
    missing = {url.removeprefix(_ATTACHED) for url in named} - {file["filename"] for file in files}
    if missing:
        raise invalid(f"components: The attachments {missing} are not there")


def _media(component: Json) -> list[Json]:
    items = component.get("items") or ()
    return [item["media"] for item in items] + ([component["file"]] if "file" in component else [])


def _length(embed: Json) -> int:
    fields: list[Any] = embed.get("fields") or []
    parts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
        *(part for field in fields for part in (field.get("name"), field.get("value"))),
    ]
    return sum(len(part) for part in parts if part)
