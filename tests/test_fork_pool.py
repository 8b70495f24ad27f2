"""The tests in several processes: none is lost, whatever becomes of a process."""

import asyncio
import os
import struct
import sys
from pathlib import Path

import pytest

from tests.support.fork_pool import _pipe_of_shares

_ROOT = Path(__file__).parents[1]
_CONFTEST = """
from tests.support import fork_pool
from tests.support.fork_pool import ForkPool

fork_pool._HANGS_AFTER_S = 2

def pytest_configure(config):
    config.pluginmanager.register(ForkPool(config, 3))
"""
_TESTS = """
import os, warnings, pytest

@pytest.mark.parametrize("number", range(40))
def test_passes(number, tmp_path):
    (tmp_path / "file").touch()

def test_fails():
    print("what it printed")
    assert 1 == 2

@pytest.fixture
def endless():
    yield
    while True:
        pass

def test_hangs(endless):
    assert 3 == 4  # pytest then cancels what would end it

def test_has_parts(subtests):
    for number in range(3):
        with subtests.test(str(number)):
            assert number != 1

def test_ends_its_process():
    os._exit(7)

def test_warns():
    warnings.warn("careful")

@pytest.fixture
def broken():
    yield
    raise ValueError("broken at the end")

def test_breaks_at_the_end(broken):
    pass

@pytest.mark.skip(reason="never")
def test_is_skipped():
    pass
"""


@pytest.mark.sweep
async def test_every_test_is_reported_also_when_its_process_dies(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_CONFTEST)
    (tmp_path / "test_some.py").write_text(_TESTS)
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "pytest",
            "-c",
            "/dev/null",
            "--rootdir",
            tmp_path,
            "-p",
            "no:simcord",
            "-p",
            "no:asyncio",
        ),
        *("-p", "no:cacheprovider", "-q", "-rA", tmp_path),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = (stream.decode() for stream in await process.communicate())
    assert process.returncode == 1
    assert "5 failed, 42 passed, 1 skipped, 1 warning, 1 error, 2 subtests passed" in output
    assert "SUBFAILED[1]" in output
    assert "contains 1 failed subtest" in output
    assert "the process that ran it ended with 7" in output
    assert "the process that ran it ended with 1\n" in output
    assert "in endless" in errors
    assert "what it printed" in output
    assert "broken at the end" in output
    assert "careful" in output


def test_long_tests_are_handed_out_first_and_each_by_itself() -> None:
    readable = _pipe_of_shares(range(400), 3, alone=2)
    with os.fdopen(readable, "rb") as pipe:
        shares = list(struct.iter_unpack("=II", pipe.read()))

    assert shares[:2] == [(0, 1), (1, 2)]
    assert shares[2] == (2, 7)
    assert [number for share in shares for number in range(*share)] == list(range(400))
