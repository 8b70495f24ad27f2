"""The command line, as somebody meets it who has just installed it."""

from pathlib import Path

import pytest

from tests.support.process import Process, quetzal


@pytest.mark.parametrize("word", ["run", "demo", "tour", "doctor", "sandbox", "health"])
async def test_help_names_every_command(tmp_path: Path, word: str) -> None:
    code, said = await quetzal("--help", cwd=tmp_path, fresh=True)
    assert code == 0
    assert f"\n    {word} " in said


async def test_the_version_is_the_packages(tmp_path: Path) -> None:
    assert await quetzal("--version", cwd=tmp_path, fresh=True) == (0, "quetzal 0.1.0\n")


async def test_without_settings_everything_that_is_missing_is_reported_at_once(tmp_path: Path) -> None:
    code, said = await quetzal("run", cwd=tmp_path)
    assert code == 1
    for name in ("QUETZAL_DISCORD_TOKEN", "QUETZAL_PANEL_URL", "QUETZAL_PANEL_KEY", "QUETZAL_GUILDS"):
        assert f"{name} is missing. Example: {name}=" in said
    assert "Traceback" not in said


async def test_a_secret_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    env = {"QUETZAL_PANEL_URL": "canary", "QUETZAL_GUILDS": "canary", "QUETZAL_LOG_LEVEL": "canary"}
    code, said = await quetzal("run", cwd=tmp_path, env=env)
    assert code == 1
    assert "canary" not in said


async def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    code, said = await quetzal("fly", cwd=tmp_path, fresh=True)
    assert code == 2
    assert "usage: quetzal" in said


async def test_the_sandbox_serves_until_it_is_stopped(tmp_path: Path) -> None:
    key = "ptlc_" + "k" * 43
    async with Process("sandbox", "--port", "0", "--key", key, cwd=tmp_path, env={}, fresh=True) as sandbox:
        await sandbox.says("Stop it with Ctrl+C.")
        code, said = await sandbox.stop()
    assert code == 0
    assert "Panel:  http://127.0.0.1:" in said
    assert key in said


async def test_a_port_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    code, said = await quetzal("sandbox", "--port", "99999", cwd=tmp_path)
    assert code == 1
    assert "The sandbox can't listen" in said
    assert "Traceback" not in said
