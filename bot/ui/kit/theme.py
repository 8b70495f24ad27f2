"""How Quetzal looks: colours, symbols, cards, and embeds that fit Discord's limits."""

from collections.abc import Iterable

import discord

from bot.domain.usage_scale import UsageLevel
from bot.panel.models import PowerState
from bot.ui.kit.card import Card, Field
from bot.ui.kit.text import shorten

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
FIELD_NAME_LIMIT = 256
FIELD_LIMIT = 1024
FOOTER_LIMIT = 2048
FIELDS = 25
EMBED_LIMIT = 6000

QUETZAL = discord.Colour(0x1F9E75)
GOOD = discord.Colour(0x2E9E5B)
BUSY = discord.Colour(0x3B82C4)
CAREFUL = discord.Colour(0xD99A1C)
BAD = discord.Colour(0xC8433A)
QUIET = discord.Colour(0x6B7280)

SCALE_MARK = {
    UsageLevel.NORMAL: "🟢",
    UsageLevel.MODERATE: "🟡",
    UsageLevel.WARNING: "🟠",
    UsageLevel.CRITICAL: "🔴",
}
UNKNOWN_MARK = "❔"
BARRED_MARK = "🔒"
"""Suspended, being installed, restored or moved: the panel allows nothing with it."""
STATE_MARK = {
    PowerState.RUNNING: "🟢",
    PowerState.STARTING: "🔵",
    PowerState.STOPPING: "🟠",
    PowerState.OFFLINE: "⚫",
    PowerState.MISSING: UNKNOWN_MARK,
    PowerState.UNKNOWN: UNKNOWN_MARK,
}
STATE_COLOUR = {
    PowerState.RUNNING: GOOD,
    PowerState.STARTING: BUSY,
    PowerState.STOPPING: CAREFUL,
    PowerState.OFFLINE: QUIET,
    PowerState.MISSING: CAREFUL,
    PowerState.UNKNOWN: CAREFUL,
}


def card(
    title: str,
    description: str = "",
    *,
    colour: discord.Colour = QUETZAL,
    fields: Iterable[tuple[str, str, bool]] = (),
    footer: str | None = None,
) -> Card:
    """Make what an answer shows; fields are name, value, inline. Texts must be neutralised already."""
    return Card(
        title, description, colour, fields=tuple(Field(*field) for field in fields), footer=footer or ""
    )


def embed(
    title: str,
    description: str = "",
    *,
    colour: discord.Colour = QUETZAL,
    fields: Iterable[tuple[str, str, bool]] = (),
    footer: str | None = None,
) -> discord.Embed:
    """Build an embed that fits, for messages that notify people: of a card a lock screen shows nothing.

    https://github.com/discord/discord-api-docs/issues/7854. Texts must be neutralised already.
    """
    built = discord.Embed(
        title=shorten(title, TITLE_LIMIT),
        description=shorten(description, DESCRIPTION_LIMIT) or None,
        colour=colour,
    )
    for name, value, inline in list(fields)[:FIELDS]:
        built.add_field(
            name=shorten(name, FIELD_NAME_LIMIT), value=shorten(value, FIELD_LIMIT), inline=inline
        )
    if footer:
        built.set_footer(text=shorten(footer, FOOTER_LIMIT))
    return fitted(built)


def fitted(embed: discord.Embed) -> discord.Embed:
    """Cut the description, then whole fields from the end, until the embed is inside Discord's 6,000."""
    if len(embed) > EMBED_LIMIT and embed.description:
        spare = max(1, len(embed.description) - (len(embed) - EMBED_LIMIT))
        embed.description = shorten(embed.description, spare)
    while len(embed) > EMBED_LIMIT and embed.fields:
        embed.remove_field(-1)
    return embed
