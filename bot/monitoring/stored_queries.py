"""Stores how each game of a panel is asked for its players, so that a restart of the bot needs no search."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayerQuery
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import player_queries

log = logging.getLogger(__name__)

_STORED_EVERY = timedelta(minutes=5)
"""How old the stored time of the last answer may be."""


class StoredQueries:
    """What is stored of one panel's games, and which of them may have changed since."""

    def __init__(self, store: Store, panel_id: str) -> None:
        self._store = store
        self._panel_id = panel_id
        self._stored: dict[str, PlayerQuery] = {}
        self._unsaved: set[str] = set()

    async def load(self) -> Mapping[str, PlayerQuery]:
        """Read how each server was asked last, by its UUID.

        Raises:
            StoreError: The database can't be read.
        """
        async with self._store.read() as conn:
            self._stored = await player_queries.of(conn, self._panel_id)
        return self._stored

    def note(self, uuid: str) -> None:
        """Note that a server may be asked in another way, or has answered again."""
        self._unsaved.add(uuid)

    def store_again(self, uuid: str) -> None:
        """Write the row of a server next time, whether or not it differs from what was stored last."""
        self._stored.pop(uuid, None)
        self._unsaved.add(uuid)

    def forget(self, uuids: Collection[str]) -> None:
        """Note that servers don't exist any more."""
        self._unsaved |= self._stored.keys() & set(uuids)

    async def save(self, current: Callable[[ServerKey], PlayerQuery | None]) -> None:
        """Store what has changed; what can't be stored now is tried again next time."""
        changed: dict[ServerKey, PlayerQuery | None] = {}
        for uuid in self._unsaved:
            key = ServerKey(self._panel_id, uuid)
            query = current(key)
            if _is_news(query, self._stored.get(uuid)):
                changed[key] = query
        self._unsaved.clear()
        if not changed:
            return
        try:
            await self._store.write(lambda conn: player_queries.put(conn, changed))
        except StoreError as error:
            log.debug("how games are asked cannot be stored: %s", error)
            self._unsaved |= {key.uuid for key in changed}
            return
        for key, query in changed.items():
            if query is None:
                self._stored.pop(key.uuid, None)
            else:
                self._stored[key.uuid] = query


def _is_news(query: PlayerQuery | None, stored: PlayerQuery | None) -> bool:
    if query is None or stored is None:
        return query is not stored
    if replace(query, answered_at=None) != replace(stored, answered_at=None):
        return True
    if query.answered_at is None or stored.answered_at is None:
        return query.answered_at is not stored.answered_at
    return abs(query.answered_at - stored.answered_at) >= _STORED_EVERY
