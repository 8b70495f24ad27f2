"""People's own panel keys: with one, what they do runs as themselves on the panel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.actions.remembered import Remembered
from bot.domain.panel_keys import MemberKey
from bot.panel import PanelClient
from bot.store import Store, member_keys
from bot.store.errors import VaultKeyMissing
from bot.store.vault import Vault

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_Whose = tuple[str, int]
_HINT = (
    "It was your own panel key that was used: link another one with `/quetzal link`, or go back to "
    "Quetzal's with `/quetzal unlink`."
)


class MemberKeys:
    """Keeps keys sealed in the store, and opened in memory while the bot runs."""

    def __init__(self, store: Store, vault: Vault | None, panels: Mapping[str, PanelClient]) -> None:
        """`vault` is None when the settings hold no encryption key: then there are no keys to keep."""
        self._store = store
        self._vault = vault
        self._panels = panels
        self._keys: Remembered[_Whose, SecretStr | None] = Remembered(store, self._read)

    async def client(self, panel_id: str, user_id: int) -> PanelClient:
        """Give a panel as this person: with their own key when there is one, else with the bot's."""
        panel = self._panels[panel_id]
        key = await self._keys.get((panel_id, user_id)) if self._vault else None
        return panel if key is None else panel.with_key(key, hint=_HINT)

    async def linked(self, user_id: int) -> tuple[MemberKey, ...]:
        """List what a person has linked, by fingerprint."""
        async with self._store.read() as conn:
            return await member_keys.of_person(conn, user_id)

    def vault(self) -> Vault:
        """Give the vault; raises VaultKeyMissing when the settings hold no encryption key."""
        if self._vault is None:
            raise VaultKeyMissing
        return self._vault

    async def put(self, panel_id: str, user_id: int, key: SecretStr, now: "datetime") -> None:
        """Keep a key, in place of the one before."""
        vault, before = self.vault(), await self._keys.get((panel_id, user_id))
        await self._keys.change(
            (panel_id, user_id),
            lambda conn: member_keys.put(conn, vault, panel_id=panel_id, user_id=user_id, key=key, now=now),
        )
        if before is not None and before != key:
            await self._panels[panel_id].forget(before)

    async def remove(self, panel_id: str, user_id: int) -> bool:
        """Forget a key, here and in the store; False when there was none."""
        before = await self._keys.get((panel_id, user_id)) if self._vault else None
        removed = await self._keys.change(
            (panel_id, user_id),
            lambda conn: member_keys.remove(conn, panel_id=panel_id, user_id=user_id),
        )
        if before is not None:
            await self._panels[panel_id].forget(before)
        return removed

    async def _read(self, conn: "AsyncConnection", whose: _Whose) -> SecretStr | None:
        panel_id, user_id = whose
        return await member_keys.get(conn, self.vault(), panel_id=panel_id, user_id=user_id)
