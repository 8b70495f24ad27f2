"""Responds to presses and forms of messages that are expired, or from before a restart.

discord.py silently drops presses on views that it does not know. What does respond to an interaction claims
it before any await; the listener runs after that and responds to what was not claimed.
"""

import io
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.core.i18n import N_
from bot.ui.kit.client import Interaction
from bot.ui.kit.respond import respond_privately

_TAKEN = "taken"
_PREFIX = "q"
_KEEP_TO_ITSELF = ":private"
_RESTARTED = N_("Quetzal was restarted since this message, so this did nothing.")
_EXPIRED = N_("This has expired.")
_AGAIN = N_("Run the command again.")
_KEPT = N_("What you typed is in this file.")


class RunId:
    """Distinguishes the buttons of this run of the bot from those of earlier ones."""

    def __init__(self) -> None:
        self.value = secrets.token_hex(4)


def new_id(interaction: Interaction, *, secret: bool = False) -> str:
    """Make a custom id (or its stem) that names this run of the bot, and is unique in it."""
    return f"{_prefix(interaction)}{secrets.token_hex(4)}{_KEEP_TO_ITSELF if secret else ''}"


def claim(interaction: Interaction) -> None:
    """Note that this interaction gets a response. Call it before the first await."""
    interaction.extras[_TAKEN] = True


async def answer_unclaimed(interaction: Interaction) -> None:
    """Respond to a press or a form that was not claimed; a form's text is given back."""
    if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
        return
    if _TAKEN in interaction.extras:
        return
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    why = _EXPIRED if custom_id.startswith(_prefix(interaction)) else _RESTARTED
    typed = "" if custom_id.endswith(_KEEP_TO_ITSELF) else "\n\n".join(_typed(data.get("components", ())))
    if interaction.type is discord.InteractionType.modal_submit and typed:
        kept = discord.File(io.BytesIO(typed.encode()), "what-you-typed.txt")
        await respond_privately(interaction, f"{why} {_AGAIN} {_KEPT}", file=kept)
        return
    await respond_privately(interaction, f"{why} {_AGAIN}")


def _prefix(interaction: Interaction) -> str:
    return f"{_PREFIX}:{interaction.client.shared(RunId).value}:"


def _typed(components: list[Mapping[str, Any]]) -> Iterator[str]:
    """Find what was typed; fields sit in rows (`components`) or labels (`component`)."""
    for component in components:
        if isinstance(component.get("value"), str) and component["value"]:
            yield component["value"]
        yield from _typed(component.get("components", []))
        if "component" in component:
            yield from _typed([component["component"]])
