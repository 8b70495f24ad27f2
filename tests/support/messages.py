"""Read what a person sees on a message."""

from simcord import InteractionResult, ResponseMessage

from tests.support.world import (
    shown,
)


def text(message: ResponseMessage) -> str:
    """Return everything that can be read on it."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    return "\n".join(parts)


def buttons(message: ResponseMessage) -> list[str]:
    """Return the labels of the buttons that can be pressed."""
    return [
        item["label"]
        for row in message.components
        for item in row["components"]
        if item["type"] == 2 and not item.get("disabled")
    ]


def options(message: ResponseMessage) -> list[str]:
    """Return the labels in its select menu."""
    return [
        option["label"]
        for row in message.components
        for item in row["components"]
        if item["type"] == 3 and not item.get("disabled")
        for option in item["options"]
    ]


def menus(result: InteractionResult) -> list[str]:
    """Return the custom ids of the select menus of a response."""
    items = (item for row in shown(result).components for item in row["components"])
    return [item["custom_id"] for item in items if item["type"] != 2]
