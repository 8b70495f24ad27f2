"""The client of one panel: resource groups over one transport."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from pydantic import SecretStr
from typing_extensions import override

from bot.panel.account import AccountInfo
from bot.panel.account_session import AccountSession, Caches
from bot.panel.activity import ActivityLog
from bot.panel.address_guard import AddressGuard
from bot.panel.backups import Backups
from bot.panel.breaker import Breaker, Health
from bot.panel.budget import Budget, BudgetView, Sleep
from bot.panel.config import Lane, PanelConfig
from bot.panel.databases import Databases
from bot.panel.errors import PanelError
from bot.panel.files import Files, Split
from bot.panel.known_secrets import KnownSecrets
from bot.panel.network import Network
from bot.panel.node import NodeLink
from bot.panel.player_counter import PlayerCounter
from bot.panel.schedules import Schedules
from bot.panel.servers import Servers
from bot.panel.socket_hub import SocketHub
from bot.panel.sockets import Sockets, Tokens, TokenSource
from bot.panel.startup import StartupVariables
from bot.panel.subusers import Subusers
from bot.panel.transport import Caller, OnDate, Transport, ignore_date

_KIND_KEPT_S = 3_600.0


class Panel:
    """What all clients of one panel share: connections, breaker, and clock."""

    def __init__(
        self,
        config: PanelConfig,
        monotonic: Callable[[], float],
        sleep: Sleep,
        on_date: OnDate = ignore_date,
        split: Split | None = None,
    ) -> None:
        self.split = split
        self.config = config
        self.monotonic = monotonic
        self.sleep = sleep
        self.breaker = Breaker(config.id, monotonic)
        self.guard = AddressGuard(config.base, config.node_hosts)
        self.transport = Transport(
            config, self.breaker, sleep=sleep, on_connect=self.guard.panel_socket, on_date=on_date
        )
        self.node = NodeLink(config, self.guard)
        self.secrets = KnownSecrets()
        self.is_pelican: bool | None = None
        self.kind_asked_at = 0.0
        self._holders: WeakValueDictionary[SecretStr, KeyHolder] = WeakValueDictionary()

    def holder(self, key: SecretStr) -> "KeyHolder":
        """Return the holder of a key, shared by all who use the key at this time.

        It lives as long as a client with the key does, so a replaced or wrong key is dropped once its
        requests have ended.
        """
        holder = self._holders.get(key)
        if holder is None:
            holder = self._holders[key] = KeyHolder(self, key)
        return holder

    @property
    def keys_in_use(self) -> int:
        """How many keys are in use, including the panel's own."""
        return len(self._holders)

    async def open(self) -> None:
        """Create the sessions without sending anything."""
        await self.transport.open()
        await self.node.open()

    async def close(self) -> None:
        """Close everything that was opened."""
        for holder in [*self._holders.values()]:
            await holder.hub.close()
            await holder.caches.close()
        await self.node.close()
        await self.transport.close()


class KeyHolder:
    """What belongs to one key: its budget, caches, tokens and live connections."""

    def __init__(self, panel: Panel, key: SecretStr) -> None:
        self.key = key
        self.budget = Budget(panel.monotonic, panel.sleep)
        self.caches = Caches(panel.transport)
        self.tokens = Tokens()
        sources = {
            lane: TokenSource(
                AccountSession(panel.transport, panel.node, self.caches, Caller(key, self.budget, lane)),
                self.tokens,
                panel.monotonic,
            )
            for lane in Lane
        }
        budget = self.budget
        self.hub = SocketHub(
            lambda uuid, fresh, lane: sources[lane].get(uuid, fresh=fresh),
            panel.node,
            lambda: budget.view,
            panel.monotonic,
            panel.sleep,
        )


@dataclass(frozen=True, slots=True)
class Sibling:
    """The differences between clients of one panel."""

    panel: Panel
    holder: KeyHolder
    lane: Lane
    hint: str | None = None


