"""Who did what: written down before it is done, settled when it is known how it ended."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.actions.access import Permit
from bot.actions.clock import Clock
from bot.domain import audit as domain
from bot.domain.access import Actor
from bot.domain.audit import Facts, Outcome
from bot.errors import QuetzalError
from bot.panel.errors import OutcomeUnknown
from bot.store import Store, audit
from bot.store.errors import StoreError

log = logging.getLogger(__name__)

_TOLD_AT_MOST = 1_000


@dataclass(slots=True)
class Act:
    """An act under way. Whoever does it may say more of it, or set the outcome where no error tells it."""

    what: Facts
    outcome: Outcome | None = None
    """None: done when the block ends, failed when it raises an error of ours."""


class Audit:
    """The book of changes and of looks at secrets. What is written holds no contents and no secrets."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.told: asyncio.Queue[domain.Act] = asyncio.Queue(_TOLD_AT_MOST)
        """What was settled, for whoever posts it; when nobody reads it, the oldest are dropped."""

    async def note(  # noqa: PLR0913 - a row has that many columns
        self,
        who: Permit | Actor,
        action: str,
        what: Facts,
        outcome: Outcome = Outcome.DONE,
        *,
        interaction_id: int | None = None,
        panel_id: str = "",
    ) -> None:
        """Write down what has happened. `panel_id` counts for an Actor: a Permit has its own."""
        row = replace(self._row(who, action, what, interaction_id, panel_id), outcome=outcome)
        await self._store.write(lambda conn: audit.begin(conn, row))
        self._tell(row)

    @asynccontextmanager
    async def act(
        self,
        who: Permit | Actor,
        action: str,
        what: Facts,
        interaction_id: int | None = None,
        *,
        panel_id: str = "",
    ) -> AsyncIterator[Act]:
        """Do something inside: done when it ends, failed on an error of ours, else unknown.

        It is in the store, as unknown, before the block begins; when it cannot be written, nothing is done.
        """
        row = self._row(who, action, what, interaction_id, panel_id)
        act_id = await self._store.write(lambda conn: audit.begin(conn, row))
        act = Act(what)
        try:
            yield act
        except OutcomeUnknown:
            await self._settle(row, act_id, act, Outcome.UNKNOWN)
            raise
        except QuetzalError:
            await self._settle(row, act_id, act, act.outcome or Outcome.FAILED)
            raise
        except BaseException:
            self._tell(row)  # a defect or a cancellation: what the store says of it stays true
            raise
        await self._settle(row, act_id, act, act.outcome or Outcome.DONE)

    def _row(
        self,
        who: Permit | Actor,
        action: str,
        what: Facts,
        interaction_id: int | None,
        panel_id: str,
    ) -> domain.Act:
        actor = who.actor if isinstance(who, Permit) else who
        return domain.Act(
            at=self._clock.now(),
            guild_id=actor.guild_id or 0,
            user_id=actor.user_id,
            panel_id=who.panel_id if isinstance(who, Permit) else panel_id,
            server_uuid=who.uuid if isinstance(who, Permit) else None,
            action=action,
            what=what,
            interaction_id=interaction_id,
        )

    async def _settle(self, row: domain.Act, act_id: int, act: Act, outcome: Outcome) -> None:
        """Write down how it ended; what was done stays done when that fails, and the row says unknown."""
        try:
            await self._store.write(lambda conn: audit.settle(conn, act_id, outcome, act.what))
        except StoreError:
            log.exception("act %d (%s) ended as %s, which could not be kept", act_id, row.action, outcome)
        self._tell(replace(row, what=act.what, outcome=outcome, id=act_id))

    def _tell(self, row: domain.Act) -> None:
        if self.told.full():
            self.told.get_nowait()
        self.told.put_nowait(row)
