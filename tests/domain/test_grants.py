"""Who may do what: default nothing, the best of what was granted, never beyond what the guild may see."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grants import Grant, SubjectKind, standing
from bot.domain.levels import Actor, GuildScope, Level

GUILD, PANEL = 1, "main"
ONE = "11111111-0000-4000-8000-000000000000"
TWO = "22222222-0000-4000-8000-000000000000"
MEMBER = Actor(user_id=7, name="mo", guild_id=GUILD, role_ids=frozenset({10, 11}))
ADMINISTRATOR = replace(MEMBER, is_administrator=True)


def grant(
    level: Level,
    *,
    role: int | None = None,
    server: str | None = None,
    person: int = 7,
    guild: int = GUILD,
    panel: str = PANEL,
) -> Grant:
    kind, subject = (SubjectKind.PERSON, person) if role is None else (SubjectKind.ROLE, role)
    return Grant(guild, kind, subject, panel, server, level, 99, datetime(2026, 8, 1, tzinfo=UTC))


def level(actor: Actor, grants: list[Grant], *, server: str = ONE, scope: GuildScope | None = "all") -> Level:
    return standing(actor, PANEL, scope, grants).on(identifier=server[:8], uuid=server)


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ([], Level.NONE),
        ([grant(Level.VIEWER)], Level.VIEWER),
        ([grant(Level.OPERATOR, role=10)], Level.OPERATOR),
        ([grant(Level.OPERATOR, role=12)], Level.NONE),
        ([grant(Level.OPERATOR, person=8)], Level.NONE),
        ([grant(Level.OPERATOR, role=7)], Level.NONE),
        ([grant(Level.OPERATOR, person=10)], Level.NONE),
        ([grant(Level.ADMIN, guild=2)], Level.NONE),
        ([grant(Level.ADMIN, panel="other")], Level.NONE),
        ([grant(Level.MANAGER, server=ONE)], Level.MANAGER),
        ([grant(Level.MANAGER, server=TWO)], Level.NONE),
        ([grant(Level.VIEWER), grant(Level.MANAGER, server=ONE)], Level.MANAGER),
        ([grant(Level.MANAGER), grant(Level.VIEWER, server=ONE)], Level.MANAGER),
        ([grant(Level.VIEWER, role=10), grant(Level.OPERATOR, role=11)], Level.OPERATOR),
        ([grant(Level.OPERATOR, role=11, server=ONE), grant(Level.VIEWER, server=ONE)], Level.OPERATOR),
    ],
)
def test_the_best_of_what_was_granted_counts_and_nothing_else(grants: list[Grant], expected: Level) -> None:
    assert level(MEMBER, grants) is expected
    assert level(MEMBER, grants[::-1]) is expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("all", Level.ADMIN),
        (frozenset({ONE}), Level.ADMIN),
        (frozenset({ONE[:8]}), Level.ADMIN),
        (frozenset({TWO}), Level.NONE),
        (frozenset(), Level.NONE),
        (None, Level.NONE),
    ],
)
def test_what_the_guild_may_see_bounds_everybody(scope: GuildScope | None, expected: Level) -> None:
    assert level(ADMINISTRATOR, [], scope=scope) is expected
    assert level(MEMBER, [grant(Level.ADMIN)], scope=scope) is expected
    assert level(MEMBER, [grant(Level.ADMIN, server=ONE)], scope=scope) is expected


def test_outside_a_guild_there_is_nothing() -> None:
    assert level(replace(ADMINISTRATOR, guild_id=None), [grant(Level.ADMIN)]) is Level.NONE


def test_an_admin_of_one_server_is_no_admin_of_the_guild() -> None:
    result = standing(MEMBER, PANEL, "all", [grant(Level.ADMIN, server=ONE), grant(Level.VIEWER)])
    assert result.everywhere is Level.VIEWER
    assert standing(ADMINISTRATOR, PANEL, "all", []).everywhere is Level.ADMIN


some_grants = st.lists(
    st.builds(
        grant,
        st.sampled_from([level for level in Level if level is not Level.NONE]),
        role=st.sampled_from([None, 10, 12]),
        server=st.sampled_from([None, ONE, TWO]),
        person=st.sampled_from([7, 8]),
        guild=st.sampled_from([GUILD, 2]),
        panel=st.sampled_from([PANEL, "other"]),
    ),
    max_size=12,
)


@given(some_grants, some_grants)
def test_more_grants_never_take_anything_away_and_taking_all_back_leaves_nothing(
    some: list[Grant], more: list[Grant]
) -> None:
    scopes: tuple[GuildScope, ...] = ("all", frozenset({ONE}), frozenset())
    for server, scope in product((ONE, TWO), scopes):
        assert level(MEMBER, some, server=server, scope=scope) <= level(
            MEMBER, some + more, server=server, scope=scope
        )
        others = [other for other in some if not (other.guild_id == GUILD and other.panel_id == PANEL)]
        assert level(MEMBER, others, server=server, scope=scope) is Level.NONE
