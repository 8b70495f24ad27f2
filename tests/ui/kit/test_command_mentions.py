"""Commands in text become mentions, which people tap instead of typing."""

import pytest

from bot.ui.kit.card import Card, Field, Row
from bot.ui.kit.command_mentions import CommandMentions, command_paths

GUILD, ELSEWHERE = 1, 2
REGISTERED = [
    {
        "id": "71",
        "name": "alerts",
        "options": [{"type": 1, "name": "board", "options": [{"type": 7, "name": "channel"}]}],
    },
    {
        "id": "72",
        "name": "quetzal",
        "options": [{"type": 2, "name": "access", "options": [{"type": 1, "name": "grant"}]}],
    },
    {"id": "73", "name": "ping", "options": [{"type": 3, "name": "text"}]},
]


@pytest.fixture
def mentions() -> CommandMentions:
    known = CommandMentions()
    known.note(GUILD, REGISTERED)
    return known


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Run `/alerts board`.", "Run </alerts board:71>."),
        ("`/quetzal access grant` or `/ping`", "</quetzal access grant:72> or </ping:73>"),
        ("`/alerts board channel:#…`", "</alerts board:71> `channel:#…`"),
        ("`/alerts unknown`, `/alerts`, `/home/me`, /alerts board", None),
        ("```\n/alerts board\n```", None),
    ],
)
def test_a_command_between_backticks_becomes_its_mention(
    mentions: CommandMentions, text: str, shown: str | None
) -> None:
    assert mentions.clickable(text, GUILD) == (text if shown is None else shown)
    assert mentions.clickable(text, ELSEWHERE) == text


def test_every_text_of_a_card_but_its_title_is_searched(mentions: CommandMentions) -> None:
    said, shown = "`/ping`", "</ping:73>"
    card = Card(title=said, description=said, rows=(Row(said),), fields=(Field(said, said),), footer=said)
    assert mentions.in_card(card, GUILD) == Card(
        title=said, description=shown, rows=(Row(shown),), fields=(Field(said, shown),), footer=shown
    )


def test_paths_are_the_commands_that_can_be_run() -> None:
    assert command_paths(REGISTERED) == {"alerts board", "quetzal access grant", "ping"}
