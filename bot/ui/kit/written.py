"""Reads what a message says, in the form of this release (components) or of earlier ones (embeds)."""

from collections.abc import Iterable, Iterator

import discord
from discord.components import Component

_SMALL = "-# "


class Reference(str):
    """What a message is recognised by, at the end of its small print: the same in every language."""

    __slots__ = ()

    def below(self, said: str) -> str:
        """Put it at the end of what the small print says beside it."""
        return f"{said} · {self}"


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """Yield components with all that they hold, from top to bottom."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory


def small_print(message: discord.Message) -> list[str]:
    """List the lines of its footers, by which messages of ours are recognised."""
    shown = [part.content for part in walk(message.components) if isinstance(part, discord.TextDisplay)]
    lines = [line for text in shown for line in text.split("\n")]
    small = [line.removeprefix(_SMALL) for line in lines if line.startswith(_SMALL)]
    return [*(embed.footer.text or "" for embed in message.embeds), *small]
