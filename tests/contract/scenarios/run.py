"""How scenarios run: one after the other, each cleaning up after itself whatever happens."""

import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from bot.core.errors import QuetzalError
from bot.panel import PanelClient
from bot.panel.models import Server

NAME = "quetzal-contract"
E = TypeVar("E", bound=QuetzalError)


class Skipped(Exception):
    """A scenario cannot run here, which is nobody's fault; the message says why."""


@dataclass(slots=True)
class Run:
    """What a scenario gets. `tag` is in the name of everything it makes."""

    client: PanelClient
    server: Server
    tag: str
    say: Callable[[str], None]
    wait: Callable[[float], Awaitable[None]]
    afterwards: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def uuid(self) -> str:
        """The server's uuid."""
        return self.server.uuid

    @property
    def name(self) -> str:
        """The name of what is made."""
        return f"{NAME}-{self.tag}"

    def finally_(self, undo: Callable[[], Awaitable[object]]) -> None:
        """Do something when the scenario is over, well or badly; the last one said comes first."""
        self.afterwards.push_async_callback(undo)

    async def until(self, done: Callable[[], Awaitable[bool]], *, seconds: float, every: float = 2.0) -> None:
        """Look again and again; AssertionError when it takes too long."""
        for _ in range(int(seconds / every)):
            if await done():
                return
            await self.wait(every)
        raise AssertionError(f"not done after {seconds:.0f} s")


async def refused(run: Run, call: Awaitable[object], *kinds: type[E]) -> E:
    """Expect a call to fail with one of these errors; returns it."""
    try:
        await call
    except kinds as error:
        run.say(f"  {type(error).__name__}: {error.happened}")
        return error
    raise AssertionError(f"expected {' or '.join(kind.__name__ for kind in kinds)}")


Scenario = Callable[[Run], Awaitable[None]]


@dataclass(slots=True)
class Report:
    """What came of the scenarios."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def last_lines(self) -> list[str]:
        """The sum; the skipped ones are counted apart, since they are neither."""
        skipped = [f"{len(self.skipped)} skipped"] if self.skipped else []
        return [*skipped, f"{len(self.passed)} passed, {len(self.failed)} failed"]


async def run_all(run: Run, scenarios: Sequence[Scenario]) -> Report:
    """Run the scenarios in their order; a failure does not stop the others."""
    report = Report()
    for scenario in scenarios:
        title = scenario.__name__.replace("_", " ")
        run.say(title)
        began = monotonic()
        outcome = await _run_one(run, scenario)
        match outcome:
            case None:
                report.passed.append(title)
                run.say(f"  passed ({monotonic() - began:.1f} s)")
            case Skipped():
                report.skipped.append(title)
                run.say(f"  skipped: {outcome}")
            case _:
                report.failed.append(title)
                run.say(f"  FAILED: {_reported(outcome)}")
    return report


async def _run_one(run: Run, scenario: Scenario) -> Exception | None:
    """Run a scenario and what it wanted done afterwards; returns what went wrong."""
    try:
        async with AsyncExitStack() as run.afterwards:
            await scenario(run)
    except (Skipped, AssertionError, QuetzalError) as error:
        return error
    return None


def _reported(error: Exception) -> str:
    """Say where and why: our own errors have sentences and, for the log, a detail."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    detail = f" [{error.detail}]" if isinstance(error, QuetzalError) and error.detail else ""
    where = f"{place.name}, line {place.lineno}: {place.line}"
    return f"{type(error).__name__}: {error}{detail} ({where})"
