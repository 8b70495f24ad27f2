"""Runs the tests in several processes (`-n 3`), which are forked when all tests are collected.

pytest-xdist starts each of its processes afresh: each imports the bot and collects all tests by itself, and
what a test reports takes longer to pass on than most tests take to run. Here the processes begin with all of
that done, share one fork server (`tests/support/forks.py`), and report a test that passed in a few bytes.

Each process takes the next few tests from a pipe that all of them read: those marked `long` first, each by
itself, then large shares, single tests in the end. A process that dies fails the test that it ran; the tests
that it had taken are run by others. One that hangs prints its stack and dies.
"""

import faulthandler
import math
import mmap
import os
import pickle
import selectors
import struct
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

_NUMBER = struct.Struct("=I")
_SHARE = struct.Struct("=II")
_LARGEST_SHARE = 24
_SHARES_A_PROCESS = 24
"""Of what is left: long tests are often neighbours, and are not to be left to one process."""
_READ_BYTES = 1 << 20
_NONE = 0xFFFF_FFFF
_FORKS = "tests.support.forks"
_HANGS_AFTER_S = 1800
"""The longest test takes 100 s alone on two cores."""
_PUT_OFF_EVERY_S = 60
"""Before each test, as with `faulthandler_timeout` of pytest, it would take as long as many tests do."""


@dataclass
class Outcome:
    """What a process reports of one test."""

    index: int
    reports: list[tuple[str, Any]] = field(default_factory=list)


class Board:
    """Memory that all processes see: whether to stop, and which test each of them runs."""

    def __init__(self, processes: int) -> None:
        self._memory = mmap.mmap(-1, _NUMBER.size * (processes + 1))
        for number in range(processes):
            self.note(number, _NONE)

    def note(self, number: int, index: int) -> None:
        """Note which test a process runs; _NONE for none."""
        _NUMBER.pack_into(self._memory, _NUMBER.size * (number + 1), index)

    def running(self, number: int) -> int:
        """Return the test that a process runs."""
        index: int = _NUMBER.unpack_from(self._memory, _NUMBER.size * (number + 1))[0]
        return index

    @property
    def is_over(self) -> bool:
        """Whether no further test is to be begun."""
        return self._memory[0] != 0

    def end(self) -> None:
        """Let no further test begin."""
        self._memory[0] = 1


class ForkPool:
    """The plugin of the process that collects and reports."""

    def __init__(self, config: pytest.Config, processes: int) -> None:
        self._config = config
        self._processes = processes

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all tests in forks, instead of pytest's own loop."""
        option = self._config.option
        if session.testsfailed or option.collectonly or option.usepdb or len(session.items) < 2:
            return None  # pytest's own loop says what it says of these, and its debugger has the terminal
        if _FORKS in sys.modules:
            sys.modules[_FORKS].start_forkserver()
        self._config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # of all processes
        session.items.sort(key=lambda item: not _is_long(item))
        pending = set(range(len(session.items)))
        while pending and not (session.shouldfail or session.shouldstop):
            Round(session, pending, self._processes).run()
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        return True


@dataclass(eq=False)
class Fork:
    """A process, as the one that collected knows it."""

    pid: int
    reports: BinaryIO
    received: bytearray = field(default_factory=bytearray)


class Round:
    """One start of all processes; a further one runs what was left when one of them died."""

    def __init__(self, session: pytest.Session, pending: set[int], processes: int) -> None:
        self._session = session
        self._pending = pending
        self._processes = processes
        self._board = Board(processes)

    def run(self) -> None:
        """Run what is pending, and take it out of there."""
        alone = sum(_is_long(item) for item in self._session.items)
        shares = _pipe_of_shares(sorted(self._pending), self._processes, alone=alone)
        forks = [self._fork(shares, number) for number in range(self._processes)]
        os.close(shares)
        try:
            self._receive(forks)
        finally:
            self._board.end()
            for fork in forks:
                fork.reports.close()
            ended = [os.waitstatus_to_exitcode(os.waitpid(fork.pid, 0)[1]) for fork in forks]
        for number, status in enumerate(ended):
            if (index := self._board.running(number)) != _NONE:
                self._report_death(index, status)
            elif status:
                raise RuntimeError(f"a process that ran tests ended with {status}")

    def _fork(self, shares: int, number: int) -> Fork:
        readable, writable = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        if pid := os.fork():
            os.close(writable)
            return Fork(pid, os.fdopen(readable, "rb", buffering=0))
        status = 1
        try:
            os.close(readable)
            Worker(self._session, shares, writable, self._board, number).run()
            status = 0
        except BaseException:  # noqa: BLE001 - nothing may go on in this process
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _receive(self, forks: Sequence[Fork]) -> None:
        with selectors.DefaultSelector() as selector:
            for fork in forks:
                selector.register(fork.reports, selectors.EVENT_READ, fork)
            while selector.get_map():
                for key, _ in selector.select():
                    fork = key.data
                    if not (read := os.read(key.fd, _READ_BYTES)):
                        selector.unregister(fork.reports)
                    fork.received += read
                    for outcome in _messages(fork.received):
                        self._handle(outcome)
                if self._session.shouldfail or self._session.shouldstop:
                    self._board.end()

    def _handle(self, outcome: Outcome) -> None:
        item, hook = self._session.items[outcome.index], self._session.config.hook
        self._pending.discard(outcome.index)
        for kind, content in outcome.reports:
            if kind == "warning":
                hook.pytest_warning_recorded.call_historic(kwargs=content)
            elif kind == "passed":
                hook.pytest_runtest_logreport(report=_passed(item, *content))
            else:
                report = hook.pytest_report_from_serializable(config=self._session.config, data=content)
                hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def _report_death(self, index: int, status: int) -> None:
        item = self._session.items[index]
        self._pending.discard(index)
        text = f"the process that ran it ended with {status}"
        report = pytest.TestReport(item.nodeid, item.location, {}, "failed", text, "call")
        self._session.config.hook.pytest_runtest_logreport(report=report)


