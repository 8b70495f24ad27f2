"""Nobody is shown an alert of a server that they may not see, of a node without one, of a foreign panel."""

from dataclasses import replace

import pytest

from bot.domain.grants import Standing
from bot.domain.incidents import Subject
from bot.domain.levels import Actor, GuildScope, Level
from bot.domain.observation import ServerKey
from bot.domain.target import Target
from bot.panel.models import Limits, Server
from bot.services.access.authorizer import (
    AnyServerOn,
    OneServer,
    Rights,
    WholePanel,
)
from bot.services.alerts.visibility import place_of, sees

MINE, THEIRS = "aaaaaaaa-0000-4000-8000-000000000000", "bbbbbbbb-0000-4000-8000-000000000000"


def target(uuid: str, node: str) -> Target:
    limits = Limits(memory_mib=1, swap_mib=0, disk_mib=1, cpu_percent=1)
    return Target(
        "main", Server(uuid=uuid, identifier=uuid[:8], internal_id=1, name="x", node=node, limits=limits)
    )


LISTED = (target(MINE, "falcon"), target(THEIRS, "eagle"))


def rights(scope: GuildScope, everywhere: Level = Level.VIEWER, **by_server: Level) -> Rights:
    actor = Actor(1, "Ada", 1)
    return Rights(actor, {"main": Standing(scope, everywhere, by_server)}, {})


@pytest.mark.parametrize("scope", [frozenset({MINE}), frozenset({MINE[:8]})])
@pytest.mark.parametrize(
    ("subject", "seen"),
    [
        (Subject.server(ServerKey("main", MINE)), True),
        (Subject.server(ServerKey("main", THEIRS)), False),
        (Subject.server(ServerKey("other", MINE)), False),
        (Subject.node("main", "falcon"), True),
        (Subject.node("main", "eagle"), False),
        (Subject.panel("main"), True),
        (Subject.panel("other"), False),
    ],
)
def test_a_guild_with_a_list_sees_what_is_about_its_list(
    scope: GuildScope, subject: Subject, seen: bool
) -> None:
    assert sees(rights(scope), subject, LISTED) is seen


def test_before_the_panel_answered_a_node_is_shown_only_to_who_may_see_all() -> None:
    node = Subject.node("main", "falcon")
    assert sees(rights("all"), node, ())
    assert not sees(rights(frozenset({MINE})), node, ())


def test_somebody_with_one_server_sees_its_node_and_panel_and_no_other_server() -> None:
    granted = rights("all", Level.NONE, **{MINE: Level.OPERATOR})
    assert sees(granted, Subject.node("main", "falcon"), LISTED)
    assert not sees(granted, Subject.node("main", "eagle"), LISTED)
    assert sees(granted, Subject.panel("main"), LISTED)
    assert not sees(granted, Subject.server(ServerKey("main", THEIRS)), LISTED)


def test_without_a_level_nothing_is_seen() -> None:
    nobody = rights("all", Level.NONE)
    for subject in (Subject.panel("main"), Subject.node("main", "falcon"), Subject("main", MINE)):
        assert not sees(nobody, subject, LISTED)


def test_acting_on_what_stands_for_many_takes_the_right_on_all() -> None:
    granted = rights("all", Level.NONE, **{MINE: Level.OPERATOR})
    assert granted.level(place_of(Subject("main", MINE))) is Level.OPERATOR
    assert granted.level(place_of(Subject.node("main", "falcon"))) is Level.NONE
    assert place_of(Subject.panel("main")) == WholePanel("main")
    assert granted.level(AnyServerOn("main")) is Level.OPERATOR
    assert granted.level(OneServer("main", THEIRS)) is Level.NONE


def test_a_short_id_that_is_not_the_beginning_of_the_uuid() -> None:
    mine = replace(rights(frozenset({"srv_7x"})), identifier_of=lambda panel_id, uuid: {MINE: "SRV_7x"}[uuid])
    assert sees(mine, Subject.server(ServerKey("main", MINE)), LISTED)
    assert mine.level(OneServer("main", MINE)) is Level.VIEWER
    former = replace(rights(frozenset({MINE[:8]})), identifier_of=lambda panel_id, uuid: "srv_7x")
    assert former.level(OneServer("main", MINE)) is Level.VIEWER
    assert former.level(OneServer("main", THEIRS)) is Level.NONE
