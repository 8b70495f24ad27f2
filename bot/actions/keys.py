"""People's own panel keys: with one, what they do runs as themselves on the panel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.actions.remembered import Remembered
from bot.panel import PanelClient
from bot.store import Store, member_keys
from bot.store.vault import Vault

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_Whose = tuple[str, int]


class MemberKeys:
    """Keeps keys sealed in the store, and opened in memory while the bot runs."""

    def __init__(self, store: Store, vault: Vault | None, panels: Mapping[str, PanelClient]) -> None:
        """`vault` is None when the settings hold no encryption key: then there are no keys to keep."""
        self._vault = vault
        self._panels = panels
        self._keys: Remembered[_Whose, SecretStr | None] = Remembered(store, self._read)

    async def client(self, panel_id: str, user_id: int) -> PanelClient:
        """Give a panel as this person: with their own key when there is one, else with the bot's."""
        panel = self._panels[panel_id]
        key = await self._keys.get((panel_id, user_id)) if self._vault else None
        return panel if key is None else panel.with_key(key)

    async def _read(self, conn: "AsyncConnection", whose: _Whose) -> SecretStr | None:
        panel_id, user_id = whose
        if self._vault is None:
            return None
        return await member_keys.get(conn, self._vault, panel_id=panel_id, user_id=user_id)
