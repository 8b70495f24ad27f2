"""Which line of its console shows a text to the players of a game."""

import pytest

from bot.domain.game_commands import commands_of
from bot.panel.models import Server


def line(egg: str = "", invocation: str = "", image: str = "") -> str | None:
    server = Server.model_validate(
        {
            "uuid": "1a7ce997-259b-452e-8b4e-cecc464142ca",
            "identifier": "1a7ce997",
            "internal_id": 1,
            "name": "S",
            "invocation": invocation,
            "docker_image": image,
            "relationships": {"egg": {"attributes": {"name": egg}}},
        }
    )
    commands = commands_of(server)
    return None if commands is None else commands.announcement("Back in 5 minutes.")


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"invocation": "java -jar server.jar"}, "say Back in 5 minutes."),
        ({"egg": "Paper", "image": "ghcr.io/pterodactyl/yolks:java_21"}, "say Back in 5 minutes."),
        ({"egg": "Waterfall", "invocation": "java -jar waterfall.jar"}, "alert Back in 5 minutes."),
        ({"egg": "Velocity", "invocation": "java -jar velocity.jar"}, None),
        ({"egg": "Mindustry", "invocation": "java -jar server-release.jar host"}, "say Back in 5 minutes."),
        ({"egg": "Lavalink", "invocation": "java -jar Lavalink.jar"}, None),
        ({"egg": "Zomboid", "image": "java_17", "invocation": "./run.sh"}, 'servermsg "Back in 5 minutes."'),
        ({"image": "ghcr.io/example/pmmp:5"}, "say Back in 5 minutes."),
        ({"egg": "Vanilla Bedrock"}, "say Back in 5 minutes."),
        ({"egg": "Rust"}, "say Back in 5 minutes."),
        ({"egg": "Palworld"}, "Broadcast Back_in_5_minutes."),
        ({"egg": "ARK: Survival Evolved"}, "Broadcast Back in 5 minutes."),
        ({"egg": "Terraria Vanilla"}, "say Back in 5 minutes."),
        ({"egg": "Factorio"}, "Back in 5 minutes."),
        ({"egg": "7 Days To Die"}, 'say "Back in 5 minutes."'),
        ({"egg": "Project Zomboid"}, 'servermsg "Back in 5 minutes."'),
        ({"egg": "Don't Starve Together"}, 'c_announce("Back in 5 minutes.")'),
        ({"egg": "Counter-Strike 2"}, "say Back in 5 minutes."),
        ({"invocation": "./srcds_run -game garrysmod"}, "say Back in 5 minutes."),
        (
            {"egg": "Custom HLDS Engine Game", "image": "ghcr.io/parkervcp/games:source"},
            "say Back in 5 minutes.",
        ),
        ({"egg": "Starbound", "image": "ghcr.io/parkervcp/games:source"}, None),
        (
            {"egg": "Rust generic", "invocation": "cargo run", "image": "ghcr.io/parkervcp/yolks:rust_1.75"},
            None,
        ),
        ({"egg": "Resource monitor"}, None),
        ({"egg": "OpenTTD"}, 'say "Back in 5 minutes."'),
        ({"egg": "Valheim"}, None),  # its server reads no console
        ({"egg": "generic nodejs"}, None),
    ],
)
def test_each_game_has_its_own_command(about: dict[str, str], expected: str | None) -> None:
    assert line(**about) == expected
