"""Links and unlinks people's own panel keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.levels import Actor
from bot.domain.member_keys import MemberKey, account_key
from bot.panel import PanelClient
from bot.panel.models import Account
from bot.services.access.member_keys import MemberKeys
from bot.services.audit import Audit, Site
from bot.storage.encryption import SecretBox

_HINT = N_("Nothing was saved. Create a key in the panel (Account, API Credentials) and link that one.")


@dataclass(frozen=True, slots=True)
class LinkedKey:
    """A linked key: its account on the panel, and its fingerprint."""

    panel_id: str
    account: Account
    fingerprint: str


class MemberKeyLinking:
    """Links keys: each is tried on the panel before it is stored, and never shown afterwards."""

    def __init__(
        self, panels: Mapping[str, PanelClient], keys: MemberKeys, audit: Audit, clock: Clock
    ) -> None:
        self._panels = panels
        self._keys = keys
        self._audit = audit
        self._clock = clock

    def possible(self) -> None:
        """Raise VaultKeyMissing when keys can't be stored, before somebody types one."""
        self._keys.vault()

    async def link(self, actor: Actor, panel_id: str, typed: str) -> LinkedKey:
        """Check a key and store it. Raises BadInput, KeyRefused and its subclasses, VaultKeyMissing."""
        self.possible()
        key = account_key(typed)
        panel = self._panels[panel_id]
        account = await panel.with_key(key, hint=_(_HINT)).account.view()
        fingerprint = SecretBox.fingerprint(key)
        facts = {"fingerprint": fingerprint, "account": account.username}
        async with self._audit.act(actor, "key.link", facts, site=Site(panel_id)):
            await self._keys.put(panel_id, actor.user_id, key, self._clock.now())
        return LinkedKey(panel_id, account, fingerprint)

    async def linked(self, actor: Actor) -> tuple[MemberKey, ...]:
        """List the keys that this person has linked."""
        return await self._keys.linked(actor.user_id)

    async def unlink(self, actor: Actor, panel_id: str) -> None:
        """Delete the key at once. Raises BadInput when none is linked."""
        known = next((key for key in await self.linked(actor) if key.panel_id == panel_id), None)
        if known is None:
            raise BadInput(_("You have no key linked."), next_step=_("Link one with `/quetzal link`."))
        facts = {"fingerprint": known.fingerprint}
        async with self._audit.act(actor, "key.unlink", facts, site=Site(panel_id)):
            await self._keys.remove(panel_id, actor.user_id)
