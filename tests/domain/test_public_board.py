"""What of a server is public, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.board import BoardRow
from bot.domain.player_query import PlayersNow
from bot.domain.players import GameProtocol, PlayerCount
from bot.domain.public_board import (
    PublicHistory,
    PublicServer,
    PublicState,
    day_line,
    in_order,
    public_address,
    public_servers,
    uptime,
)
from bot.panel.models import Allocation, PowerState, Server
from bot.ui.alerts.public_board_card import public_board
from bot.ui.kit.card import TEXT_LIMIT, Card, layout
from bot.ui.kit.text import neutralise
from bot.ui.kit.written import Reference

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
UUID = "1a7ce997-259b-452e-8b4e-cecc464142ca"
ROW = BoardRow(UUID, "Lobby", "node7.inside.example", PowerState.RUNNING, NOW)
PLAYERS = PlayersNow(
    PlayerCount(
        online=12, maximum=40, version="1.21.4", map="world", name="MOTD", protocol=GameProtocol.MINECRAFT
    ),
    NOW,
)
HOSTILE = "@everyone **[x](https://evil.example)** `\n# <@1>"


BARE = Server.model_validate(
    {"uuid": UUID, "identifier": "1a7ce997", "internal_id": 1, "name": "Lobby", "limits": {}}
)


def server(ip: str, alias: str | None = None, port: int = 25565) -> Server:
    allocation = Allocation(id=1, ip=ip, ip_alias=alias, port=port, is_default=True)
    return BARE.model_copy(update={"allocations": (allocation,)})


@pytest.mark.parametrize(
    ("ip", "alias", "address"),
    [
        ("203.0.113.5", None, "203.0.113.5:25565"),
        ("2001:db8::25", None, "[2001:db8::25]:25565"),
        ("203.0.113.5", "play.example.com", "play.example.com:25565"),
        ("10.0.0.4", "play.example.com", "play.example.com:25565"),
        ("0.0.0.0", None, None),  # noqa: S104 - what a panel shows of all addresses
        ("::", None, None),
        ("127.0.0.1", None, None),
        ("169.254.1.1", None, None),
        ("10.0.0.4", None, None),
        ("172.18.0.1", None, None),
        ("192.168.1.4", None, None),
        ("100.64.0.9", None, None),
        ("fd00::4", None, None),
        ("172.32.0.1", None, "172.32.0.1:25565"),
        ("203.0.113.5", "192.168.1.4", None),
    ],
)
def test_only_an_address_that_leads_in_from_outside_is_shown(
    ip: str, alias: str | None, address: str | None
) -> None:
    assert public_address(server(ip, alias)) == address


def test_a_server_without_allocations_has_no_address() -> None:
    assert public_address(BARE) is None


@pytest.mark.parametrize(
    ("row", "state", "can_start"),
    [
        (ROW, PublicState.UP, False),
        (replace(ROW, state=PowerState.STARTING), PublicState.STARTING, False),
        (replace(ROW, state=PowerState.STOPPING), PublicState.DOWN, False),
        (replace(ROW, state=PowerState.OFFLINE), PublicState.DOWN, False),
        (replace(ROW, state=PowerState.OFFLINE, stop_requested_by="by Ada"), PublicState.DOWN, False),
        (replace(ROW, state=PowerState.OFFLINE, idle_since=NOW), PublicState.IDLE, True),
        (
            replace(ROW, state=PowerState.OFFLINE, idle_since=NOW, unavailable="suspended"),
            PublicState.DOWN,
            False,
        ),
        (replace(ROW, unavailable="suspended"), PublicState.DOWN, False),
        (replace(ROW, state=None), PublicState.UNKNOWN, False),
        (replace(ROW, state=PowerState.MISSING), PublicState.UNKNOWN, False),
    ],
)
def test_its_state_is_in_words_for_players(row: BoardRow, state: PublicState, can_start: bool) -> None:
    (shown,) = public_servers([replace(row, players=PLAYERS)], {}, {}).values()
    assert shown.state is state
    assert (shown.uuid is not None) is can_start
    assert (shown.players is not None) is (state is PublicState.UP)


def test_those_to_play_on_come_first() -> None:
    rows = [
        replace(ROW, uuid="1", name="off", state=PowerState.OFFLINE),
        replace(ROW, uuid="2", name="asleep", state=PowerState.OFFLINE, idle_since=NOW),
        replace(ROW, uuid="3", name="Zoo"),
        replace(ROW, name="arena"),
    ]
    assert [entry.name for entry in in_order(public_servers(rows, {}, {}).values())] == [
        "arena",
        "Zoo",
        "asleep",
        "off",
    ]


@pytest.mark.parametrize(
    ("percent", "words"), [(100.0, "100%"), (99.97, "99.9%"), (99.0, "99%"), (0.0, "0%"), (50.25, "50.2%")]
)
def test_only_what_never_stopped_was_up_all_the_time(percent: float, words: str) -> None:
    assert uptime(percent) == words


@pytest.mark.parametrize(
    ("day", "line"),
    [
        ((), ""),
        ((None,) * 24, ""),
        ((0.0,) * 24, ""),
        ((0.0,) * 3 + (None,) * 3 + (5.0, None, 5.0) + (10.0,) * 15, "▁·▅█████"),
    ],
)
def test_the_day_is_one_line(day: tuple[float | None, ...], line: str) -> None:
    assert day_line(day) == line


def test_it_says_what_players_ask_and_nothing_else() -> None:
    history = PublicHistory(99.21, (0.0,) * 12 + (8.0,) * 12)
    shown = public_servers([replace(ROW, players=PLAYERS)], {UUID: server("203.0.113.5")}, {UUID: history})
    card = public_board(list(shown.values()), "main", Reference("public board main"))
    assert card.description == "**1 of 1 up** · 12 players"
    (row,) = card.rows
    assert row.button is None
    assert row.text == (
        "🟢 **Lobby** · up · 12 of 40 players\n"
        "`203.0.113.5:25565`\n"
        f"-# {neutralise('1.21.4')} · world · up 99.2% of 30 days\n"
        "-# players today ▁▁▁▁████"
    )
    drawn = str(_sent(card))
    assert UUID not in drawn
    assert "node7" not in drawn


def test_names_of_games_have_no_effect() -> None:
    count = replace(PLAYERS.count, version=HOSTILE, map=HOSTILE)
    hostile = PublicServer(HOSTILE, PublicState.UP, replace(PLAYERS, count=count), f"{HOSTILE}:1")
    text = public_board([hostile], "main", Reference("public board main")).rows[0].text
    name, _address, facts = text.split("\n")
    outside_code = name + facts.removeprefix("-# ")
    for effect in ("@everyone", "](https", "<@1>", "**[x]", "\n#"):
        assert effect not in outside_code


def test_a_thousand_servers_fit() -> None:
    servers = [
        PublicServer(
            f"*Server* {number} " + "y" * 100, PublicState.IDLE, address="[2001:db8::25]:25565", uuid=UUID
        )
        for number in range(1_000)
    ]
    card = public_board(servers, "main", Reference("public board main"))
    assert " more" in card.rows[-1].text
    assert sum(row.button is not None for row in card.rows) == 10
    _sent(card)
    assert sum(len(row.text) for row in card.rows) < TEXT_LIMIT


def _sent(card: Card) -> list[Any]:
    """Return it as Discord gets it; raises for what Discord would refuse."""
    view: Any = layout(card)
    components: list[Any] = view.to_components()
    return components
