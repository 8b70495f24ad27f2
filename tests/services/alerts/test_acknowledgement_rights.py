"""Who may acknowledge, silence or note an alert for their guild: a node or panel takes the level for all."""

import pytest

from bot.core.errors import AccessDenied
from bot.domain.grants import Standing
from bot.domain.incidents import Subject
from bot.domain.levels import Actor, GuildScope, Level
from bot.services.access.authorizer import Rights
from bot.services.alerts.visibility import check_may_act

HERS = "1a7ce997-259b-452e-8b4e-cecc464142ca"
SERVER, NODE, PANEL = Subject("main", HERS), Subject.node("main", "falcon"), Subject.panel("main")
PART: GuildScope = frozenset({HERS})


@pytest.mark.parametrize(
    ("scope", "everywhere", "on_hers", "subject", "may"),
    [
        ("all", Level.OPERATOR, Level.NONE, PANEL, True),
        ("all", Level.VIEWER, Level.NONE, PANEL, False),
        ("all", Level.NONE, Level.OPERATOR, SERVER, True),
        ("all", Level.NONE, Level.OPERATOR, NODE, False),
        (PART, Level.OPERATOR, Level.NONE, SERVER, True),
        (PART, Level.OPERATOR, Level.NONE, NODE, True),
        (PART, Level.NONE, Level.ADMIN, PANEL, False),
    ],
)
def test_who_may_act_on_an_alert(
    scope: GuildScope, everywhere: Level, on_hers: Level, subject: Subject, may: bool
) -> None:
    rights = Rights(Actor(1, "Ada", 5), {"main": Standing(scope, everywhere, {HERS: on_hers})}, {})
    if may:
        check_may_act(rights, subject)
    else:
        with pytest.raises(AccessDenied):
            check_may_act(rights, subject)
