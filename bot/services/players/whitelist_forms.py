"""Which servers take whitelist requests, and where these are posted."""

from dataclasses import dataclass
from functools import partial

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.game_commands import moderation_of
from bot.domain.levels import in_scope
from bot.domain.moderation import PlayerAction
from bot.domain.target import Target
from bot.domain.whitelist import MOST_SERVERS, WhitelistForm
from bot.services.access import Authorizer, CachedRows, Permit
from bot.services.audit import Audit
from bot.services.servers import ConsoleService, ServerDirectory
from bot.storage import Store
from bot.storage.repositories import whitelist


@dataclass(frozen=True, slots=True)
class WhitelistNeeds:
    """What whitelist requests depend on."""

    store: Store
    access: Authorizer
    directory: ServerDirectory
    console: ConsoleService
    audit: Audit
    clock: Clock


class WhitelistForms:
    """Turns requests on and off for a server."""

    def __init__(self, needs: WhitelistNeeds) -> None:
        self._access = needs.access
        self._directory = needs.directory
        self._audit = needs.audit
        self._clock = needs.clock
        self._forms: CachedRows[int, tuple[WhitelistForm, ...]] = CachedRows(needs.store, whitelist.forms_of)

    async def of(self, permit: Permit) -> WhitelistForm | None:
        """Return the form of a server; None where it takes no requests."""
        forms = await self._forms.get(permit.actor.guild_id or 0)
        return next((form for form in forms if form.key == permit.key), None)

    async def of_panel(self, guild_id: int, panel_id: str) -> list[tuple[WhitelistForm, Target]]:
        """Return the forms of the servers of a panel that the guild may see now, from memory."""
        forms = await self._forms.get(guild_id)
        scope = self._access.scope(guild_id, panel_id)
        targets = {target.key: target for target in self._directory.cached(panel_id)}
        return [
            (form, target)
            for form in forms
            if (target := targets.get(form.key)) is not None
            and in_scope(scope, target.server.identifier, target.server.uuid)
        ]

    async def take_requests(self, permit: Permit, channel_id: int) -> None:
        """Take requests for a server from now on, posted in the channel. Raises BadInput."""
        moderation_of(permit.server).check(PlayerAction.ALLOW)
        actor, guild_id = permit.actor, permit.actor.guild_id or 0
        others = [form for form, _target in await self.of_panel(guild_id, permit.panel_id)]
        if len(others) >= MOST_SERVERS and await self.of(permit) is None:
            raise BadInput(
                _("{most} servers take requests already, which is the most.", most=MOST_SERVERS),
                next_step=_("Turn it off for another one first."),
            )
        form = WhitelistForm(
            guild_id,
            permit.panel_id,
            permit.uuid,
            permit.server.name,
            channel_id,
            actor.user_id,
            self._clock.now(),
        )
        async with self._audit.act(permit, "whitelist.requests", {"on": True, "channel_id": channel_id}):
            await self._forms.change(guild_id, partial(whitelist.put_form, form=form))

    async def take_none(self, permit: Permit) -> None:
        """Take no requests for a server any more; those that wait can still be decided."""
        form = await self.of(permit)
        async with self._audit.act(permit, "whitelist.requests", {"on": False}):
            if form is not None:
                await self._forms.change(form.guild_id, partial(whitelist.remove_form, form=form))
