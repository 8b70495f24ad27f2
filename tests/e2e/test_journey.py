"""The real process between a Discord and a panel over real sockets, from its start to SIGTERM."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from sandbox import Fault, RealClock, Sandbox
from tests.support import discord_trouble as trouble
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin
from tests.support.ports import free_port
from tests.support.process import PATIENCE_S, Process, quetzal


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandin]:
    async with DiscordStandin() as discord:
        yield discord
        assert not discord.unknown_routes


@pytest.fixture
async def panel() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=RealClock()) as sandbox:
        sandbox.world.add_server(
            name="Survival", owner="owner", memory=2048, disk=10240, cpu=200, state="running"
        )
        sandbox.world.add_server(name="Lobby", owner="owner", memory=512, disk=1024, cpu=100, state="offline")
        yield sandbox
        assert not sandbox.unknown_routes


@pytest.fixture
def env(discord: DiscordStandin, panel: Sandbox) -> dict[str, str]:
    return {
        "QUETZAL_DISCORD_TOKEN": TOKEN,
        "QUETZAL_DISCORD_API_URL": discord.url,
        "QUETZAL_PANEL_URL": panel.panel_url,
        "QUETZAL_PANEL_KEY": panel.world.key_of("owner"),
        "QUETZAL_GUILDS": f"{GUILD_ID}=all",
    }


async def test_a_day_in_the_life_of_the_process(
    discord: DiscordStandin, panel: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    settings = {
        "QUETZAL_LOG_LEVEL": "DEBUG",
        "QUETZAL_PUBLIC_PAGE_DIR": "page",
        "QUETZAL_PUBLIC_PAGE_PORT": str(port),
    }
    async with Process("run", cwd=tmp_path, env=env | settings, fresh=True) as bot:
        # It starts: its commands are registered in the guild of the settings, and only there.
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        (registration,) = discord.registrations
        assert registration["guild"] == str(GUILD_ID)
        assert {"server", "files", "quetzal"} <= {command["name"] for command in registration["commands"]}

        # It answers.
        message = await discord.slash("server", "list")
        assert "Survival" in json.dumps(message["components"])
        assert "Lobby" in json.dumps(message["components"])

        # Somebody without the right to manage the guild gets nothing.
        message = await discord.slash("server", "list", member_permissions="0")
        assert "Survival" not in json.dumps(message)

        # It says that it is well.
        async with asyncio.timeout(PATIENCE_S):
            while (await quetzal("health", cwd=tmp_path, env=env))[0] != 0:
                pass

        # It serves the public page, and has written it.
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            served = await response.text()
        assert response.status == HTTPStatus.OK
        for page in (served, (tmp_path / "page" / "index.html").read_text()):
            assert "0 of 0 up" in page  # nobody has made a public board yet

        # Discord drops the connection: the session goes on, the next command is answered.
        await discord.cut_gateway()
        await discord.until(lambda: discord.resumed == 1)
        message = await discord.slash("server", "list")
        assert "Survival" in json.dumps(message["components"])
        assert discord.identified == 1

        # It is asked to stop, and does.
        code, written = await bot.stop()
    assert code == 0, written
    assert written.rstrip().endswith("stopped")
    assert "Warning" not in written
    assert "Traceback" not in written
    assert TOKEN not in written
    assert env["QUETZAL_PANEL_KEY"] not in written
    code, said = await quetzal("health", cwd=tmp_path, env=env)
    assert (code, said) == (1, "No bot is running with the data directory data.\n")

    # The second start registers nothing, since nothing changed.
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 2))
        assert "Survival" in json.dumps(await discord.slash("server", "list"))
        assert len(discord.registrations) == 1
        assert (await bot.stop())[0] == 0


@pytest.mark.sweep
async def test_a_command_under_way_is_answered_before_the_process_ends(
    discord: DiscordStandin, panel: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        panel.faults.add(Fault.slow(1.0), path="*/resources")
        answer = asyncio.create_task(discord.slash("server", "list"))
        await discord.until(lambda: discord.deferred == 1)
        code, written = await bot.stop()
        assert "Survival" in json.dumps(await answer)
    assert code == 0, written
    assert "waiting for 1 commands under way" in written


@pytest.mark.sweep
async def test_an_open_question_does_not_delay_a_stop(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        assert "Which server?" in json.dumps(await discord.slash("server", "status"))
        discord.faults.add(trouble.cut(stored=False), "*/@original", method="PATCH")
        code, written = await bot.stop()
    assert code == 0, written
    assert "commands under way" not in written
    assert "Traceback" not in written


@pytest.mark.sweep
async def test_a_silent_discord_and_work_under_way_hold_up_no_stop(
    discord: DiscordStandin, panel: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.says("ready as Quetzal")
        panel.faults.add(Fault.slow(8.0), path="*/resources")  # commands have four seconds
        answer = asyncio.create_task(discord.slash("server", "list"))
        await discord.until(lambda: discord.deferred == 1)
        discord.fall_silent()
        code, written = await bot.stop()
        answer.cancel()
    assert code == 0, written
    assert "did not end in time and is cut" in written
    assert written.rstrip().endswith("stopped")


async def test_a_refused_token_ends_the_start_with_a_sentence(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    canary = TOKEN.replace("stand", "wrong")
    code, written = await quetzal("run", cwd=tmp_path, env=env | {"QUETZAL_DISCORD_TOKEN": canary})
    assert code == 78  # for which systemd can be set not to start it again
    assert "Discord rejected the token in QUETZAL_DISCORD_TOKEN" in written
    assert "Traceback" not in written
    assert canary not in written


async def test_unreachable_discord_ends_the_start_with_a_sentence(
    env: dict[str, str], tmp_path: Path
) -> None:
    code, written = await quetzal(
        "run", cwd=tmp_path, env=env | {"QUETZAL_DISCORD_API_URL": "http://127.0.0.1:1"}
    )
    assert code == 1
    assert "Discord can't be reached" in written


@pytest.mark.sweep
async def test_a_guild_that_the_bot_is_not_in_does_not_stop_it(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    discord.knows_guild = False
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        code, written = await bot.stop()
    assert code == 0
    assert f"may not register commands in guild {GUILD_ID}: invite the bot" in written


@pytest.mark.sweep
async def test_an_invitation_changes_nothing_in_a_guild_that_the_settings_do_not_name(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    foreign = GUILD_ID + 7
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.says("ready as Quetzal")
        await discord.add_bot_to(foreign)
        await discord.add_bot_to(GUILD_ID)  # removed and invited again: its commands may be gone
        await bot.meanwhile(discord.until(lambda: len(discord.registrations) == 2))
        _, written = await bot.stop()
    assert {registration["guild"] for registration in discord.registrations} == {str(GUILD_ID)}
    assert f"was added to guild {foreign}, which the settings do not name" in written


@pytest.mark.sweep
async def test_a_panel_that_is_down_does_not_stop_it(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env | {"QUETZAL_PANEL_URL": "http://127.0.0.1:1"}) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        assert "panel" in json.dumps(await discord.slash("server", "list")).lower()
        assert (await bot.stop())[0] == 0


async def test_a_data_directory_that_cannot_be_written_ends_the_start(
    env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    code, written = await quetzal("run", cwd=tmp_path, env=env)
    assert code == 1
    assert "The data directory data cannot be written to" in written
    assert "QUETZAL_DATA_DIR" in written


async def test_the_doctor_finds_a_good_set_up_good_and_a_bad_one_wrong(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    code, said = await quetzal("doctor", cwd=tmp_path, env=env)
    assert code == 0, said
    assert said.rstrip().endswith("0 wrong")
    discord.knows_guild = False
    wrong = env | {"QUETZAL_PANEL_URL": "http://127.0.0.1:1"}
    code, worse = await quetzal("doctor", cwd=tmp_path, env=wrong)
    assert code == 1
    assert "Nothing listens at 127.0.0.1:1." in worse
    assert "The bot isn't in the Discord server" in worse
    assert TOKEN not in said + worse
    assert env["QUETZAL_PANEL_KEY"] not in said + worse


async def test_the_doctor_lists_all_that_is_wrong_with_settings(tmp_path: Path) -> None:
    code, said = await quetzal("doctor", cwd=tmp_path)
    assert code == 1
    assert said.count("is missing. Example:") == 4


@pytest.mark.sweep
async def test_an_event_that_cannot_be_read_is_skipped(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        for event, data in (("GUILD_UPDATE", None), ("CHANNEL_CREATE", {"id": "x"}), ("GUILD_CREATE", [])):
            await discord.send_event(event, data)
        message = await bot.meanwhile(discord.slash("server", "list"))
        assert "Survival" in json.dumps(message["components"])
        assert (discord.identified, discord.resumed) == (1, 0)
        code, written = await bot.stop()
    assert code == 0, written
    assert written.count("skipped an event") == 3


@pytest.mark.sweep
async def test_a_frame_that_cannot_be_read_costs_a_reconnect_and_not_the_process(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.meanwhile(discord.until(lambda: discord.identified == 1))
        await discord.send_text('{"op": 0, "t": "GUILD')
        await bot.meanwhile(discord.until(lambda: discord.identified + discord.resumed == 2))
        message = await bot.meanwhile(discord.slash("server", "list"))
        assert "Survival" in json.dumps(message["components"])
        code, written = await bot.stop()
    assert code == 0, written
    assert "could not read what Discord sent" in written
