"""Commands in text as people can tap them: `/backup create` becomes `</backup create:ID>`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from discord import AppCommandOptionType

from bot.ui.kit.card import Card

_WRITTEN = re.compile(r"`/(?P<path>[a-z]+(?: [a-z-]+){0,2})(?P<options> [a-z_]+:[^`\n]*)?`")
_GROUPS = (AppCommandOptionType.subcommand.value, AppCommandOptionType.subcommand_group.value)


class CommandMentions:
    """The ids of registered commands, by guild; one object a run of the bot."""

    def __init__(self) -> None:
        self._ids: dict[int, dict[str, int]] = {}

    def note(self, guild_id: int, registered: Iterable[Mapping[str, Any]]) -> None:
        """Take the ids of commands as Discord returns them."""
        self._ids[guild_id] = {
            path: int(command["id"]) for command in registered for path in command_paths([command])
        }

    def in_card(self, card: Card, guild_id: int | None) -> Card:
        """Make each command in the texts of a card clickable; a title shows none."""
        return replace(
            card,
            description=self.clickable(card.description, guild_id),
            rows=tuple(replace(row, text=self.clickable(row.text, guild_id)) for row in card.rows),
            fields=tuple(
                replace(field, value=self.clickable(field.value, guild_id)) for field in card.fields
            ),
            footer=self.clickable(card.footer, guild_id),
        )

    def clickable(self, text: str, guild_id: int | None) -> str:
        """Replace each command that stands between backticks by its mention; leave unknown ones alone.

        Options written behind it (`/alerts board channel:#…`) stay as text: a mention takes none.
        Source: https://docs.discord.com/developers/reference#message-formatting
        """
        ids = self._ids.get(guild_id or 0)
        if not ids:
            return text

        def mention(match: re.Match[str]) -> str:
            command_id = ids.get(match["path"])
            if command_id is None:
                return match[0]
            options = (match["options"] or "").strip()
            return f"</{match['path']}:{command_id}>" + (f" `{options}`" if options else "")

        return _WRITTEN.sub(mention, text)


def command_paths(commands: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the full names of commands and all that is below them, as in `alerts channel`."""
    return {path for command in commands for path in _below(command)}


def _below(command: Mapping[str, Any]) -> Iterator[str]:
    inner = [option for option in command.get("options") or () if option["type"] in _GROUPS]
    if not inner:
        yield command["name"]
    for option in inner:
        yield from (f"{command['name']} {path}" for path in _below(option))
