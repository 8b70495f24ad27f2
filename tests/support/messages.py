"""Read what a person sees on a message, made of components or of an embed."""

import re
from typing import Any, TypeAlias

import discord
from discord.components import Component
from simcord import InteractionResult, ResponseMessage

from tests.support.discord_messages import components_of
from tests.support.world import shown

AnyMessage: TypeAlias = ResponseMessage | discord.Message
_BUTTON, _MENU, _TEXT, _GALLERY = 2, 3, 10, 12
_COMMAND = re.compile(r"</([a-z ]+):\d+>")


def text(message: AnyMessage) -> str:
    """Return everything that can be read on it; the mention of a command reads as `/command`."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    parts += [node["content"] for node in nodes(message) if node["type"] == _TEXT]
    return _COMMAND.sub(r"`/\1`", "\n".join(parts))


def titles(message: AnyMessage) -> list[str]:
    """Return the headings on it, without their marks."""
    written = [node["content"] for node in nodes(message) if node["type"] == _TEXT]
    headings = [
        line.removeprefix("## ") for said in written for line in said.split("\n") if line.startswith("## ")
    ]
    return [*(embed.title or "" for embed in message.embeds), *headings]


def nodes(message: AnyMessage) -> list[dict[str, Any]]:
    """List its components with all that they hold, from top to bottom."""
    components = [
        dict(item.to_dict() if isinstance(item, Component) else item) for item in message.components
    ]
    return components_of({"components": components})


def buttons(message: AnyMessage) -> list[str]:
    """Return the labels of the buttons that can be pressed."""
    return [node["label"] for node in nodes(message) if node["type"] == _BUTTON and not node.get("disabled")]


def pictures(message: ResponseMessage) -> list[dict[str, Any]]:
    """Return what it shows as pictures: their addresses as `media`, and what they show as `description`."""
    galleries = (node for node in nodes(message) if node["type"] == _GALLERY)
    return [item for gallery in galleries for item in gallery["items"]]


def options(message: ResponseMessage) -> list[str]:
    """Return the labels in its select menu."""
    menus = (node for node in nodes(message) if node["type"] == _MENU and not node.get("disabled"))
    return [option["label"] for menu in menus for option in menu["options"]]


def button_beside(message: ResponseMessage, words: str) -> str:
    """Return the custom id of the button in the row that says this."""
    section = next(
        node for node in nodes(message) if "accessory" in node and words in str(node["components"])
    )
    return str(section["accessory"]["custom_id"])


def rows(message: ResponseMessage) -> list[str]:
    """Return the first lines of the rows that have a button, without their marks."""
    texts = [node["components"][0]["content"] for node in nodes(message) if "accessory" in node]
    return [said.split("\n")[0] for said in texts]


def menus(result: InteractionResult) -> list[str]:
    """Return the custom ids of the select menus of a response."""
    return [
        node["custom_id"] for node in nodes(shown(result)) if node["type"] != _BUTTON and "custom_id" in node
    ]
