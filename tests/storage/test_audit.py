"""Who did what: true even if the process dies in the middle, found quickly, forgotten on time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import AuditCursor, AuditEntry, AuditFilter, Facts, Outcome
from bot.storage import Store
from bot.storage.repositories import audit

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
ACT = AuditEntry(at=NOW, guild_id=1, user_id=2, panel_id="main", server_uuid="one", action="server.power")


LATELY = timedelta(minutes=20)


async def write(store: Store, *acts: AuditEntry) -> list[int]:
    async def all_of_them(conn: AsyncConnection) -> list[int]:
        return [await audit.begin(conn, act) for act in acts]

    return await store.write(all_of_them)


async def every(store: Store, wanted: AuditFilter, size: int = 7) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    older: AuditCursor | None = None
    while True:
        async with store.read() as conn:
            page = await audit.page(conn, wanted, older_than=older, size=size)
        assert len(page.acts) <= size
        entries += page.acts
        if (older := page.older) is None:
            return entries


async def test_an_act_is_unknown_until_it_is_settled(store: Store) -> None:
    begun = replace(
        ACT, facts=MappingProxyType({"before": "sha256:00", "size_bytes": 12}), interaction_id=2**62
    )
    (act_id,) = await write(store, begun)
    assert await every(store, AuditFilter(1)) == [
        replace(begun, id=act_id, outcome=Outcome.UNKNOWN, facts=dict(begun.facts))
    ]
    await store.write(lambda conn: audit.settle(conn, act_id, Outcome.FAILED))
    assert [(act.outcome, act.facts) for act in await every(store, AuditFilter(1))] == [
        (Outcome.FAILED, dict(begun.facts))
    ]
    await store.write(lambda conn: audit.settle(conn, act_id, Outcome.DONE, {"after": "sha256:ff"}))
    assert [(act.outcome, act.facts) for act in await every(store, AuditFilter(1))] == [
        (Outcome.DONE, {"after": "sha256:ff"})
    ]


async def test_settling_one_act_leaves_the_others(store: Store) -> None:
    first, second = await write(store, ACT, ACT)
    await store.write(lambda conn: audit.settle(conn, second, Outcome.DONE))
    assert [(act.id, act.outcome) for act in await every(store, AuditFilter(1))] == [
        (second, Outcome.DONE),
        (first, Outcome.UNKNOWN),
    ]


async def test_names_with_any_text_survive(store: Store) -> None:
    facts: Facts = {"path": "/wörld \ud800 \x00 🐦\n", "ok": True, "ratio": 0.5, "none": None}
    await write(store, replace(ACT, facts=facts))
    assert (await every(store, AuditFilter(1)))[0].facts == facts


@pytest.mark.parametrize(
    ("wanted", "keeps"),
    [
        (AuditFilter(1), lambda _: True),
        (AuditFilter(1, user_id=3), lambda act: act.user_id == 3),
        (AuditFilter(1, server_uuid="two"), lambda act: act.server_uuid == "two"),
        (AuditFilter(1, action="file.edit"), lambda act: act.action == "file.edit"),
        (AuditFilter(1, outcome=Outcome.FAILED), lambda act: act.outcome is Outcome.FAILED),
        (
            AuditFilter(1, since=NOW - LATELY),
            lambda act: act.at >= NOW - LATELY,
        ),
        (
            AuditFilter(1, user_id=2, server_uuid="one", outcome=Outcome.DONE, since=NOW - LATELY),
            lambda act: (
                (act.user_id, act.server_uuid, act.outcome) == (2, "one", Outcome.DONE)
                and act.at >= NOW - LATELY
            ),
        ),
        (AuditFilter(3), lambda _: False),
    ],
)
async def test_pages_hold_exactly_what_was_asked_for_newest_first(
    store: Store, wanted: AuditFilter, keeps: Callable[[AuditEntry], bool]
) -> None:
    # Several acts share each moment, and the clock once went back: the order is by time, then by id.
    acts = [
        replace(
            ACT,
            at=NOW - timedelta(minutes=number // 4 if number != 50 else 0),
            user_id=2 + number % 2,
            server_uuid=("one", "two", None)[number % 3],
            action=("server.power", "file.edit")[number % 5 == 0],
            outcome=tuple(Outcome)[number % 3],
        )
        for number in range(100)
    ]
    ids = await write(store, *acts)
    await write(store, *(replace(act, guild_id=2) for act in acts))
    expected = [replace(act, id=act_id) for act, act_id in zip(acts, ids, strict=True) if keeps(act)]
    expected.sort(key=lambda act: (act.at, act.id), reverse=True)
    for size in (1, 7, 100, 1000):
        assert await every(store, wanted, size) == expected


async def test_new_acts_do_not_shift_the_pages(store: Store) -> None:
    ids = await write(store, *(replace(ACT, at=NOW + timedelta(seconds=number)) for number in range(6)))
    async with store.read() as conn:
        first = await audit.page(conn, AuditFilter(1), size=3)
    await write(store, *(replace(ACT, at=NOW + timedelta(hours=1)) for _ in range(3)))
    async with store.read() as conn:
        second = await audit.page(conn, AuditFilter(1), older_than=first.older, size=3)
    assert [act.id for act in (*first.acts, *second.acts)] == ids[::-1]
    assert second.older is None


@pytest.mark.parametrize("older", [None, AuditCursor(NOW, 500)], ids=["first", "later"])
@pytest.mark.parametrize("since", [None, NOW - timedelta(days=1)], ids=["all", "since"])
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (AuditFilter(1), "ix_audit_guild_id_at_id"),
        (AuditFilter(1, user_id=2), "ix_audit_guild_id_user_id_at_id"),
        (AuditFilter(1, server_uuid="one"), "ix_audit_guild_id_server_uuid_at_id"),
        (AuditFilter(1, action="file.edit"), "ix_audit_guild_id_action_at_id"),
        (AuditFilter(1, outcome=Outcome.FAILED), "ix_audit_guild_id_outcome_at_id"),
        (AuditFilter(1, user_id=2, server_uuid="one", outcome=Outcome.DONE), "ix_audit_guild_id_"),
    ],
)
async def test_every_page_is_read_along_an_index_without_sorting(
    store: Store, wanted: AuditFilter, index: str, since: datetime | None, older: AuditCursor | None
) -> None:
    query = audit.page_query(replace(wanted, since=since), older, 25)
    text = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with store.read() as conn:
        plan = [row[-1] for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert len(plan) == 1
    assert plan[0].startswith(f"SEARCH audit USING INDEX {index}")
    assert ("at>?" in plan[0]) is (since is not None)
    assert ("at<?" in plan[0]) is (older is not None)


@pytest.mark.sweep
async def test_old_acts_are_forgotten_and_only_they(store: Store) -> None:
    await write(store, *(replace(ACT, at=NOW - timedelta(days=90, seconds=number)) for number in range(2500)))
    young = await write(store, ACT, replace(ACT, at=NOW - timedelta(days=89)))
    assert await audit.prune(store, before=NOW - timedelta(days=90)) == 2499
    left = [act.id for act in await every(store, AuditFilter(1), 100)]
    assert len(left) == 3
    assert set(young) <= set(left)
    assert await audit.prune(store, before=NOW - timedelta(days=90)) == 0


async def test_an_outcome_outside_the_three_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError):
        await store.write(
            lambda conn: conn.exec_driver_sql(
                "INSERT INTO audit VALUES (NULL, 0, 1, 2, 'main', NULL, 'x', '{}', 'maybe', NULL)"
            )
        )
