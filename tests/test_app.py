"""What ends a start, and what the bot remembers of the commands it registered."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typing_extensions import override

from bot.app import _connected_until
from bot.client import QuetzalBot
from bot.composition.services import build_services
from bot.container import Services
from bot.core.errors import SetupError
from bot.registered_commands import RegisteredCommands
from bot.settings import Settings
from sandbox import ManualClock, Sandbox
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with Sandbox(clock=ManualClock()) as panel:
        main = {"url": panel.panel_url, "key": panel.world.key_of("owner"), "guilds": {GUILD_ID: "all"}}
        settings = Settings.model_validate(
            {"discord_token": TOKEN, "panels": {"main": main}, "data_dir": tmp_path}
        )
        async with build_services(settings) as services:
            yield services


@pytest.mark.parametrize("extension", ["cogs.no_such_cog", "without_setup"])
async def test_a_part_that_cannot_be_loaded_ends_the_start_by_name(
    discord_standin: DiscordStandin,
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    extension: str,
) -> None:
    # Not one of ours: discord.py takes a module without `setup` out of `sys.modules`, for everybody after it.
    (tmp_path / "without_setup.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    bot = QuetzalBot(services, extensions=["cogs.servers", extension])
    with pytest.raises(SetupError, match=f"The part {extension} could not be loaded"):
        await _connected_until(asyncio.Event(), bot, TOKEN)
    await bot.close()
    assert not discord_standin.registrations
    assert not discord_standin.identified


class StopsAtTheSecondCancellation(QuetzalBot):
    """Loses a cancellation, as `asyncio.wait_for` does at the moment when a connection is made."""

    @override
    async def start(self, token: str, *, reconnect: bool = True) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()


async def test_a_stop_while_the_connection_is_made_is_not_lost(services: Services) -> None:
    bot, stop = StopsAtTheSecondCancellation(services), asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    async with asyncio.timeout(60):
        await _connected_until(stop, bot, TOKEN)


def test_what_was_registered_outlives_the_process(tmp_path: Path) -> None:
    RegisteredCommands(tmp_path / "commands.json").note(1, "a")
    RegisteredCommands(tmp_path / "commands.json").note(2, "b")
    later = RegisteredCommands(tmp_path / "commands.json")
    assert (later.digest(1), later.digest(2), later.digest(3)) == ("a", "b", None)
    later.forget(1)
    later.forget(3)
    assert (later.digest(1), later.digest(2)) == (None, "b")


@pytest.mark.parametrize("text", ["", "[]", '{"1": '])
def test_a_torn_memory_of_commands_only_costs_a_registration(tmp_path: Path, text: str) -> None:
    (tmp_path / "commands.json").write_text(text)
    commands = RegisteredCommands(tmp_path / "commands.json")
    assert commands.digest(1) is None
    commands.note(1, "a")
    assert commands.digest(1) == "a"
