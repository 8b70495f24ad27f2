"""What Access says: levels from the store, on servers, panels and guilds, as new as the last change."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.core.errors import AccessDenied
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Actor, GuildScope, Level
from bot.domain.target import Target
from bot.panel import PanelClient, PanelConfig
from bot.panel.models import Server
from bot.services.access import Where
from bot.services.access.authorizer import Authorizer, Scope, WholePanel
from bot.services.access.member_keys import MemberKeys
from bot.storage import Store
from bot.storage.repositories import grants
from tests.support.stores import place_store

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
HERE, OTHER_GUILD, NOWHERE = 1, 2, 3
MEMBER = Actor(7, "Mia", HERE, frozenset({70}))
ADMINISTRATOR = Actor(8, "Ada", HERE, is_administrator=True)
GRANT = Grant(HERE, SubjectKind.ROLE, 70, "main", None, Level.OPERATOR, 8, NOW)


def server(number: int, panel_id: str = "main") -> Target:
    uuid = f"{number:08}-0000-4000-8000-000000000000"
    facts = {
        "uuid": uuid,
        "identifier": uuid[:8],
        "internal_id": number,
        "name": f"Server {number}",
        "node": "n",
        "limits": {"memory": 0, "swap": 0, "disk": 0, "io": 500, "cpu": 0},
        "feature_limits": {"databases": 0, "allocations": 0, "backups": 0},
        "sftp_details": {"ip": "n", "port": 2022},
    }
    return Target(panel_id, Server.model_validate(facts))


ONE, TWO, ELSEWHERE = server(1), server(2), server(3, "other")


@dataclass
class Book:
    """Access over a store of its own: guild 1 sees server 1 of `main` and all of `other`, guild 2 all."""

    store: Store
    access: Authorizer

    async def grant(self, grant: Grant) -> None:
        await self.access.granted.change(grant.guild_id, lambda conn: grants.put(conn, grant))

    async def level(self, who: Actor, where: Where) -> Level:
        return (await self.access.rights(who)).level(where)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    await place_store(tmp_path)
    store = await Store.open(tmp_path / "quetzal.db", now=NOW)
    config = PanelConfig(url="http://panel.test", key=SecretStr("ptlc_bot"))
    panels = {"main": PanelClient(config), "other": PanelClient(replace(config, id="other"))}
    guilds: dict[str, dict[int, GuildScope]] = {
        "main": {HERE: frozenset({"00000001"}), OTHER_GUILD: "all"},
        "other": {HERE: "all"},
    }
    yield Book(store, Authorizer(guilds, store, MemberKeys(store, None, panels)))
    await store.close()


async def test_an_administrator_is_admin_of_what_the_guild_may_see_and_of_nothing_else(book: Book) -> None:
    assert await book.level(ADMINISTRATOR, ONE) is Level.ADMIN
    assert await book.level(ADMINISTRATOR, TWO) is Level.NONE
    assert await book.level(ADMINISTRATOR, Scope.ALL_SERVERS) is Level.ADMIN
    for guild_id in (NOWHERE, None):
        assert await book.level(replace(ADMINISTRATOR, guild_id=guild_id), ONE) is Level.NONE
    theirs = replace(ADMINISTRATOR, guild_id=OTHER_GUILD)
    assert await book.level(theirs, TWO) is Level.ADMIN
    assert await book.level(theirs, ELSEWHERE) is Level.NONE
    assert book.access.panels_of(HERE) == ["main", "other"]
    assert book.access.panels_of(NOWHERE) == []


async def test_a_grant_counts_where_it_says(book: Book) -> None:
    assert await book.level(MEMBER, Scope.ANY_SERVER) is Level.NONE
    await book.grant(GRANT)

    assert await book.level(MEMBER, ONE) is Level.OPERATOR
    assert await book.level(MEMBER, WholePanel("main")) is Level.OPERATOR
    assert await book.level(MEMBER, ELSEWHERE) is Level.NONE
    # For everything in the guild it takes the level on each of its panels.
    assert await book.level(MEMBER, Scope.ALL_SERVERS) is Level.NONE
    await book.grant(replace(GRANT, panel_id="other", level=Level.VIEWER))
    assert await book.level(MEMBER, Scope.ALL_SERVERS) is Level.VIEWER
    assert await book.level(MEMBER, Scope.ANY_SERVER) is Level.OPERATOR


async def test_a_level_on_one_server_is_none_for_all_of_them(book: Book) -> None:
    await book.grant(replace(GRANT, server_uuid=ONE.server.uuid, level=Level.ADMIN))

    assert await book.level(MEMBER, ONE) is Level.ADMIN
    assert await book.level(MEMBER, WholePanel("main")) is Level.NONE
    assert await book.level(MEMBER, Scope.ALL_SERVERS) is Level.NONE
    assert await book.level(MEMBER, Scope.ANY_SERVER) is Level.ADMIN


async def test_a_permit_is_given_up_to_the_level_and_says_no_in_words(book: Book) -> None:
    with pytest.raises(AccessDenied, match="don't have access to Quetzal here"):
        await book.access.require(MEMBER, ONE, Level.VIEWER)
    await book.grant(GRANT)
    permit = await book.access.require(MEMBER, ONE, Level.OPERATOR)
    assert (permit.actor, permit.level, permit.uuid) == (MEMBER, Level.OPERATOR, ONE.server.uuid)
    with pytest.raises(AccessDenied, match="You need manager access on that server; you have operator"):
        await book.access.require(MEMBER, ONE, Level.MANAGER)
    with pytest.raises(AccessDenied, match="you have none"):
        await book.access.require(MEMBER, TWO, Level.VIEWER)


async def test_a_revocation_counts_at_once_also_when_its_caller_was_cancelled(book: Book) -> None:
    await book.grant(GRANT)
    assert await book.level(MEMBER, ONE) is Level.OPERATOR
    key: dict[str, Any] = {
        "guild_id": HERE,
        "subject_kind": SubjectKind.ROLE,
        "subject_id": 70,
        "panel_id": "main",
    }
    revoking = asyncio.create_task(
        book.access.granted.change(HERE, lambda conn: grants.remove(conn, **key, server_uuid=None))
    )
    await asyncio.sleep(0)
    revoking.cancel()
    assert await book.level(MEMBER, ONE) is Level.NONE


async def test_a_reading_under_way_does_not_outlive_a_change(book: Book) -> None:
    reading = asyncio.create_task(book.level(MEMBER, ONE))
    await asyncio.sleep(0)
    await book.grant(GRANT)
    await reading
    assert await book.level(MEMBER, ONE) is Level.OPERATOR
