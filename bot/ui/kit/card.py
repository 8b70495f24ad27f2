"""The content of a response, as a value of our own, and how it is drawn with Discord's Components V2.

Every text of a card is markdown that Discord also searches for mentions: names go through `neutralise()`.
The limits are those of https://docs.discord.com/developers/components/reference: 40 components in a message,
counted with everything they hold, and 4,000 characters in all of its texts.
"""

import hashlib
import io
import json
import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Self, TypeAlias

import discord
from discord.ui.select import BaseSelect

from bot.core.i18n import _
from bot.ui.kit.fitting import cut_line, cut_lines, share_room

COMPONENTS_LIMIT = 40
TEXT_LIMIT = 4_000
TITLE_LIMIT = 256
ALT_LIMIT = 1_024
"""Discord's limit for the description of an attachment."""
_FOOTER_LIMIT = 600
_NOTE_LIMIT = 1_500
_BUTTONS_A_ROW = 5
_SECTION = 3
"""A row with a button: the section, its text, the button."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

AnyItem: TypeAlias = discord.ui.Item[Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A bold name with a value below it; `inline`: beside it, when the value is one line."""

    name: str
    value: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One of many things. With a button it stands beside it, without one close to its neighbours."""

    text: str
    button: AnyItem | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is sent with the card. `description`: what a picture shows, for those who don't see it."""

    name: str
    content: bytes
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that a message shows, beside the controls of its view.

    From top to bottom: title, description, rows, fields, pictures, files, controls, footer (small print).
    """

    title: str = ""
    description: str = ""
    colour: discord.Colour | None = None
    rows: tuple[Row, ...] = ()
    fields: tuple[Field, ...] = ()
    pictures: tuple[Attachment, ...] = ()
    files: tuple[Attachment, ...] = ()
    footer: str = ""
    divided: bool = False
    """Whether lines part the head, the rows and the fields, also where no row has a button."""

    def with_field(self, name: str, value: str, *, inline: bool = False) -> Self:
        """Return the card with a field more, at the end."""
        return replace(self, fields=(*self.fields, Field(name, value, inline)))

    def with_picture(self, name: str, content: bytes, description: str) -> Self:
        """Return the card with a picture more; `description` is for those who don't see it."""
        picture = Attachment(name, content, cut_line(description, ALT_LIMIT))
        return replace(self, pictures=(*self.pictures, picture))

    def with_file(self, file: discord.File | None) -> Self:
        """Return the card with a file more, which is read for it, so that it can be sent again."""
        if file is None:
            return self
        content = file.fp.read()
        file.close()
        return replace(self, files=(*self.files, Attachment(file.filename, content)))

    @property
    def buttons(self) -> tuple[AnyItem, ...]:
        """The buttons beside its rows."""
        return tuple(row.button for row in self.rows if row.button is not None)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A card as discord.py takes it. Each of its files is named in one of its items, and can be sent once."""

    items: tuple[AnyItem, ...]
    files: tuple[discord.File, ...] = ()


def draw(card: Card, controls: Sequence[AnyItem] = (), below: Card | None = None) -> Drawing:
    """Draw a card with the controls of its view, and a second one `below` it; cut until it fits."""
    rows_of_controls = _action_rows(controls)
    components = COMPONENTS_LIMIT - sum(1 + len(row.children) for row in rows_of_controls)
    characters = TEXT_LIMIT
    if below is not None:
        below = fitted(below, components=4, characters=_NOTE_LIMIT)
        components -= _count(below)
        characters -= sum(map(len, _texts(below)))
    card = fitted(card, components=components, characters=characters)
    pictures = [_sent(picture, unique=True) for picture in card.pictures]
    files = [_sent(file) for file in card.files]
    items = [*_body(card, components - _count(card), before_controls=bool(rows_of_controls))]
    items += [_gallery(pictures)] if pictures else []
    items += [discord.ui.File(file) for file in files]
    items += rows_of_controls
    items += _text(_small(card.footer))
    containers = [discord.ui.Container(*items, accent_colour=card.colour)]
    if below is not None:
        containers.append(discord.ui.Container(*_body(below, 0), accent_colour=below.colour))
    return Drawing(tuple(containers), (*pictures, *files))


def layout(card: Card, controls: Sequence[AnyItem] = ()) -> discord.ui.LayoutView:
    """Make a card a message of its own, which lasts: all that can be pressed on it are persistent buttons.

    Make a new one for each message and each edit: discord.py forgets a kind of persistent button, on every
    message, when a view that had one ends or is sent again without it.
    """
    pressed = [*controls, *card.buttons]
    if card.pictures or card.files or not all(isinstance(item, discord.ui.DynamicItem) for item in pressed):
        raise TypeError(f"{card.title!r} holds what no message of its own can hold")
    view = discord.ui.LayoutView(timeout=None)
    for item in draw(card, controls).items:
        view.add_item(item)
    return view


def digest(view: discord.ui.LayoutView) -> str:
    """Return the same text for two drawings that look the same."""
    components = view.to_components()  # type: ignore[no-untyped-call]  # of discord.py
    return hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()


def fitted(card: Card, *, components: int = COMPONENTS_LIMIT, characters: int = TEXT_LIMIT) -> Card:
    """Cut a card to what a message holds: rows from the end, and lines where there are most of them."""
    card = replace(
        card, title=cut_line(card.title, TITLE_LIMIT), footer=cut_lines(card.footer, _FOOTER_LIMIT)
    )
    rows, kept = card.rows, len(card.rows)
    while kept and _count(card) > components:
        kept -= 1
        card = replace(card, rows=(*rows[:kept], Row(_("-# …and {count:,} more", count=len(rows) - kept))))
    lengths = [len(card.description), *(len(row.text) for row in card.rows)]
    lengths += [len(field.value) for field in card.fields]
    names = [replace(field, name=cut_line(field.name, TITLE_LIMIT)) for field in card.fields]
    card = replace(card, fields=tuple(names))
    fixed = sum(map(len, _texts(card))) - sum(lengths)
    most = share_room(lengths, characters - fixed)
    return replace(
        card,
        description=cut_lines(card.description, most),
        rows=tuple(replace(row, text=cut_lines(row.text, most)) for row in card.rows),
        fields=tuple(replace(field, value=cut_lines(field.value, most)) for field in card.fields),
    )


def safe_name(name: str) -> str:
    """Name a file so that a component can refer to it: https://github.com/discord/discord-api-docs/issues/7890."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, ending = _UNSAFE.sub("_", plain).strip("._").rpartition(".")
    return f"{(stem or ending or 'file')[-80:]}{dot if stem else ''}{ending[-16:] if stem else ''}"