class Worker:
    """The plugin of a process that runs tests."""

    def __init__(self, session: pytest.Session, shares: int, reports: int, board: Board, number: int) -> None:
        self._session = session
        self._config = session.config
        self._shares = shares
        self._reports = os.fdopen(reports, "wb")
        self._board = board
        self._number = number
        self._outcome = Outcome(_NONE)
        self._put_off_s = -math.inf

    def run(self) -> None:
        """Run tests until none is left."""
        self._become()
        items = self._session.items
        indexes = self._indexes()
        index = next(indexes, None)
        while index is not None and not self._board.is_over:
            following = next(indexes, None)
            self._put_off_the_end()
            self._board.note(self._number, index)
            self._outcome = Outcome(index)
            self._config.hook.pytest_runtest_protocol(
                item=items[index], nextitem=None if following is None else items[following]
            )
            self._pass_on()
            index = following
        self._session._setupstate.teardown_exact(None)
        self._config._ensure_unconfigure()

    def _become(self) -> None:
        """Let go of what this process shares with the one that collected: output, directory, reports."""
        if _FORKS in sys.modules:
            sys.modules[_FORKS].adopt_forkserver()
        plugins = self._config.pluginmanager
        capture = plugins.getplugin("capturemanager")
        assert capture is not None
        capture.stop_global_capturing()
        capture.start_global_capturing()
        capture.suspend_global_capture()
        factory = self._config._tmp_path_factory  # type: ignore[attr-defined]  # no public way
        factory._basetemp = factory.getbasetemp() / f"fork{os.getpid()}"
        factory._basetemp.mkdir(mode=0o700)
        for name in ("terminalreporter", "terminalprogress"):
            if plugins.has_plugin(name):
                plugins.unregister(name=name)
        plugins.register(self)

    def _put_off_the_end(self) -> None:
        if time.monotonic() - self._put_off_s > _PUT_OFF_EVERY_S:
            stderr = self._config.stash[fault_handler_stderr_fd_key]
            faulthandler.dump_traceback_later(_HANGS_AFTER_S, exit=True, file=stderr)
            self._put_off_s = time.monotonic()

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self) -> None:
        """Start again what ends a process that hangs: pytest has just cancelled it."""
        self._put_off_s = -math.inf
        self._put_off_the_end()

    def _indexes(self) -> Iterator[int]:
        while share := os.read(self._shares, _SHARE.size):
            yield from range(*_SHARE.unpack(share))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Pass on what a test reports; of one that passed and printed nothing, only how long it took."""
        if report.when == "call":  # where subtests of it have failed, this makes it a failed test
            self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        is_plain = type(report) is pytest.TestReport  # and not of a subtest
        has_more = report.sections or report.user_properties or hasattr(report, "wasxfail")
        if report.passed and is_plain and not has_more:
            self._outcome.reports.append(
                ("passed", (report.when, report.duration, report.start, report.stop))
            )
        else:
            data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
            self._outcome.reports.append(("report", data))

    def pytest_warning_recorded(
        self,
        warning_message: warnings.WarningMessage,
        when: str,
        nodeid: str,
        location: tuple[str, int, str] | None,
    ) -> None:
        """Pass on a warning that is no error."""
        warning_message.source = None
        content = {"warning_message": warning_message, "when": when, "nodeid": nodeid, "location": location}
        self._outcome.reports.append(("warning", content))

    def _pass_on(self) -> None:
        message = pickle.dumps(self._outcome, pickle.HIGHEST_PROTOCOL)
        self._reports.write(_NUMBER.pack(len(message)) + message)
        self._reports.flush()
        self._board.note(self._number, _NONE)


def _is_long(item: pytest.Item) -> bool:
    """Return whether a test takes seconds: begun near the end, it would leave the other processes idle."""
    return item.get_closest_marker("long") is not None


def _pipe_of_shares(indexes: Sequence[int], processes: int, *, alone: int) -> int:
    """Write tests into a pipe as shares of neighbours, smaller and smaller ones; return its end to read.

    Those below `alone` are shares of their own.
    """
    readable, writable = os.pipe()
    with os.fdopen(writable, "wb") as pipe:
        while indexes:
            most = max(1, min(_LARGEST_SHARE, len(indexes) // (_SHARES_A_PROCESS * processes)))
            most = 1 if indexes[0] < alone else most
            length = next(n for n in range(1, most + 1) if n == most or indexes[n] != indexes[0] + n)
            pipe.write(_SHARE.pack(indexes[0], indexes[0] + length))
            indexes = indexes[length:]
    return readable


def _messages(received: bytearray) -> Iterator[Outcome]:
    """Take the messages that are whole out of what was received."""
    while len(received) >= _NUMBER.size:
        end = _NUMBER.size + _NUMBER.unpack_from(received)[0]
        if len(received) < end:
            return
        message = bytes(received[_NUMBER.size : end])
        del received[:end]
        yield pickle.loads(message)  # noqa: S301 - from a process of ours


def _passed(
    item: pytest.Item, when: Literal["setup", "call", "teardown"], duration: float, start: float, stop: float
) -> pytest.TestReport:
    return pytest.TestReport(item.nodeid, item.location, {}, "passed", None, when, (), duration, start, stop)
