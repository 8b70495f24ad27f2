"""Fixtures for everybody. The world is imported only by the tests that live in it."""

import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack
from inspect import iscoroutinefunction
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.fork_pool import ForkPool

if TYPE_CHECKING:
    from tests.support.discord_standin import DiscordStandin
    from tests.support.world import World


_ROOM = 4 * 1024**3
_TESTS = Path(__file__).parent
_STORIES = ("alerting", "cogs", "monitoring", "services")
"""Folders of stories that take long: each starts a bot, or a part of it."""
_STORIES_A_FILE = 4
_COLLECT_GARBAGE_AFTER = 50_000
"""New objects; Python's 700 are few beside the ten thousands that a world makes and keeps."""

# Examples may take as long as a busy machine needs. A test takes the profile that is set when it is imported.
settings.register_profile("some examples", deadline=None, max_examples=20)
settings.register_profile("sweep", deadline=None, max_examples=100)
settings.load_profile("some examples")

# Where bytecode may not be written, each of the many processes that tests start compiles the whole bot again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs tests in several processes."""
    parser.getgroup("forks")._addoption(
        "-n",
        dest="processes",
        metavar="PROCESSES",
        type=int,
        default=0,
        help="run tests in so many processes",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Put what tests write in memory where there is plenty: the store waits for the disk at each commit."""
    if processes := config.option.processes:
        config.pluginmanager.register(ForkPool(config, processes))
    memory = Path("/dev/shm")  # noqa: S108 - pytest makes a private directory in it
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ROOM:
        return
    if config.option.basetemp is None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    tempfile.tempdir = str(memory)  # the disks of the sandbox's servers


def pytest_sessionstart() -> None:
    """Collect tests without garbage collections: what is made then stays."""
    gc.disable()
    signal.signal(signal.SIGINT, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Do what Python's own handler of Ctrl-C does.

    asyncio replaces Python's own handler, and no other, whenever a test or fixture runs in its loop: several
    times a test. Each time `signal` describes the task in an error: together a tenth of a short test's time.
    """
    raise KeyboardInterrupt


@pytest.hookimpl(tryfirst=True)  # before they are shuffled, and before those of the sweep are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave all but the first stories of a file to the sweep; a file or folder that is named is run whole."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.keyword:
        return
    stories: defaultdict[Path, dict[str, int]] = defaultdict(dict)
    for item in items:
        path = item.path.relative_to(_TESTS)
        is_story = path.parts[0] in _STORIES and iscoroutinefunction(getattr(item, "function", None))
        if is_story and not item.get_closest_marker("sweep"):
            of_file = stories[path]
            name = item.name.partition("[")[0]
            if of_file.setdefault(name, len(of_file)) >= _STORIES_A_FILE:
                item.add_marker(pytest.mark.sweep)


def pytest_collection_finish() -> None:
    """Leave what was collected out of every garbage collection: the items and modules of 4,000 tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_GARBAGE_AFTER, 10, 10)
    gc.enable()


def pytest_unconfigure() -> None:
    """Leave no process behind."""
    if (forks := sys.modules.get("tests.support.forks")) is not None:
        forks.end_forkserver()


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Let a command that sets up logging for its process leave that of the tests alone."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
async def world(tmp_path: Path) -> "AsyncIterator[World]":
    """See `tests/support/world.py`."""
    from tests.support.world import new_world  # noqa: PLC0415 - lazy: it needs the whole bot

    async with new_world(tmp_path) as world:
        yield world


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, object, object]:
    """Let `discord.utils.utcnow()` in a test be the world's time."""
    world = _world_of(item)
    with ExitStack() as stack:
        if world is not None:
            stack.enter_context(world.env.time_context())
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the bot did when a test on a world failed."""
    report = yield
    world = _world_of(item)
    if world is not None and report.when == "call" and report.failed:
        report.sections.append(("what happened on Discord", world.env.transcript()))
    return report


def _world_of(item: pytest.Item) -> "World | None":
    world: World | None = getattr(item, "funcargs", {}).get("world")
    return world


@pytest.fixture
async def discord_standin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["DiscordStandin"]:
    """discord.py in this process talks to a stand-in over sockets."""
    from discord import http  # noqa: PLC0415 - few tests need it
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415 - as above

    from bot.core.discord_endpoint import point_discord_at  # noqa: PLC0415 - as above
    from tests.support.discord_standin import DiscordStandin  # noqa: PLC0415 - as above

    for holder, name in ((http.Route, "BASE"), (DiscordWebSocket, "DEFAULT_GATEWAY")):
        monkeypatch.setattr(holder, name, getattr(holder, name))  # put back at the end
    async with DiscordStandin() as standin:
        point_discord_at(standin.url)
        yield standin
        assert not standin.unknown_routes
