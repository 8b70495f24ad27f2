"""`quetzal doctor`: checks a set-up step by step and says how to fix problems."""

import sys
from collections.abc import AsyncIterator, Iterable
from typing import TextIO

from bot.core import log as logs
from bot.core.clock import Clock
from bot.core.discord_endpoint import point_discord_at
from bot.doctor.copy_checks import check_copy_target
from bot.doctor.discord_checks import check_discord
from bot.doctor.findings import Finding, Mark, good, wrong
from bot.doctor.game_checks import check_games
from bot.doctor.local_checks import check_data_dir, check_vault
from bot.doctor.panel_checks import check_panel
from bot.settings import SettingsInvalid, load_settings

__all__ = ["examine"]


async def examine(out: TextIO = sys.stdout) -> int:
    """Check everything and print the findings; returns the exit code, 1 when something is wrong."""
    counts = dict.fromkeys(Mark, 0)
    async for line in _checked(Clock()):
        if isinstance(line, Finding):
            counts[line.mark] += 1
        out.write(f"{line}\n")
        out.flush()
    out.write(f"\n{counts[Mark.GOOD]} good, {counts[Mark.NOTE]} to note, {counts[Mark.WRONG]} wrong\n")
    return 1 if counts[Mark.WRONG] else 0


async def _checked(clock: Clock) -> AsyncIterator[Finding | str]:
    """Yield headings, each with its findings."""
    yield "Settings"
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        for problem in error.problems:
            yield wrong(problem, "")
        yield f"\n{error.next_step}"
        return
    yield good("All settings are valid.")
    # Problems are printed here; only defects of the doctor itself go to the log.
    logs.set_up("CRITICAL", "text", settings.secrets())
    if settings.discord_api_url:
        point_discord_at(settings.discord_api_url)
    findings: Iterable[Finding] = (*check_data_dir(settings), *check_vault(settings))
    for finding in findings:
        yield finding
    yield "\nDiscord"
    async for finding in check_discord(settings, clock):
        yield finding
    for panel_id, panel in settings.panels.items():
        yield f"\nPanel {panel_id}"
        async for finding in check_panel(panel_id, panel, clock):
            yield finding
        if settings.watch and settings.watch_players:
            async for finding in check_games(panel_id, panel, clock):
                yield finding
    for name, target in settings.copies.items():
        yield f"\nCopy target {name}"
        async for finding in check_copy_target(name, target, clock):
            yield finding
