"""The address that players are shown, as managers type it."""

import random
import string

import pytest

from bot.core.errors import BadInput
from bot.domain.public_address import checked_address

TAKEN = {
    "play.example.com": "play.example.com",
    " Play.Example.COM. ": "play.example.com",
    "play.example.com:25565": "play.example.com:25565",
    "play.example.com:08080": "play.example.com:8080",
    "_minecraft._tcp.example.com": "_minecraft._tcp.example.com",
    "my-server_1.example.co.uk": "my-server_1.example.co.uk",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "203.0.113.5": "203.0.113.5",
    "203.0.113.5:25565": "203.0.113.5:25565",
    "192.168.1.20:25565": "192.168.1.20:25565",
    "[2001:db8::25]": "[2001:db8::25]",
    "[2001:DB8:0:0::25]:25566": "[2001:db8::25]:25566",
    "2001:db8::25": "[2001:db8::25]",
}
REFUSED = (
    *(
        "",
        " ",
        "survival",
        "localhost",
        "play..example.com",
        ".example.com",
        "-play.example.com",
        "play-.example.com",
    ),
    *(
        "https://play.example.com",
        "play.example.com/",
        "play.example.com:",
        "play.example.com:port",
        "a@b.example",
    ),
    *("play.example.com:0", "play.example.com:65536", "play.example.com:-1", "play.example.com:123456"),
    *(
        "play.example.com 25565",
        "play.example.com\nstop",
        "play.exam`ple.com",
        "@everyone.example.com",
        "<@1>.example.com",
    ),
    *(
        "256.1.1.1",
        "1.2.3",
        "203.0.113.5.6",
        "[203.0.113.5]",
        "[play.example.com]",
        "[2001:db8::25",
        "2001:db8::g",
    ),
    *("[fe80::1%eth0]", "[fe80::1]", "[::1]", "[::]", "127.0.0.1:25565", "224.0.0.1"),
    *(
        "pläy.example.com",
        "play\u2024example.com",
        "play.example\u200b.com",
        "\uff10.example.com",
        "p" * 64 + ".example.com",
    ),
    "0.0.0.0",  # noqa: S104 - it is refused
    "a." * 130 + "com",
)


@pytest.mark.parametrize(("typed", "shown"), TAKEN.items())
def test_what_players_can_type_is_shown_in_one_form(typed: str, shown: str) -> None:
    assert checked_address(typed) == shown
    assert checked_address(shown) == shown


@pytest.mark.parametrize("typed", REFUSED)
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput) as raised:
        checked_address(typed)
    assert "`play.example.com`" in raised.value.next_step


def test_whatever_is_typed_is_shown_harmlessly_or_refused() -> None:
    chance, shown = random.Random(14), set[str]()
    pieces = (*TAKEN, *REFUSED, "[", "]", ":", ".", "`", "\n", "\ud800", "é", "1", "a", ":1", "::")
    for _ in range(5_000):
        typed = "".join(chance.choices(pieces, k=chance.randint(1, 3)))
        try:
            shown.add(checked_address(typed))
        except BadInput:
            continue
    assert len(shown) > 30
    assert {*"".join(shown)} <= {*string.ascii_lowercase, *string.digits, *".-_:[]"}
