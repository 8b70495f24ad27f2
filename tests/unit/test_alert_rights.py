"""Who may take, hush or note an alert: what is about many servers takes a guild that sees them all."""

import pytest

from bot.actions.access import Rights
from bot.actions.alerts.seeing import check_may_act
from bot.domain.access import Actor, GuildScope, Level
from bot.domain.grants import Standing
from bot.domain.incidents import Subject
from bot.errors import AccessDenied

HERS = "1a7ce997-259b-452e-8b4e-cecc464142ca"
SERVER, NODE, PANEL = Subject("main", HERS), Subject.node("main", "falcon"), Subject.panel("main")
PART: GuildScope = frozenset({HERS})


@pytest.mark.parametrize(
    ("scope", "level", "subject", "shared", "may"),
    [
        ("all", Level.OPERATOR, PANEL, True, True),
        ("all", Level.OPERATOR, NODE, True, True),
        ("all", Level.VIEWER, PANEL, False, False),
        (PART, Level.OPERATOR, SERVER, True, True),
        (PART, Level.ADMIN, NODE, True, False),
        (PART, Level.ADMIN, PANEL, True, False),
        (PART, Level.OPERATOR, PANEL, False, True),
    ],
)
def test_who_may_act_on_an_alert(
    scope: GuildScope, level: Level, subject: Subject, shared: bool, may: bool
) -> None:
    rights = Rights(Actor(1, "Ada", 5), {"main": Standing(scope, level, {})}, {})
    if may:
        check_may_act(rights, subject, shared=shared)
    else:
        with pytest.raises(AccessDenied):
            check_may_act(rights, subject, shared=shared)
