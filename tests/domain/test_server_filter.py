"""Which servers a filter means."""

import pytest

from bot.core.errors import BadInput
from bot.domain.server_filter import ServerFilter, suggestions
from bot.panel.models import PowerState, Server


def server(name: str, node: str = "falcon", description: str = "") -> Server:
    return Server(
        uuid=name, identifier=name[:8], internal_id=1, name=name, node=node, description=description
    )


LOBBY = server("Lobby 1", description="The #event lobby, not e#mail")
SURVIVAL = server("Survival", "node two")


@pytest.mark.parametrize(
    ("typed", "state", "matches"),
    [
        ("lobby", None, True),
        ("LOBBY*", None, True),
        ("*1", None, True),
        ("lobby?", None, False),
        ("all", None, True),
        ("node:falcon", None, True),
        ("node:f*", None, True),
        ("node:eagle", None, False),
        ("tag:event", None, True),
        ("#Event", None, True),
        ("tag:mail", None, False),
        ("state:offline", PowerState.OFFLINE, True),
        ("state:offline", PowerState.RUNNING, False),
        ("state:offline", None, False),
        ("lobby node:falcon state:running", PowerState.RUNNING, True),
        ("lobby node:eagle", PowerState.RUNNING, False),
        ('"lobby 1"', None, True),
        ('name:"lobby 2"', None, False),
    ],
)
def test_a_server_has_to_match_everything(typed: str, state: PowerState | None, matches: bool) -> None:
    assert ServerFilter.parse(typed).matches(LOBBY, state) is matches


def test_a_name_with_blanks_is_quoted() -> None:
    assert ServerFilter.parse('node:"node two"').matches(SURVIVAL, None)


@pytest.mark.parametrize("typed", ["", "  ", "egg:paper", "state:sleeping", "tag:", "#"])
def test_what_makes_no_sense_is_refused_with_what_can_be_written(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        ServerFilter.parse(typed)
    assert "`node:falcon`" in refused.value.next_step


def test_nodes_and_tags_that_exist_are_suggested() -> None:
    offered = suggestions([LOBBY, SURVIVAL])
    assert offered[0] == "all"
    assert {"node:falcon", "tag:event", "state:offline"} <= set(offered)
    assert "node:node two" not in offered  # it would be two words
