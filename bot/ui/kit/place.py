"""Where a message leads when its buttons have expired: a page about a server, or the command it came from.

It is written into the custom ids of the message, so that it is known after a restart of the bot.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

import discord

from bot.core.i18n import N_, _
from bot.domain.target import Target
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.text import label

PAGE_WORDS = {
    "status": N_("Open status"),
    "console": N_("Open console"),
    "files": N_("Open files"),
    "backups": N_("Open backups"),
    "players": N_("Open players"),
    "performance": N_("Open performance"),
    "health": N_("Open health"),
    "alerts": N_("Open alerts"),
    "schedules": N_("Open schedules"),
    "startup": N_("Open startup"),
    "addresses": N_("Open addresses"),
    "databases": N_("Open databases"),
    "panel_users": N_("Open panel users"),
    "player_query": N_("Open player query"),
}
"""The pages of `HubPage` that can be opened again, and what the button says."""
_OTHERWISE_NAMED = {
    "back_up": "backups",
    "backup": "backups",
    "database": "databases",
    "network": "addresses",
    "query": "player_query",
    "schedule": "schedules",
    "users": "panel_users",
}
_OPEN, _SHORT = "open:", "o:"
_PAGE = rf"(?P<page>{'|'.join(PAGE_WORDS)}):(?P<panel>[a-z0-9-]{{1,32}}):(?P<uuid>[0-9A-Za-z_-]"
OPEN_PAGE = rf"{_OPEN}{_PAGE}{{1,50}})"
"""The template of the button that opens a page again."""
_WRITTEN = re.compile(OPEN_PAGE)
_WRITTEN_SHORT = re.compile(rf"{_SHORT}{_PAGE}{{22}})")
_WRITTEN_COMMAND = re.compile(r"/[a-z -]{1,50}")
_ORIGIN = "origin"
_NAME_ROOM = 40
_ROOM = 71
"""Characters: custom ids have a hundred, of which the rest says whose they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page about a server."""

    page: str
    panel_id: str
    uuid: str

    @classmethod
    def named_by(cls, match: re.Match[str]) -> Self:
        """Return the page that a match of `OPEN_PAGE` names."""
        return cls(match["page"], match["panel"], match["uuid"])

    @property
    def custom_id(self) -> str:
        """The id of the button that opens it."""
        return f"{_OPEN}{self.page}:{self.panel_id}:{self.uuid}"

    @property
    def tail(self) -> str:
        """What custom ids of its message end with: the same, with the uuid in 22 characters."""
        try:
            known = UUID(self.uuid)
        except ValueError:
            return self.custom_id
        if str(known) != self.uuid:
            return self.custom_id
        return f"{_SHORT}{self.page}:{self.panel_id}:{urlsafe_b64encode(known.bytes).decode().rstrip('=')}"

    def button(self, name: str = "") -> discord.ui.Button[discord.ui.LayoutView]:
        """Make the button that opens it; it belongs to no view, so it works for as long as its message.

        `name` names the server, where there are several.
        """
        words = _(PAGE_WORDS[self.page])
        if name:
            words = f"{words}: {label(name, _NAME_ROOM)}"
        return discord.ui.Button(label=words, style=discord.ButtonStyle.primary, custom_id=self.custom_id)


def is_lasting(custom_id: str) -> bool:
    """Whether a button opens a page, by its custom id."""
    return custom_id.startswith(_OPEN)


def origin_of(interaction: Interaction) -> str:
    """Return from where people came to what is shown in response: a page, or a command with its slash."""
    origin = interaction.extras.get(_ORIGIN)
    if isinstance(origin, str):
        return origin
    return f"/{interaction.command.qualified_name}" if interaction.command is not None else ""


def note_origin(interaction: Interaction, origin: str) -> None:
    """Note from where people come to what is shown in response to this interaction."""
    interaction.extras[_ORIGIN] = origin


def place_of(origin: str, access: AccessCheck) -> Place | None:
    """Return the page that what is about one server leads to; None for what is about several."""
    if not isinstance(access.where, Target):
        return None
    group, _space, name = origin.removeprefix("/").partition(" ")
    said = name if group == "server" else group
    page = _OTHERWISE_NAMED.get(said, said)
    known = page if page in PAGE_WORDS else "status"
    return Place(known, access.where.panel_id, access.where.server.uuid)


def written(origin: str, access: AccessCheck) -> str:
    """Write where a message leads, as the end of a custom id; empty where that isn't known, or too long."""
    place = place_of(origin, access)
    tail = place.tail if place is not None else origin if origin.startswith("/") else ""
    return f";{tail};" if tail and len(tail) <= _ROOM else ""


def again(origin: str) -> str:
    """Say what to run again; Discord makes the command one that can be tapped."""
    if not origin.startswith("/"):
        return _("Run the command again.")
    return _("Run `{command}` again.", command=origin)


def read(custom_id: str) -> tuple[Place | None, str]:
    """Read what `written` wrote: a page or a command; None and an empty text where there is neither."""
    tail = custom_id.partition(";")[2].partition(";")[0]
    if (match := _WRITTEN_SHORT.fullmatch(tail)) is not None:
        uuid = UUID(bytes=urlsafe_b64decode(f"{match['uuid']}=="))
        return replace(Place.named_by(match), uuid=str(uuid)), ""
    if (match := _WRITTEN.fullmatch(tail)) is not None:  # as earlier releases wrote it
        return Place.named_by(match), ""
    return None, tail if _WRITTEN_COMMAND.fullmatch(tail) else ""
