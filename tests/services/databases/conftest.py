"""A real MariaDB on loopback, in a directory of its own; skipped where the daemon is not installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.ports import free_port

_NOBODY = "nobody"
_OPTIONS = ("--no-defaults", "--innodb-use-native-aio=0", "--innodb-buffer-pool-size=16M")


@dataclass(frozen=True)
class MariaDb:
    """Where it listens, and the socket by which its root comes in without a password."""

    port: int
    socket: str


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    """Start mariadbd as an unprivileged user on a free port, and stop it."""
    daemon, installer = _program("mariadbd"), _program("mariadb-install-db")
    # The installer calls it, and Debian has it in another package.
    if daemon is None or installer is None or _program("my_print_defaults") is None:
        pytest.skip("mariadbd is not installed: apt-get install mariadb-server-core mariadb-client-core")
    # Not tmp_path: whom the daemon runs as has to be able to reach it. A socket's path is 107 bytes at most.
    home = Path(tempfile.mkdtemp(prefix="quetzal-mariadb-"))
    try:
        whose = _give_away(home)
        where = MariaDb(free_port(), str(home / "sock"))
        # A server deletes the temporary tables of others where it starts, so each has its own place for them.
        temporary = home / "tmp"
        temporary.mkdir()
        temporary.chmod(0o777)
        data = (f"--datadir={home / 'data'}", f"--tmpdir={temporary}")
        subprocess.run(  # noqa: S603 - the programs of the system
            [
                installer,
                *_OPTIONS,
                *data,
                *whose,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=True,
            capture_output=True,
        )
        command = [daemon, *_OPTIONS, *data, *whose, "--bind-address=127.0.0.1", f"--port={where.port}"]
        command += [f"--socket={where.socket}", f"--pid-file={home / 'pid'}"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - the programs of the system
            try:
                _wait_until_ready(process)
                yield where
            finally:
                process.terminate()
                process.communicate(timeout=30)
    finally:
        shutil.rmtree(home)


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _give_away(home: Path) -> list[str]:
    """Let somebody without rights have the directory when we are root, as whom the daemon does not run."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam(_NOBODY)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return [f"--user={_NOBODY}"]


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "ready for connections" in line:
            return
    raise RuntimeError("mariadbd did not start:\n" + "".join(lines))
