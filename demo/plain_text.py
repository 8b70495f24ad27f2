"""A message of Discord as lines of plain text: what a person sees, in a terminal."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import discord
import humanize
from simcord import ResponseMessage
from simcord.enums import ComponentType

_BUTTON, _MENU = ComponentType.BUTTON, ComponentType.STRING_SELECT
_MARKS = re.compile(r"^-# |^#{1,3} |^```\w*$|\*\*|`|\\(?=[^\w\s]|_)", re.MULTILINE)
_COMMAND = re.compile(r"</([a-z ]+):\d+>")
_MOMENT = re.compile(r"<t:(-?\d+)(?::(\w))?>")


def lines(message: ResponseMessage, *, now: datetime) -> Iterator[str]:
    """Yield everything that can be seen on it, from top to bottom."""
    if message.ephemeral:
        yield "(only you can see this)"
    for line in _parts(message):
        yield _MOMENT.sub(lambda match: _moment(match, now), line)


def _parts(message: ResponseMessage) -> Iterator[str]:
    yield from _text(message.content)
    for embed in message.embeds:
        yield from _embed(embed)
    for attachment in message.attachments:
        described = f": {attachment.description}" if attachment.description else ""
        yield f"📎 {attachment.filename} ({humanize.naturalsize(attachment.size, binary=True)}){described}"
    for component in message.components:
        yield from _component(component)


def _embed(embed: discord.Embed) -> Iterator[str]:
    for title in _text(embed.title):
        yield title
        yield "─" * len(title)
    yield from _text(embed.description)
    for field in embed.fields:
        value, name = [*_text(field.value)], " ".join(_text(field.name))
        if len(value) == 1:
            yield f"{name}: {value[0]}"
        else:
            yield f"{name}:"
            yield from (f"  {line}" for line in value)
    if embed.image.url:
        yield f"🖼 {embed.image.url.rpartition('/')[2]}"
    yield from _text(embed.footer.text)


def _text(text: str | None) -> Iterator[str]:
    yield from _MARKS.sub("", _COMMAND.sub(r"/\1", text or "")).splitlines()


def _moment(match: re.Match[str], now: datetime) -> str:
    at = datetime.fromtimestamp(int(match[1]), UTC)
    return humanize.naturaltime(at, when=now) if match[2] == "R" else f"{at:%Y-%m-%d %H:%M} UTC"


def _component(component: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a component with all that it holds."""
    match component["type"]:
        case ComponentType.TEXT_DISPLAY:
            yield from _text(component["content"])
        case ComponentType.ACTION_ROW:
            yield "  ".join(_control(control) for control in component["components"])
        case ComponentType.SECTION:
            *lines, last = [line for text in component["components"] for line in _text(text["content"])]
            yield from lines
            yield f"{last}  {_control(component['accessory'])}"
        case ComponentType.MEDIA_GALLERY:
            yield from (f"🖼 {item.get('description') or 'a picture'}" for item in component["items"])
        case ComponentType.SEPARATOR:
            yield "─" * 20
        case ComponentType.CONTAINER:
            for part in component["components"]:
                yield from _component(part)


def _control(component: dict[str, Any]) -> str:
    if component["type"] == _BUTTON:
        emoji = (component.get("emoji") or {}).get("name")
        label = " ".join(filter(None, (emoji, component.get("label"))))
        return f"({label})" if component.get("disabled") else f"[{label}]"
    if component["type"] == _MENU:
        return f"[{component.get('placeholder') or 'Choose'} ▾ {len(component['options'])}]"
    return f"[{component.get('placeholder') or '?'}]"
