"""People's own panel keys: with one, their actions run under their own panel account."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.core.i18n import N_, _
from bot.domain.member_keys import MemberKey
from bot.panel import PanelClient
from bot.services.access.cached_rows import CachedRows
from bot.storage import Store
from bot.storage.encryption import SecretBox
from bot.storage.errors import VaultKeyMissing
from bot.storage.repositories import member_keys

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_Whose = tuple[str, int]
_HINT = N_(
    "It was your own panel key that was used: link another one with `/quetzal link`, or go back to "
    "Quetzal's with `/quetzal unlink`."
)


class MemberKeys:
    """Keeps keys encrypted in the store, and decrypted in memory while the bot runs."""

    def __init__(self, store: Store, vault: SecretBox | None, panels: Mapping[str, PanelClient]) -> None:
        """`vault` is None when the settings hold no encryption key: then keys can't be linked."""
        self._store = store
        self._vault = vault
        self._panels = panels
        self._keys: CachedRows[_Whose, SecretStr | None] = CachedRows(store, self._read)
        # Holding these clients keeps what belongs to a key (budget, caches) alive.
        self._clients: dict[_Whose, tuple[SecretStr, PanelClient]] = {}

    async def client(self, panel_id: str, user_id: int) -> PanelClient:
        """Return a panel's client with this person's own key if there is one, else with the bot's."""
        panel, whose = self._panels[panel_id], (panel_id, user_id)
        key = await self._keys.get(whose) if self._vault else None
        if key is None:
            self._clients.pop(whose, None)
            return panel
        known = self._clients.get(whose)
        if known is None or known[0] != key:
            known = self._clients[whose] = (key, panel.with_key(key, hint=_(_HINT)))
        return known[1]

    def own(self, panel_id: str) -> PanelClient:
        """Return a panel's client with the bot's key, which is the guild's."""
        return self._panels[panel_id]

    async def linked(self, user_id: int) -> tuple[MemberKey, ...]:
        """List the keys that a person has linked, by fingerprint."""
        async with self._store.read() as conn:
            return await member_keys.of_person(conn, user_id)

    def vault(self) -> SecretBox:
        """Return the vault; raises VaultKeyMissing when the settings hold no encryption key."""
        if self._vault is None:
            raise VaultKeyMissing
        return self._vault

    async def put(self, panel_id: str, user_id: int, key: SecretStr, now: "datetime") -> None:
        """Store a key, replacing the previous one; requests under way with that one finish."""
        vault = self.vault()
        await self._keys.change(
            (panel_id, user_id),
            lambda conn: member_keys.put(conn, vault, panel_id=panel_id, user_id=user_id, key=key, now=now),
        )
        self._clients.pop((panel_id, user_id), None)

    async def remove(self, panel_id: str, user_id: int) -> bool:
        """Delete a key; False when there was none. Requests under way with it finish."""
        removed = await self._keys.change(
            (panel_id, user_id),
            lambda conn: member_keys.remove(conn, panel_id=panel_id, user_id=user_id),
        )
        self._clients.pop((panel_id, user_id), None)
        return removed

    async def _read(self, conn: "AsyncConnection", whose: _Whose) -> SecretStr | None:
        panel_id, user_id = whose
        return await member_keys.get(conn, self.vault(), panel_id=panel_id, user_id=user_id)
