"""Grants, default servers and set-up: what was chosen last is what counts, and nothing is anybody else's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.grants import Grant, SubjectKind
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.domain.levels import Level
from bot.storage import Store
from bot.storage.repositories import default_servers, grants, guild_settings

NOW = datetime(2026, 8, 1, 12, 0, 0, 123000, tzinfo=UTC)
GRANT = Grant(1, SubjectKind.ROLE, 10, "main", None, Level.VIEWER, 99, NOW)
DEFAULT = DefaultServer(1, DefaultScope.GUILD, 1, "main", "server-of-guild", 99, NOW)
SETTINGS = GuildSettings(guild_id=1, panel_id="main", updated_by=99, updated_at=NOW)
BIGGEST_SNOWFLAKE = 2**63 - 1


async def granted(store: Store, guild_id: int = 1) -> tuple[Grant, ...]:
    async with store.read() as conn:
        return await grants.of_guild(conn, guild_id)


async def give(store: Store, *given: Grant) -> None:
    for grant in given:
        await store.write(partial(grants.put, grant=grant))


async def take(store: Store, grant: Grant) -> bool:
    return await store.write(
        lambda conn: grants.remove(
            conn,
            guild_id=grant.guild_id,
            subject_kind=grant.subject_kind,
            subject_id=grant.subject_id,
            panel_id=grant.panel_id,
            server_uuid=grant.server_uuid,
        )
    )


async def test_a_grant_is_kept_replaced_and_taken_back(store: Store) -> None:
    await give(store, GRANT)
    assert await granted(store) == (GRANT,)
    higher = replace(GRANT, level=Level.ADMIN, granted_by=98, granted_at=NOW + timedelta(days=1))
    await give(store, higher)
    assert await granted(store) == (higher,)
    assert await take(store, GRANT)
    assert await granted(store) == ()
    assert not await take(store, GRANT)


async def test_grants_that_differ_in_any_part_of_their_key_live_side_by_side(store: Store) -> None:
    others = [
        replace(GRANT, subject_kind=SubjectKind.PERSON),
        replace(GRANT, subject_id=BIGGEST_SNOWFLAKE),
        replace(GRANT, panel_id="other"),
        replace(GRANT, server_uuid="one"),
    ]
    elsewhere = replace(GRANT, guild_id=2)
    await give(store, GRANT, *others, elsewhere)
    assert set(await granted(store)) == {GRANT, *others}
    assert await granted(store, 2) == (elsewhere,)
    await take(store, GRANT)
    assert set(await granted(store)) == set(others)


async def test_nothing_cannot_be_granted(store: Store) -> None:
    with pytest.raises(ValueError, match="not granted"):
        await give(store, replace(GRANT, level=Level.NONE))
    with pytest.raises(IntegrityError):
        await store.write(
            lambda conn: conn.exec_driver_sql(
                "INSERT INTO grants VALUES (1, 'role', 1, '', '', 'none', 1, 1)"
            )
        )


async def test_times_come_back_in_utc_and_a_time_without_zone_is_refused(store: Store) -> None:
    await give(store, replace(GRANT, granted_at=NOW.astimezone(timezone(timedelta(hours=5)))))
    assert (await granted(store))[0].granted_at.isoformat() == "2026-08-01T12:00:00.123000+00:00"
    with pytest.raises(StatementError, match="offset-naive"):
        await give(store, replace(GRANT, granted_at=NOW.replace(tzinfo=None)))


async def test_the_channels_default_beats_the_persons_beats_the_guilds(store: Store) -> None:
    of_thread = replace(DEFAULT, scope=DefaultScope.CHANNEL, subject_id=31, server_uuid="of-thread")
    of_parent = replace(DEFAULT, scope=DefaultScope.CHANNEL, subject_id=30, server_uuid="of-parent")
    mine = replace(DEFAULT, scope=DefaultScope.SELF, subject_id=20, server_uuid="mine")
    noise = [
        replace(mine, subject_id=21),
        replace(of_parent, subject_id=32),
        replace(mine, guild_id=2),
        replace(DEFAULT, scope=DefaultScope.CHANNEL, subject_id=20),
    ]
    for default in (DEFAULT, mine, of_parent, of_thread, *noise):
        await store.write(partial(default_servers.put, default=default))

    async def here(*channel_ids: int) -> tuple[DefaultServer, ...]:
        async with store.read() as conn:
            return await default_servers.applicable(conn, guild_id=1, channel_ids=channel_ids, user_id=20)

    assert await here(31, 30) == (of_thread, of_parent, mine, DEFAULT)
    assert await here(33) == (mine, DEFAULT)
    changed = replace(mine, server_uuid="another", set_at=NOW + timedelta(days=1))
    await store.write(lambda conn: default_servers.put(conn, changed))
    assert await here(33) == (changed, DEFAULT)
    for expected in (True, False):
        gone = await store.write(
            lambda conn: default_servers.remove(conn, guild_id=1, scope=DefaultScope.SELF, subject_id=20)
        )
        assert gone is expected
    assert await here(33) == (DEFAULT,)


async def test_a_set_up_can_be_left_and_resumed(store: Store) -> None:
    async def now() -> GuildSettings | None:
        async with store.read() as conn:
            return await guild_settings.get(conn, guild_id=1, panel_id="main")

    assert await now() is None
    assert SETTINGS.missing == tuple(SetupStep)
    begun = replace(SETTINGS, alert_channel_id=5, steps=frozenset({SetupStep.ALERT_CHANNEL, SetupStep.PANEL}))
    for settings in (SETTINGS, replace(SETTINGS, panel_id="other"), begun):
        await store.write(partial(guild_settings.put, settings=settings))
    assert await now() == begun
    assert begun.missing == (SetupStep.ROLES, SetupStep.TEST_ALERT)


async def test_a_choice_and_its_audit_are_one_change(store: Store) -> None:
    async def both(conn: AsyncConnection) -> None:
        await grants.put(conn, GRANT)
        raise LookupError("the audit failed")

    with pytest.raises(LookupError):
        await store.write(both)
    assert await granted(store) == ()
