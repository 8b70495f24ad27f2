"""`quetzal doctor` checks the token, the servers and channels on Discord."""

from pathlib import Path

import discord
import pytest

from bot.core.discord_endpoint import point_discord_at
from bot.doctor.discord_checks import looks_like_token
from bot.registered_commands import COMMANDS_FILE, RegisteredCommands
from tests.doctor.examination import bot_settings, on_discord, wrongs
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin


async def test_good_discord_has_nothing_to_mend(discord_standin: DiscordStandin) -> None:
    results = await on_discord(bot_settings())
    assert not wrongs(results)
    said = "\n".join(map(str, results))
    assert "this is Quetzal" in said
    assert "The bot is in Acme Games" in said
    assert "in 1 of 1 text channels" in said


async def test_commands_that_discord_has_lost_are_wrong(
    discord_standin: DiscordStandin, tmp_path: Path
) -> None:
    settings = bot_settings().model_copy(update={"data_dir": tmp_path})
    said = "\n".join(map(str, await on_discord(settings)))
    assert "No commands are registered" in said
    RegisteredCommands(tmp_path / COMMANDS_FILE).note(GUILD_ID, "digest")
    (finding,) = wrongs(await on_discord(settings))
    assert "Discord has none of the bot's commands in Acme Games" in finding
    assert "Restart the bot" in finding


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (TOKEN.replace("stand", "canry"), "It was reset"),
        ("canary-client-secret", "It is neither the client secret"),
    ],
)
async def test_a_refused_token_is_explained_by_its_form(
    discord_standin: DiscordStandin, token: str, said: str
) -> None:
    (finding,) = wrongs(await on_discord(bot_settings(token=token)))
    assert said in finding
    assert token not in finding


async def test_a_guild_without_the_bot_gets_an_invitation(discord_standin: DiscordStandin) -> None:
    discord_standin.knows_guild = False
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "The bot isn't in the Discord server" in finding
    assert f"guild_id={GUILD_ID}" in finding


async def test_missing_channel_permissions_are_named(discord_standin: DiscordStandin) -> None:
    discord_standin.permissions = str(discord.Permissions(view_channel=True, send_messages=True).value)
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "Attach Files, Embed Links" in finding


async def test_unreachable_discord_is_explained(discord_standin: DiscordStandin) -> None:
    point_discord_at("http://127.0.0.1:1")
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "Discord can't be reached" in finding


async def test_discord_failing_halfway_ends_its_checks_in_a_sentence(
    discord_standin: DiscordStandin,
) -> None:
    discord_standin.understands = False
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "Discord answers with an error (status 400)." in finding


@pytest.mark.parametrize(
    ("text", "does"),
    [(TOKEN, True), ("a.b.c", False), ("only-one-part", False), ("..", False), ("OTAw.x.", False)],
)
def test_a_token_is_known_by_its_form(text: str, does: bool) -> None:
    assert looks_like_token(text) is does
