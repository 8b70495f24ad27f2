"""`quetzal tour`: the mission's conversation on the demo's world, each step shown and checked."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from bot.core import log as logs
from demo.discord.simulated import SteppedDiscord
from demo.first_chart import warm_up
from demo.harness import Outside, open_harness
from demo.manual_clock import SteppedClock
from demo.player import Guide, Step, Unmet
from demo.seed import live_in
from demo.tour_steps import STEPS
from sandbox import ManualClock, Sandbox, demo_world


def main(*, strict: bool = False) -> int:
    """Play the tour; the exit code is 0 when no step failed. When strict, a missing step is a failed one."""
    logs.set_up("ERROR", "text")
    return asyncio.run(tour(sys.stdout, strict=strict))


async def tour(out: TextIO, *, strict: bool = False, steps: Sequence[Step] = STEPS) -> int:
    """Play all steps in one conversation and print how it went; returns the exit code."""
    passed = failed = 0
    async with _guide(out) as guide:
        for number, step in enumerate(steps, start=1):
            out.write(f"\n{number:2}  {step.asks}\n")
            if not guide.has(step.command):
                guide.write_line(f"— not there yet: /{step.command}")
                failed += strict
            elif await _plays(guide, step):
                passed += 1
            else:
                failed += 1
    out.write(f"\n{passed} passed, {failed} failed\n")
    return 1 if failed else 0


async def _plays(guide: Guide, step: Step) -> bool:
    try:
        await step.play(guide)
    except Exception as error:  # noqa: BLE001 - whatever it is, the step failed and the others follow
        guide.write_line(f"  ✘ {error if isinstance(error, Unmet) else repr(error)}")
        return False
    return True


@asynccontextmanager
async def _guide(out: TextIO) -> AsyncIterator[Guide]:
    manual, outside = ManualClock(), Outside()
    clock = SteppedClock(manual, outside)
    async with Sandbox(clock=manual) as sandbox:
        survival = demo_world(sandbox)[0]
        with tempfile.TemporaryDirectory(prefix="quetzal-tour-") as data_dir:
            async with open_harness(
                sandbox,
                clock=clock,
                outside=outside,
                make_discord=lambda bot: SteppedDiscord(bot, manual),
                data_dir=Path(data_dir),
                watch_s=60,
            ) as harness:
                await live_in(harness)
                await harness.services.charts.draw(warm_up)
                yield Guide(harness, clock, survival, out)
