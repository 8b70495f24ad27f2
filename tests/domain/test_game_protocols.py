"""Which protocol a server's game is asked by, and on which of its ports."""

import pytest

from bot.domain.game_protocols import QueryCandidate, query_candidates, query_secret
from bot.domain.players import GameProtocol
from tests.games.eggs import PAGE, Egg, public_eggs, table

EGGS = {egg.name: egg for egg in public_eggs()}


def first(name: str) -> tuple[str, int]:
    protocol, port = query_candidates(EGGS[name].server())[0]
    return protocol.value, port


def test_the_page_shows_what_is_chosen_for_each_egg() -> None:
    assert PAGE.read_text().endswith(table())


@pytest.mark.parametrize(
    ("egg", "expected"),
    [
        ("Paper", ("minecraft", 25565)),
        ("Velocity", ("minecraft", 25577)),
        ("Vanilla Bedrock", ("bedrock", 19132)),
        ("Purpur-Geyser-Floodgate", ("minecraft", 25565)),
        ("Valheim", ("source", 2457)),
        ("Rust", ("source", 27017)),
        ("Ark: Survival Evolved", ("source", 27015)),
        ("V Rising", ("source", 9877)),
        ("Counter-Strike 2", ("source", 27015)),
        ("Quake Live", ("source", 27960)),
        ("OpenArena", ("quake3", 27960)),
        ("Multi Theft Auto", ("mta", 22126)),
        ("Palworld", ("palworld", 8212)),
        ("Teamspeak3 Server", ("teamspeak", 10011)),
        ("DDNet", ("teeworlds", 8303)),
        ("Mumble Server", ("mumble", 64738)),
    ],
)
def test_a_game_is_asked_in_its_own_way(egg: str, expected: tuple[str, int]) -> None:
    assert first(egg) == expected


@pytest.mark.parametrize("egg", ["Factorio", "Terraria Vanilla", "ARK: Survival Ascended", "Hytale"])
def test_a_game_without_a_query_is_not_asked(egg: str) -> None:
    assert query_candidates(EGGS[egg].server()) == ()


@pytest.mark.parametrize("egg", EGGS)
def test_only_own_ports_are_asked(egg: str) -> None:
    own = {4711}
    candidates = query_candidates(EGGS[egg].server(ports=tuple(own)))
    assert {candidate.port for candidate in candidates} <= own


def test_a_server_without_an_allocation_is_not_asked() -> None:
    assert query_candidates(EGGS["Paper"].server(ports=())) == ()


def test_what_a_server_is_called_does_not_decide() -> None:
    startup = './valheim_server.x86_64 -name "Minecraft Paper Factorio" -port 2456'
    egg = Egg("Vikings", 2456, (), "ghcr.io/games:one", startup, {})
    assert query_candidates(egg.server())[0] == QueryCandidate(GameProtocol.SOURCE, 2457)


def test_an_unknown_game_is_tried_with_what_is_common() -> None:
    candidates = query_candidates(
        Egg("Mine", 4000, (), "images:mine", "./run", {}).server(ports=(4000, 4001))
    )
    assert candidates[:2] == ((GameProtocol.SOURCE, 4000), (GameProtocol.MINECRAFT, 4000))
    assert candidates[-1] == (GameProtocol.SOURCE, 4001)


@pytest.mark.parametrize(
    ("features", "variables", "expected"),
    [
        (("eula",), {}, (GameProtocol.MINECRAFT, 4000)),
        (("steam_disk_space",), {}, (GameProtocol.SOURCE, 4000)),
        ((), {"SERVER_QUERY_PORT": "4001"}, (GameProtocol.SOURCE, 4001)),
    ],
)
def test_features_and_variables_show_the_kind_of_an_unknown_game(
    features: tuple[str, ...], variables: dict[str, str], expected: tuple[GameProtocol, int]
) -> None:
    egg = Egg("Mine", 4000, features, "images:mine", "./run", variables)
    assert query_candidates(egg.server())[0] == expected


def test_palworld_gets_the_password_that_it_wants() -> None:
    egg = EGGS["Palworld"]
    assert query_secret(GameProtocol.PALWORLD, egg.server()) is None
    protected = Egg(**{**vars(egg), "variables": {**egg.variables, "ADMIN_PASSWORD": "hunter2"}}).server()
    assert query_secret(GameProtocol.PALWORLD, protected) == "hunter2"
    assert query_secret(GameProtocol.SOURCE, protected) is None
