"""Whitelist requests: anybody asks, whoever may change the whitelist decides, exactly once."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.core.errors import Missing, QuetzalError
from bot.core.i18n import N_, _
from bot.core.nonce import new_nonce
from bot.core.stored_text import stored
from bot.domain.audit import Facts, Outcome
from bot.domain.game_commands import moderation_of
from bot.domain.levels import Actor
from bot.domain.moderation import PlayerAction, answers
from bot.domain.target import Target
from bot.domain.whitelist import (
    DECIDERS,
    KEPT,
    RequestState,
    WhitelistForm,
    WhitelistRequest,
    about_listing,
    check_may_ask,
    is_listed_now,
)
from bot.services.access import CachedRows, OneServer, Permit
from bot.services.audit import Site
from bot.services.players.errors import AlreadyDecided, NoSuchRequest, TakesNoRequests
from bot.services.players.service import Begins
from bot.services.players.whitelist_forms import WhitelistForms, WhitelistNeeds
from bot.services.servers import ConsoleOutcome
from bot.storage.repositories import whitelist

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_DAY = timedelta(days=1)
_INTERRUPTED = N_(
    "Quetzal was stopped while it was approved: the command may or may not have been sent. Approving "
    "again does no harm."
)
_UNANSWERED = N_("The command may or may not have arrived. Approving again does no harm.")
_NOTHING_PRINTED = N_("The game printed no answer, so check with `/players whitelist list`.")
_SAID_NO = N_("The game didn't do it.")
_BROKE_OFF = N_("Something failed inside Quetzal while it was approved. Approving again does no harm.")


@dataclass(frozen=True, slots=True)
class Approval:
    """What was sent to the console, and what came of it."""

    line: str
    outcome: ConsoleOutcome


class WhitelistService:
    """Takes requests and decides them. `news` is set when a request's message may have changed."""

    def __init__(self, needs: WhitelistNeeds) -> None:
        self._needs = needs
        self._store = needs.store
        self._audit = needs.audit
        self._clock = needs.clock
        self.forms = WhitelistForms(needs)
        self._undecided: CachedRows[int, tuple[WhitelistRequest, ...]] = CachedRows(
            needs.store, whitelist.undecided
        )
        self._under_way: set[int] = set()
        self.news = asyncio.Event()

    # --- asking ---

    async def ask(self, actor: Actor, form: WhitelistForm, player: str, sentence: str, locale: str) -> str:
        """Store a request, which is posted soon, and return the server's name.

        Raises TakesNoRequests, BadInput.
        """
        now, guild_id = self._clock.now(), actor.guild_id or 0
        offered = await self.forms.of_panel(guild_id, form.panel_id)
        chosen = [pair for pair in offered if pair[0].key == form.key]
        if not chosen:
            raise TakesNoRequests
        ((form, target),) = chosen
        moderation_of(target.server).line(PlayerAction.ALLOW, player, "")
        request = WhitelistRequest(
            0,
            guild_id,
            form.panel_id,
            form.server_uuid,
            target.server.name,
            actor.user_id,
            locale,
            player.strip(),
            sentence.strip(),
            now,
            form.channel_id,
            new_nonce(),
        )

        async def create(conn: "AsyncConnection") -> None:
            asked_at = await whitelist.asked_at(conn, guild_id, actor.user_id, now - _DAY)
            check_may_ask(request, await whitelist.undecided(conn, guild_id), asked_at)
            await whitelist.create(conn, request)

        site = Site(form.panel_id, form.server_uuid)
        async with self._audit.act(actor, "whitelist.request", {"player": request.player}, site=site):
            await self._undecided.change(guild_id, create)
        self.news.set()
        return target.server.name

    # --- deciding ---

    async def get(self, request_id: int, guild_id: int | None) -> WhitelistRequest:
        """Return a request of a guild, one that waits from memory; raises NoSuchRequest."""
        undecided = await self._undecided.get(guild_id or 0)
        request = next((request for request in undecided if request.id == request_id), None)
        if request is None:
            async with self._store.read() as conn:
                request = await whitelist.get(conn, request_id)
        if request is None or request.guild_id != guild_id:
            raise NoSuchRequest
        return request

    async def approve(self, actor: Actor, request_id: int, begins: Begins) -> Approval:
        """Put the player on the whitelist. Raises AccessDenied, NoSuchRequest, AlreadyDecided, PanelError.

        A request whose command failed, or was refused by the game, stays open and says why.
        """
        request = await self.get(request_id, actor.guild_id)
        target = await self.target(request)
        permit = await self._needs.access.require(actor, target, DECIDERS)
        line = moderation_of(target.server).line(PlayerAction.ALLOW, request.player, "")
        facts: Facts = {"player": request.player, "for": request.user_id}
        async with self._audit.act(permit, "whitelist.approve", facts) as act:
            with self._alone(request_id):
                await self._claim(request, actor)
                outcome = await self._send(permit, request, line, begins)
                act.outcome, values = _settled(request.player, line, outcome)
                await self._move(request, RequestState.DECIDING, values)
        return Approval(line, outcome)

    async def refuse(self, actor: Actor, request_id: int, reason: str) -> WhitelistRequest:
        """Refuse a request. Raises AccessDenied, NoSuchRequest, AlreadyDecided."""
        request = await self.get(request_id, actor.guild_id)
        rights = await self._needs.access.rights(actor)
        rights.check(OneServer(*request.key), DECIDERS)
        facts: Facts = {"player": request.player, "for": request.user_id}
        async with self._audit.act(actor, "whitelist.refuse", facts, site=Site(*request.key)):
            values = self._decided(actor, RequestState.REFUSED) | {"reason": reason.strip(), "note": ""}
            if not await self._move(request, RequestState.OPEN, values):
                raise AlreadyDecided
        return await self.get(request_id, actor.guild_id)

    # --- their messages ---

    async def to_show(self) -> Sequence[WhitelistRequest]:
        """List the requests whose message may change, after opening again what was interrupted."""
        async with self._store.read() as conn:
            shown = await whitelist.to_show(conn)
        stuck = [
            request
            for request in shown
            if request.state is RequestState.DECIDING and request.id not in self._under_way
        ]
        if not stuck:
            return shown
        for request in stuck:
            await self._release(request, stored(_INTERRUPTED))
        async with self._store.read() as conn:
            return await whitelist.to_show(conn)

    async def prune(self) -> None:
        """Delete requests that were decided long ago."""
        await self._store.write(partial(whitelist.prune, before=self._clock.now() - KEPT))

    async def note(self, request: WhitelistRequest, values: Mapping[str, object]) -> WhitelistRequest:
        """Store what is known of a request's messages, by the names of its fields; return it so."""
        change = partial(whitelist.note, request_id=request.id, values=values)
        await self._undecided.change(request.guild_id, change)
        return replace(request, **values)  # type: ignore[arg-type]  # by name

    async def target(self, request: WhitelistRequest) -> Target:
        """Return the server of a request; raises Missing."""
        target = await self._needs.directory.find(*request.key)
        if target is None:
            raise Missing(
                _("That server is no longer on its panel."), next_step=_("Refuse the request instead.")
            )
        return target

    @contextmanager
    def _alone(self, request_id: int) -> Iterator[None]:
        """Mark a request as being approved, so that it isn't taken for interrupted. Raises AlreadyDecided."""
        if request_id in self._under_way:
            raise AlreadyDecided
        self._under_way.add(request_id)
        try:
            yield
        finally:
            self._under_way.discard(request_id)
            self.news.set()

    async def _claim(self, request: WhitelistRequest, actor: Actor) -> None:
        """Decide alone from here on."""
        values = self._decided(actor, RequestState.DECIDING)
        if not await self._move(request, RequestState.OPEN, values):
            raise AlreadyDecided

    async def _send(
        self, permit: Permit, request: WhitelistRequest, line: str, begins: Begins
    ) -> ConsoleOutcome:
        try:
            return await self._needs.console.send(permit, line, begins)
        except QuetzalError as error:
            await self._release(request, stored(error.to_store("happened")))
            raise
        except Exception:
            with suppress(QuetzalError):  # the defect matters more
                await self._release(request, stored(_BROKE_OFF))
            raise

    async def _release(self, request: WhitelistRequest, note: str) -> None:
        await self._move(request, RequestState.DECIDING, _reopened(note))

    async def _move(
        self, request: WhitelistRequest, before: RequestState, values: Mapping[str, object]
    ) -> bool:
        change = partial(whitelist.move, request_id=request.id, before=before, values=values)
        is_changed = await self._undecided.change(request.guild_id, change)
        self.news.set()
        return is_changed

    def _decided(self, actor: Actor, state: RequestState) -> dict[str, object]:
        return {"state": state, "decided_by": actor.user_id, "decided_at": self._clock.now()}


def _settled(player: str, line: str, outcome: ConsoleOutcome) -> tuple[Outcome, dict[str, object]]:
    """Return how the act ended, and what becomes of its request, as fields."""
    if outcome.unanswered is not None:
        note = stored(outcome.unanswered.to_store("happened"), _UNANSWERED)
        return Outcome.UNKNOWN, _reopened(note)
    printed = about_listing(answers(outcome.lines, line), player)
    if not is_listed_now(printed):
        return Outcome.FAILED, _reopened(stored(_SAID_NO))
    note = "" if printed else stored(_NOTHING_PRINTED)
    return Outcome.DONE, {"state": RequestState.APPROVED, "note": note}


def _reopened(note: str) -> dict[str, object]:
    return {"state": RequestState.OPEN, "decided_by": None, "decided_at": None, "note": note}
