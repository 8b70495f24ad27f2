"""Minecraft's answers to `list`, by servers of all kinds."""

import pytest

from bot.domain.player_list import listed_players

PAPER = "[12:00:01 INFO]: "
VANILLA = "[12:00:01] [Server thread/INFO]: "
FORGE = "[27Nov2026 12:00:01.123] [Server thread/INFO] [net.minecraft.server.dedicated.DedicatedServer/]: "
FABRIC = "[12:00:01] [Server thread/INFO] (Minecraft) "
BEDROCK = "[2026-11-27 12:00:01:123 INFO] "
POCKETMINE = "[12:00:01.123] [Server thread/INFO]: "
NUKKIT = "2026-11-27 12:00:01 [INFO ] "
UUID = "069a79f4-44e9-4726-a5be-fca90e38aaf5"


@pytest.mark.parametrize(
    ("lines", "online", "maximum", "names"),
    [
        (
            [VANILLA + "There are 3 of a max of 20 players online: Ann, Bob, Eve_2"],
            3,
            20,
            ["Ann", "Bob", "Eve_2"],
        ),
        ([VANILLA + "There are 0 of a max of 20 players online: "], 0, 20, []),
        (
            [PAPER + "There are 2 of a max of 20 players online: Ann, .Bob on Xbox"],
            2,
            20,
            ["Ann", ".Bob on Xbox"],
        ),
        ([VANILLA + "There are 1 of a max 20 players online: Ann"], 1, 20, ["Ann"]),
        *(
            ([prompt + PAPER + "There are 1/20 players online:", prompt + PAPER + "Ann"], 1, 20, ["Ann"])
            for prompt in ("> ", ">\r", "\r\x1b[K", "\x1b[m> \x1b[K\r")
        ),
        ([VANILLA + f"There are 1 of a max of 20 players online: Ann ({UUID})"], 1, 20, ["Ann"]),
        ([VANILLA + "There are 2/20 players online:", VANILLA + "Ann, Bob"], 2, 20, ["Ann", "Bob"]),
        ([FORGE + "There are 1 of a max of 8 players online: Ann"], 1, 8, ["Ann"]),
        ([BEDROCK + "There are 2/10 players online:", BEDROCK + "Ann, Bob"], 2, 10, ["Ann", "Bob"]),
        ([POCKETMINE + "There are 1/20 players online:", POCKETMINE + "Ann"], 1, 20, ["Ann"]),
        # EssentialsX/Essentials#949, #3008: those who hide, behind a slash and with a tag
        (
            [
                PAPER + "§6There are §c2§6/§c1§6 out of maximum §c50§6 players online.",
                PAPER + "admins: [HIDDEN]Eve",
                PAPER + "default: [Mod] Ann, [AFK][Mod] Bob",
            ],
            2,
            50,
            ["Ann", "Bob"],
        ),
        (
            [
                PAPER + "There are 1/2 out of maximum 50 players online.",
                PAPER + "default: [AFK][HIDDEN]Bob, [HIDDEN]Eve, Ann",
            ],
            1,
            50,
            ["Ann"],
        ),
        ([PAPER + "Es sind 1/1 von maximal 20 Spielern online."], 1, 20, None),
        ([PAPER + "Võrgus on 1/1/20 mängijat."], 1, 20, None),
        # gekware/minecraft-server-hibernation#183
        ([VANILLA + "There are 0 out of a maximum 20 players online"], 0, 20, []),
        ([VANILLA + "There are 0 out of 20 players online"], 0, 20, []),
        (["There are 1/10 players online:"], 1, 10, None),
        (["There are 2/10 players online:", "Ann, Bob Stone"], 2, 10, ["Ann", "Bob Stone"]),
        (["There are 1/10 players online:", "Running AutoCompaction..."], 1, 10, None),
        ([FABRIC + "There are 1 of a max of 20 players online: Ann"], 1, 20, ["Ann"]),
        ([VANILLA + "There are 1 of a max of 2147483647 players online: Ann"], 1, None, ["Ann"]),
        (
            [
                PAPER + "§6There are §c3§6 out of maximum §c20§6 players online.",
                PAPER + "§6admins§r: [AFK]Ann",
                PAPER + "default: Bob, Eve",
            ],
            3,
            20,
            ["Ann", "Bob", "Eve"],
        ),
        (
            [PAPER + "\x1b[33mThere are \x1b[31m0\x1b[33m out of maximum \x1b[31m20\x1b[33m players online."],
            0,
            20,
            [],
        ),
        (
            [PAPER + "Es sind 2 von maximal 20 Spielern online.", PAPER + "default: Ann, Bob"],
            2,
            20,
            ["Ann", "Bob"],
        ),
        (
            [PAPER + "Il y a 1 joueurs en ligne sur 20 au total.", PAPER + "default: Ann"],
            1,
            20,
            ["Ann"],
        ),
        ([PAPER + "Hay 0 jugadores de un máximo de 20 jugadores en linea."], 0, 20, []),
        ([PAPER + "当前有0位玩家在线，可容纳最大在线人数为20位玩家。"], 0, 20, []),  # noqa: RUF001 - Chinese
        ([PAPER + "Сейчас 0 из 20 игроков на сервере."], 0, 20, []),
        (
            [
                VANILLA + "There are 9 of a max of 20 players online: ",
                VANILLA + "There are 1 of a max of 20 players online: Ann",
                VANILLA + "Bob joined the game",
            ],
            1,
            20,
            ["Ann"],
        ),
    ],
)
def test_an_answer_is_read(lines: list[str], online: int, maximum: int, names: list[str] | None) -> None:
    count = listed_players(lines)
    assert count is not None
    assert (count.online, count.maximum) == (online, maximum)
    assert names == (None if count.players is None else [player.name for player in count.players])


@pytest.mark.parametrize(
    "line",
    [
        VANILLA + "<Ann> There are 0 of a max of 20 players online: ",
        VANILLA + "[Not Secure] <Ann> There are 0 of a max of 20 players online: ",
        VANILLA + "[Ann] There are 0 of a max of 20 players online: ",
        PAPER + "[Ann] There are 0 of a max of 20 players online: ",
        "> " + VANILLA + "<Ann> There are 0 of a max of 20 players online: ",
        VANILLA + "> There are 0 of a max of 20 players online: ",
        BEDROCK + "[Ann] There are 0/20 players online:",
        VANILLA + "* Ann There are 0 of a max of 20 players online: ",
        PAPER + "[Ann] Es sind 0 von maximal 20 Spielern online.",
        PAPER + "Ann: 3 players need 20 beds",
        PAPER + "Preparing spawn area: 3 of 20",
        PAPER + "There are 999999 of a max of 20 players online: ",
        "Ann joined",
        "",
    ],
)
def test_what_players_type_and_other_lines_are_no_answer(line: str) -> None:
    assert listed_players([line]) is None


def test_names_that_do_not_add_up_are_not_shown() -> None:
    count = listed_players([VANILLA + "There are 3 of a max of 20 players online: Ann, Bob"])
    assert count is not None
    assert (count.online, count.players) == (3, None)


def test_long_lines_take_no_long_time() -> None:
    lines = [
        PAPER + "players 1 " * 3000,
        PAPER + "There are 1/2 players online: " + "a, " * 9000,
        "[" * 20_000,
    ]
    assert listed_players(lines) is not None