class PanelClient:
    """A client of one panel with one account's key.

    `on_date` is given the `Date` header of every answer. `split` cuts long listings aside.

    `on(lane)` and `with_key(key)` give siblings on the same connections; only the first is opened and closed.
    """

    def __init__(  # noqa: PLR0913 - where the panel is, and its dependencies
        self,
        config: PanelConfig,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        sleep: Sleep = asyncio.sleep,
        on_date: OnDate = ignore_date,
        split: Split | None = None,
        sibling: Sibling | None = None,
    ) -> None:
        if sibling is None:
            panel = Panel(config, monotonic, sleep, on_date, split)
            sibling = Sibling(panel, panel.holder(config.key), Lane.INTERACTIVE)
        self._sibling = sibling
        panel, holder, lane = sibling.panel, sibling.holder, sibling.lane
        caller = Caller(holder.key, holder.budget, lane, sibling.hint)
        channel = AccountSession(panel.transport, panel.node, holder.caches, caller)
        self.servers = Servers(channel, panel.secrets, lists_all=panel.config.lists_all)
        self.activity = ActivityLog(channel)
        self.files = Files(channel, panel.split)
        self.backups = Backups(channel)
        self.databases = Databases(channel, panel.secrets)
        self.network = Network(channel)
        self.player_counter = PlayerCounter(channel)
        self.schedules = Schedules(channel)
        self.startup = StartupVariables(channel)
        self.subusers = Subusers(channel)
        self.account = AccountInfo(channel)
        self.sockets = Sockets(channel, holder.hub, holder.tokens, panel.monotonic, panel.sleep)

    @override
    def __repr__(self) -> str:
        return f"<PanelClient {self.config.id} {self.config.base} {self._sibling.lane.value}>"

    @property
    def config(self) -> PanelConfig:
        """The panel's configuration."""
        return self._sibling.panel.config

    async def is_pelican(self) -> bool:
        """Return whether the panel is Pelican, by its answer: a key keeps its form when a panel is migrated.

        It is asked again after an hour, since a panel can be migrated while Quetzal runs. While it can't be
        asked, the last answer or the key's form has to do: what people want doesn't fail for this.
        """
        panel = self._sibling.panel
        if panel.is_pelican is None or panel.monotonic() - panel.kind_asked_at > _KIND_KEPT_S:
            try:
                account = await self.account.view()
            except PanelError:
                by_key = self._sibling.holder.key.get_secret_value().startswith("pacc_")
                return by_key if panel.is_pelican is None else panel.is_pelican
            panel.is_pelican, panel.kind_asked_at = account.is_of_pelican, panel.monotonic()
        return panel.is_pelican

    @property
    def secrets(self) -> KnownSecrets:
        """The secrets that no console line may show, shared by all clients of the panel."""
        return self._sibling.panel.secrets

    @property
    def budget(self) -> BudgetView:
        """What is left of the account's requests in this minute."""
        return self._sibling.holder.budget.view

    @property
    def health(self) -> Health:
        """Whether the panel answers, and since when it does not."""
        return self._sibling.panel.breaker.health

    def on(self, lane: Lane) -> "PanelClient":
        """Return a sibling in this lane: background work leaves a reserve of the budget to people."""
        if lane is self._sibling.lane:
            return self
        return PanelClient(self.config, sibling=replace(self._sibling, lane=lane))

    def with_key(self, key: SecretStr, *, hint: str | None = None) -> "PanelClient":
        """Return a sibling with another key: it has its own budget and caches, and the same connections.

        Budget and caches are kept as long as there is a client with the key.

        `hint` is the next step shown when the panel doesn't accept the key.
        """
        holder = self._sibling.panel.holder(key)
        return PanelClient(self.config, sibling=replace(self._sibling, holder=holder, hint=hint))

    @property
    def keys_in_use(self) -> int:
        """How many keys of the panel are in use now, including its own."""
        return self._sibling.panel.keys_in_use

    async def peers(self, host: str, port: int) -> tuple[str, ...]:
        """Look up the addresses of a host that the panel named, if they may be connected to.

        AddressForbidden when none may, OSError when the name is not known.
        """
        return await self._sibling.panel.guard.peers(host, port)

    async def open(self) -> None:
        """Create the sessions without sending anything."""
        await self._sibling.panel.open()

    async def close(self) -> None:
        """Close all connections of the panel, those of siblings too."""
        await self._sibling.panel.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
