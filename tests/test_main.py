"""The command line of an installed Quetzal, which has no sandbox and no demo beside it."""

from pathlib import Path

import pytest

import bot.__main__
from bot.__main__ import main


@pytest.mark.parametrize(("command", "part"), [("demo", "demo"), ("tour", "demo"), ("sandbox", "sandbox")])
def test_an_installed_bot_says_where_demo_and_sandbox_are(
    command: str,
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bot.__main__, "__file__", str(tmp_path / "bot" / "__main__.py"))
    assert main([command]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"The {part} isn't part of an installed Quetzal.")
    assert "Run it from a checkout of the repository" in printed
