"""The console lines that moderate players, and which answers mean no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain import moderation
from bot.domain.moderation import Moderation, PlayerAction, was_refused

GAMES = (
    moderation.MINECRAFT,
    moderation.BEDROCK,
    moderation.POCKETMINE,
    moderation.SOURCE,
    moderation.RUST,
    moderation.PALWORLD,
    moderation.ARK,
    moderation.TERRARIA,
    moderation.FACTORIO,
    moderation.SEVEN_DAYS,
    moderation.ZOMBOID,
    moderation.QUAKE,
)


@pytest.mark.parametrize(
    ("game", "action", "who", "text", "line"),
    [
        (moderation.MINECRAFT, PlayerAction.KICK, "Steve", "be nice", "kick Steve be nice"),
        (moderation.MINECRAFT, PlayerAction.KICK, " .Bedrock_Kid ", "", "kick .Bedrock_Kid"),
        (moderation.MINECRAFT, PlayerAction.UNBAN, "Steve", "", "pardon Steve"),
        (moderation.MINECRAFT, PlayerAction.ALLOW, "+Bedrock_Kid", "", "whitelist add +Bedrock_Kid"),
        (moderation.MINECRAFT, PlayerAction.LIST, "", "", "whitelist list"),
        (moderation.BEDROCK, PlayerAction.ALLOW, "Steve Stone", "", 'allowlist add "Steve Stone"'),
        (moderation.POCKETMINE, PlayerAction.ALLOW, "Steve Stone", "", 'whitelist add "Steve Stone"'),
        (moderation.POCKETMINE, PlayerAction.BAN, "Steve", "", 'ban "Steve"'),
        (moderation.SOURCE, PlayerAction.KICK, "{ada}", "", 'kick "{ada}"'),
        (moderation.SOURCE, PlayerAction.BAN, "STEAM_1:0:12345", "", "banid 0 STEAM_1:0:12345 kick"),
        (moderation.RUST, PlayerAction.KICK, "Ada L.", 'say "bye"; quit', 'kick "Ada L." "say bye quit"'),
        (
            moderation.PALWORLD,
            PlayerAction.BAN,
            "steam_76561198012345678",
            "",
            "BanPlayer steam_76561198012345678",
        ),
        (
            moderation.ARK,
            PlayerAction.ALLOW,
            "76561198012345678",
            "",
            "AllowPlayerToJoinNoCheck 76561198012345678",
        ),
        (moderation.FACTORIO, PlayerAction.MESSAGE, "ada", "hi", "/whisper ada hi"),
        (moderation.SEVEN_DAYS, PlayerAction.BAN, "Ada", "griefing", 'ban add "Ada" 10 years "griefing"'),
    ],
)
def test_line_is_the_games_own(
    game: Moderation, action: PlayerAction, who: str, text: str, line: str
) -> None:
    assert game.line(action, who, text) == line


@pytest.mark.parametrize(
    ("game", "action", "who"),
    [
        (moderation.MINECRAFT, PlayerAction.KICK, "@a"),
        (moderation.MINECRAFT, PlayerAction.KICK, "Steve x"),
        (moderation.MINECRAFT, PlayerAction.KICK, ""),
        (moderation.BEDROCK, PlayerAction.BAN, "Steve"),
        (moderation.SOURCE, PlayerAction.BAN, "Ada"),
        (moderation.SOURCE, PlayerAction.KICK, 'a"; quit'),
        (moderation.SOURCE, PlayerAction.KICK, "Ada\x85quit"),
        (moderation.TERRARIA, PlayerAction.KICK, "Ada\u2028exit"),
        (moderation.ARK, PlayerAction.KICK, "Ada"),
        (moderation.QUAKE, PlayerAction.BAN, "Ada"),
    ],
)
def test_odd_names_and_missing_commands_send_nothing(
    game: Moderation, action: PlayerAction, who: str
) -> None:
    with pytest.raises(BadInput) as refused:
        game.line(action, who, "")
    assert refused.value.state == "Nothing was sent."


@given(st.sampled_from(GAMES), st.sampled_from(PlayerAction), st.text(max_size=80), st.text(max_size=300))
def test_nothing_typed_adds_a_second_command(
    game: Moderation, action: PlayerAction, who: str, text: str
) -> None:
    try:
        line = game.line(action, who, text)
    except BadInput:
        return
    template = game.commands[action]
    assert len(line.splitlines()) == 1
    assert ";" not in line
    assert line.count('"') == template.count('"')


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("[12:00:00 INFO]: No player was found", True),
        ("[12:00:00 INFO]: Nothing changed. The player isn't banned", True),
        ("[12:00:00 INFO]: Player is already whitelisted", True),
        ("[12:00:00 INFO]: Unknown or incomplete command, see below for error", True),
        ("[12:00:00 INFO]: Incorrect argument for command", True),
        ("[12:00:00 INFO]: An unexpected error occurred trying to execute that command", True),
        ("[2026-11-27 12:00:00:123 INFO] Player not in allowlist", True),
        ('[2026-11-27 12:00:00:123 ERROR] Syntax error: Unexpected "x": at "kick >>x<<"', True),
        ("Player ada doesn't exist.", True),
        ("Failed to Ban: steam_76561198012345678", True),
        ("[12:00:00 INFO]: Could not add Steve to the whitelist", True),
        ("[12:00:00 INFO]: Kicked Steve: be nice", False),
        ("[2026-11-27 12:00:00:123 INFO] Player added to allowlist", False),
        ("[12:00:00 INFO]: Added Steve to the whitelist", False),
    ],
)
def test_refusals_are_known(line: str, refused: bool) -> None:
    assert was_refused([line]) is refused
