"""Who may ask to be on a whitelist, and what the game's answer to it means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import BadInput
from bot.domain.whitelist import WhitelistRequest, about_listing, check_may_ask, is_listed_now

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
ASKED = WhitelistRequest(0, 1, "main", "uuid", "Survival", 7, "en-US", "Nora", "", NOW, 9, "1")
OTHERS = [replace(ASKED, id=number, user_id=100 + number) for number in range(1, 26)]


@pytest.mark.parametrize(
    ("waiting", "hours_ago", "refusal"),
    [
        ([], (), None),
        ([ASKED], (), "You have already asked for this server."),
        ([replace(ASKED, server_uuid="other")], (), None),
        ([replace(ASKED, panel_id="other")], (), None),
        (OTHERS[:24], (), None),
        (OTHERS, (), "Too many requests are waiting for this server."),
        ([], (1, 2), None),
        ([], (1, 2, 23.9), "You can ask 3 times a day."),
        ([], (1, 2, 24), None),
    ],
)
def test_one_waits_for_a_person_and_server_three_a_day_and_25_in_all(
    waiting: list[WhitelistRequest], hours_ago: tuple[float, ...], refusal: str | None
) -> None:
    asked_at = [NOW - timedelta(hours=hours) for hours in hours_ago]
    if refusal is None:
        check_may_ask(ASKED, waiting, asked_at)
        return
    with pytest.raises(BadInput) as raised:
        check_may_ask(ASKED, waiting, asked_at)
    assert (raised.value.happened, raised.value.state) == (refusal, "Nothing was sent.")


@pytest.mark.parametrize(
    ("lines", "relevant", "is_listed"),
    [
        (["Added Nora to the whitelist"], 1, True),
        (["Player is already whitelisted"], 1, True),
        (["Player already in allowlist"], 1, True),
        (["Player added to allowlist"], 1, True),
        (["That player does not exist"], 1, False),
        (["Unknown or incomplete command, see below for error"], 1, False),
        (["<Bob> player not found lol", "Saved the game"], 0, True),
        (["<Bob> player not found"], 0, True),
        (["[12:00:00 INFO]: §cPlayer not found."], 1, False),
        (["[12:00:00] [Server thread/INFO] (Minecraft) No player was found"], 1, False),
        (["[12:00:00 INFO]: Could not add Nora to the whitelist"], 1, False),
        (["<Bob> hi", "Nora is not online", "Saved the game"], 1, False),
        ([], 0, True),
    ],
)
def test_chat_in_between_is_no_answer_and_somebody_who_is_listed_already_may_join(
    lines: list[str], relevant: int, is_listed: bool
) -> None:
    answered = about_listing(lines, "Nora")
    assert len(answered) == relevant
    assert is_listed_now(answered) is is_listed
