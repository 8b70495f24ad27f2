"""The book of acts: written before, settled after, true whatever happens between."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.supervisor import Pulse
from bot.domain.audit import AuditEntry, AuditFilter, Outcome
from bot.domain.levels import Actor
from bot.panel.errors import OutcomeUnknown
from bot.services.audit import Audit, Site
from bot.services.clock_check import ClockCheck
from bot.storage import Store
from bot.storage.errors import StoreClosed
from tests.support.stores import place_store

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
ADA = Actor(7, "Ada", 1, interaction_id=99)


@dataclass
class Book:
    """A store and the audit that writes into it."""

    store: Store
    audit: Audit

    async def rows(self) -> list[AuditEntry]:
        return [*(await self.audit.page(AuditFilter(1))).acts]


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    await place_store(tmp_path)
    store = await Store.open(tmp_path / "quetzal.db", now=NOW)
    yield Book(store, Audit(store, Clock(now=lambda: NOW)))
    await store.close()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome.DONE),
        (BadInput("No."), Outcome.FAILED),
        (OutcomeUnknown(), Outcome.UNKNOWN),
        (ZeroDivisionError(), Outcome.UNKNOWN),
        (asyncio.CancelledError(), Outcome.UNKNOWN),
    ],
    ids=lambda it: type(it).__name__,
)
async def test_an_act_ends_as_its_block_does(
    book: Book, error: BaseException | None, outcome: Outcome
) -> None:
    async def act() -> None:
        async with book.audit.act(ADA, "file.edit", {"path": "/a"}, site=Site("main", "u")):
            (begun,) = await book.rows()
            assert begun.outcome is Outcome.UNKNOWN
            if error is not None:
                raise error

    if error is None:
        await act()
    else:
        with pytest.raises(type(error)):
            await act()
    (row,) = await book.rows()
    assert (row.outcome, row.action, row.facts) == (outcome, "file.edit", {"path": "/a"})
    assert (row.user_id, row.panel_id, row.server_uuid, row.interaction_id) == (7, "main", "u", 99)
    assert book.audit.unposted.get_nowait().outcome is outcome


async def test_who_acts_may_say_more_and_how_it_ended(book: Book) -> None:
    async with book.audit.act(ADA, "server.power", {}) as act:
        act.facts = {"after": "ab12"}
        act.outcome = Outcome.UNKNOWN
    (row,) = await book.rows()
    assert (row.outcome, row.facts) == (Outcome.UNKNOWN, {"after": "ab12"})


async def test_an_act_that_cannot_be_written_is_not_begun(book: Book) -> None:
    await book.store.close()
    with pytest.raises(StoreClosed):
        async with book.audit.act(ADA, "file.edit", {}):
            pytest.fail("it was begun")


async def test_an_act_that_cannot_be_settled_is_logged_and_what_was_done_stands(
    book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        async with book.audit.act(ADA, "file.edit", {}):
            await book.store.close()
    assert "ended as done, which could not be stored" in caplog.text


async def test_reading_a_secret_is_audited_as_done(book: Book) -> None:
    await book.audit.note(ADA, "database.reveal", {"database": "s1_shop"})
    (row,) = await book.rows()
    assert (row.outcome, row.action, row.interaction_id) == (Outcome.DONE, "database.reveal", 99)


async def test_refusals_of_a_guild_fill_no_store(book: Book) -> None:
    for number in range(200):
        await book.audit.refused(Actor(number, "Eve", 1), "/server power", "No.")
    wanted = AuditFilter(1, action="access.refused")
    assert await book.audit.count(wanted) == 60
    newest = (await book.audit.page(wanted, size=1)).acts[0]
    assert newest.facts["more"] is True
    await book.audit.refused(Actor(1, "Eve", 2), "/server power", "No.")
    assert await book.audit.count(AuditFilter(2, action="access.refused")) == 1


async def test_acts_that_are_never_posted_do_not_fill_the_memory(book: Book) -> None:
    for _ in range(book.audit.unposted.maxsize + 5):
        book.audit._queue(AuditEntry(NOW, 1, 7, "main", None, "x"))
    assert book.audit.unposted.qsize() == book.audit.unposted.maxsize


async def test_old_acts_are_forgotten_once_a_day(tmp_path: Path) -> None:
    now, naps = NOW, []
    await place_store(tmp_path)
    store = await Store.open(tmp_path / "quetzal.db", now=NOW)

    class Slept(Exception):
        """Enough was seen."""

    async def wait(awaitable: Any) -> Any:  # noqa: ANN401 - a coroutine that is never awaited
        awaitable.close()
        naps.append(now)
        raise Slept

    clock = Clock(now=lambda: now, wait=wait)
    audit, clock_check = Audit(store, clock), ClockCheck(clock)
    await audit.note(ADA, "old", {})
    now = NOW + timedelta(days=29)
    await audit.note(ADA, "new", {})
    now = NOW + timedelta(days=31)
    clock_check.note("panel main", format_datetime(now))

    with pytest.raises(Slept):
        await audit.keep_pruned(30, clock_check, Pulse("audit", clock.monotonic))
    assert [row.action for row in (await audit.page(AuditFilter(1))).acts] == ["new"]
    assert len(naps) == 1
    await store.close()
