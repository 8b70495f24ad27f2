"""Configuration of a panel client, and the two lanes of its requests."""

from dataclasses import dataclass, field
from enum import Enum
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from yarl import URL


class Lane(Enum):
    """Who a request is for. Background work stops while only the people's reserve of the budget is left.

    URGENT is what an alert waits for, such as who stopped a server or how old its backup is: it may use half
    of that reserve.
    """

    INTERACTIVE = "interactive"
    URGENT = "urgent"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class PanelConfig:
    """One panel and the key of one of its accounts.

    `node_hosts`: when given, downloads, uploads and sockets go to these hosts (`host` or `host:port`) and
    nowhere else. `lists_all`: lists are of all the panel's servers, which only administrators get.
    `zone`: in which the panel has the times of schedules; None when that isn't known.
    `timeout_s` covers the body and must stay over 20 s, or the panel's own answer about a
    node that is down (after 15 s) never arrives.
    """

    url: str
    key: SecretStr
    id: str = "main"
    node_hosts: tuple[str, ...] = ()
    lists_all: bool = False
    zone: ZoneInfo | None = None
    timeout_s: float = 25.0
    archive_timeout_s: float = 900.0
    transfer_timeout_s: float = 900.0
    concurrency: int = 24
    max_body_bytes: int = 32 * 1024 * 1024
    base: URL = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        base = URL(self.url.rstrip("/"))
        if base.scheme not in {"http", "https"} or not base.host or base.user is not None:
            raise ValueError("a panel's URL looks like https://panel.example.com")
        object.__setattr__(self, "base", base.with_query(None).with_fragment(None))

    @property
    def origin(self) -> str:
        """The `Origin` header of a websocket: scheme, host and port, as the node has it configured."""
        return str(self.base.origin())


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """One node's own address and token, given by the node's operator. `timeout_s` covers the body."""

    name: str
    url: str
    token: SecretStr
    timeout_s: float = 10.0
    max_body_bytes: int = 32 * 1024 * 1024
