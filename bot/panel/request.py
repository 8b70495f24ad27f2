"""A request as a value: what to send, and how to parse the response."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter

from bot.core.errors import BadInput
from bot.core.i18n import N_
from bot.panel.models.base import Item, ItemList
from bot.panel.models.entries import Entries

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_NODE_PATHS = ("/files/", "/power", "/command", "/resources", "/backups", "/execute", "/reinstall")


@dataclass(frozen=True)
class Request(Generic[T_co]):
    """One call of the panel's client API.

    `path` is a template below `/api/client`; `ids` fill it. `parse` reads the body of a success (`status`);
    without it, success is an empty 204. `media`: the only content type that the body of a raw answer may
    have. `own_limiter`: the panel counts it with a limiter of its own, so its `X-RateLimit-*` headers say
    nothing about the account's budget. `finish` completes the result of `parse` in steps where it would block
    the event loop.
    """

    method: str
    path: str
    ids: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[bytes], T_co] | None = None
    status: int = 200
    media: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    raw: bytes | None = field(default=None, repr=False)
    slow: bool = False
    own_limiter: bool = False
    finish: Callable[[Any], Awaitable[T_co]] | None = field(default=None, compare=False)

    @property
    def safe(self) -> bool:
        """Whether sending it twice changes nothing."""
        return self.method == "GET"

    @property
    def of_server(self) -> bool:
        """Whether it concerns one server, so that its failure proves nothing about the panel."""
        return "server" in self.ids

    @property
    def involves_node(self) -> bool:
        """Whether the panel may have to query the server's node for it."""
        return any(part in self.path for part in _NODE_PATHS)

    @property
    def target(self) -> str:
        """Path and query, percent-encoded once."""
        path = "/api/client" + self.path.format_map({k: quote(v, safe="") for k, v in self.ids.items()})
        return f"{path}?{urlencode(self.params, quote_via=quote)}" if self.params else path


def server_ids(uuid: str, **more: str) -> dict[str, str]:
    """Return the ids of a request about a server: always the 36-character uuid.

    The 8-character id is refused: with it the panel trims the names of files
    (docs/reference/panel-api.md#input-normalisation).
    """
    return {"server": checked_uuid(uuid, "server"), **more}


def checked_uuid(uuid: str, noun: str) -> str:
    """Return the uuid if it is valid, else raise BadInput."""
    if not _UUID.fullmatch(uuid):
        raise BadInput(
            N_("That is not the full id of a {noun}.", noun=noun), detail=f"not a uuid: {uuid!r:.80}"
        )
    return uuid


def item(model: type[T]) -> Callable[[bytes], T]:
    """Return a parser for the envelope of one object."""
    read = TypeAdapter(Item[model]).validate_json  # type: ignore[valid-type] # a model chosen at run time
    return lambda body: read(body).attributes


def items(model: type[T]) -> Callable[[bytes], Entries[T]]:
    """Return a parser for the envelope of a complete list."""
    read = TypeAdapter(ItemList[model]).validate_json  # type: ignore[valid-type] # a model chosen at run time
    return lambda body: read(body).data


def nothing(body: bytes) -> None:
    """Parse `[]`, the body of a 202."""
    if body.strip() not in {b"[]", b""}:
        raise ValueError("a body where none was expected")