def _body(card: Card, spare: int, *, before_controls: bool = False) -> Iterator[AnyItem]:
    """Draw everything of a card that is text. `spare`: components beyond the fewest that it takes."""
    head = _head(card)
    yield from _text(head)
    is_listed = any(row.button is not None for row in card.rows)
    if (is_listed or (card.divided and card.rows)) and head and spare > 0:
        spare -= 1
        yield discord.ui.Separator()
    for row in _joined(card.rows):
        if row.button is not None:
            yield discord.ui.Section(row.text, accessory=row.button)
        else:
            yield from _text(row.text)
    blocks = [*_field_blocks(card)]
    if card.divided and blocks and spare > len(blocks) - 1:
        spare -= 1
        yield discord.ui.Separator()
    if len(blocks) - 1 > spare:
        yield from _text("\n".join(blocks))
        return
    for block in blocks:
        yield from _text(block)
    if is_listed and before_controls and spare - max(0, len(blocks) - 1) > 0:
        yield discord.ui.Separator()


def _head(card: Card) -> str:
    return "\n".join(filter(None, (f"## {card.title}" if card.title else "", card.description)))


def _joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Join neighbours without a button into one row."""
    for has_button, neighbours in groupby(rows, key=lambda row: row.button is not None):
        if has_button:
            yield from neighbours
        else:
            yield Row("\n".join(row.text for row in neighbours))


def _field_blocks(card: Card) -> Iterator[str]:
    """Write fields; neighbours that are a line each stand close together."""
    for is_line, neighbours in groupby(
        card.fields, key=lambda field: field.inline and "\n" not in field.value
    ):
        if is_line:
            yield "\n".join(f"**{field.name}** {field.value}" for field in neighbours)
        else:
            yield from (f"**{field.name}**\n{field.value}" for field in neighbours)


def _small(text: str) -> str:
    return "\n".join(f"-# {line}" for line in text.split("\n") if line.strip())


def _texts(card: Card) -> Iterator[str]:
    """List its texts as they are drawn in the fewest components."""
    yield _head(card)
    yield from (row.text for row in _joined(card.rows))
    yield "\n".join(_field_blocks(card))
    yield _small(card.footer)


def _count(card: Card) -> int:
    """Count the fewest components that a card takes, with its container and without its view's controls."""
    rows = sum(1 if row.button is None else _SECTION for row in _joined(card.rows))
    parts = (_head(card), card.fields, card.pictures, card.footer)
    return 1 + sum(map(bool, parts)) + len(card.files) + rows


def _text(content: str) -> Iterator[AnyItem]:
    if content.strip():
        yield discord.ui.TextDisplay(content)


def _gallery(pictures: Sequence[discord.File]) -> AnyItem:
    return discord.ui.MediaGallery(
        *(discord.MediaGalleryItem(picture, description=picture.description) for picture in pictures)
    )


def _sent(attachment: Attachment, *, unique: bool = False) -> discord.File:
    """Make the file. A picture gets another name each time: under the same one people see the old one."""
    name = safe_name(attachment.name)
    if unique:
        stem, _, ending = name.rpartition(".")
        name = f"{stem}-{secrets.token_hex(4)}.{ending}"
    return discord.File(io.BytesIO(attachment.content), name, description=attachment.description)


def _action_rows(controls: Sequence[AnyItem]) -> list[discord.ui.ActionRow[Any]]:
    """Part controls into rows: a menu fills one, buttons share one as long as they say the same `row`."""
    rows: list[list[AnyItem]] = []
    for control in controls:
        last = rows[-1] if rows else []
        has_room = (
            last and len(last) < _BUTTONS_A_ROW and not any(isinstance(item, BaseSelect) for item in last)
        )
        if has_room and not isinstance(control, BaseSelect) and last[-1].row == control.row:
            last.append(control)
        else:
            rows.append([control])
    return [discord.ui.ActionRow(*row) for row in rows]
