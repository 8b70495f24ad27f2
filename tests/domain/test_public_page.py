"""The public board as files for a web server."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

from typing_extensions import override

from bot.domain.player_query import PlayersNow
from bot.domain.players import GameProtocol, PlayerCount
from bot.domain.public_board import PublicHistory, PublicServer, PublicState
from bot.domain.public_page import page_html, page_json

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'&\u202e<img src=x onerror=y>"
COUNT = PlayerCount(
    online=12, maximum=40, version=HOSTILE, map=HOSTILE, name=HOSTILE, protocol=GameProtocol.MINECRAFT
)
SERVER = PublicServer(
    HOSTILE,
    PublicState.UP,
    PlayersNow(COUNT, NOW),
    f"{HOSTILE}:25565",
    PublicHistory(99.21, (0.0,) * 12 + (None,) * 3 + (10.0,) * 9),
)


class Reader(HTMLParser):
    """Reads tags with their attributes, and the text, as a browser does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


def test_names_of_games_are_text_and_nothing_else() -> None:
    hostile, plain = Reader(page_html([SERVER], NOW)), Reader(page_html([], NOW))
    assert hostile.tags - plain.tags == {"li", "b", "br", "code", "small"} - plain.tags
    assert hostile.attributes == plain.attributes
    assert hostile.text.count("<script>alert(1)</script>") == 4
    assert "\u202e" not in hostile.text


def test_the_page_says_what_the_board_says() -> None:
    read = Reader(page_html([SERVER], NOW)).text
    assert "1 of 1 up" in read
    assert "up · 12 of 40 players" in read
    assert "players today ▁▁▁▁·███ · up 99.2% of 30 days" in read
    assert "Updated 2026-11-25 12:00 UTC" in read


def test_both_files_are_ascii_so_that_no_web_server_misreads_them() -> None:
    assert page_html([SERVER], NOW).isascii()
    assert page_json([SERVER], NOW).isascii()


def test_programs_read_numbers() -> None:
    read = json.loads(page_json([SERVER], NOW))
    assert read["updated_at"] == "2026-11-25T12:00:00+00:00"
    (server,) = read["servers"]
    assert set(server) == {
        "name",
        "state",
        "players",
        "max_players",
        "version",
        "map",
        "address",
        "uptime_percent",
        "players_by_hour",
    }
    assert (server["state"], server["players"], server["max_players"]) == ("up", 12, 40)
    assert server["players_by_hour"] == [0.0] * 12 + [None] * 3 + [10.0] * 9
