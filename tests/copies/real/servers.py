"""How each real storage service is started and stopped, and the target that Quetzal has there."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from pydantic import SecretStr

from bot.copies import CopyTarget
from bot.copies.http import Sleep
from bot.copies.s3 import S3Config, S3Target
from bot.copies.webdav import WebdavConfig, WebdavTarget
from tests.support.ports import LOOPBACK, free_port

INSTALLED = Path(__file__).parents[3] / ".copies"
HERE = Path(__file__).parent
STARTS_WITHIN_S = 60.0
BUCKET = "copies"
USER, PASSWORD = "quetzal", "pässword: with blanks"
S3RVER_KEY = "S3RVER"
_NODE = Path(shutil.which("node") or "node")
_PHP = Path(shutil.which("php") or "php")
_RCLONE = Path(shutil.which("rclone") or "rclone")
_MOTO = INSTALLED / "venv/bin/moto_server"
_WSGIDAV = INSTALLED / "venv/bin/wsgidav"

Command = Callable[[int, Path], Sequence[str | Path]]
MakeTarget = Callable[..., CopyTarget]


@dataclass(frozen=True)
class RealService:
    """A service: `needs` are its files, `command` starts it on a port of loopback over its own folder."""

    title: str
    needs: tuple[Path, ...]
    command: Command
    target: MakeTarget
    environment: Mapping[str, str] = field(default_factory=dict)
    resumes: bool = True
    """Whether an upload goes on after Quetzal was restarted."""
    prepare: Callable[[int], None] | None = None

    @property
    def is_installed(self) -> bool:
        """Whether everything is there."""
        return all(path.exists() for path in self.needs)

    @contextmanager
    def run(self, folder: Path, port: int | None = None) -> Iterator[int]:
        """Start it, give its port, and kill it."""
        port = port or free_port()
        (folder / "files").mkdir(exist_ok=True)
        environment = {**os.environ, "HOME": str(folder), "FOLDER": str(folder / "files"), **self.environment}
        with (folder / "output").open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the programs of the system
                [str(word) for word in self.command(port, folder)], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            try:
                _wait_until_it_listens(port, process)
                if self.prepare is not None:
                    self.prepare(port)
                yield port
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_until_it_listens(port: int, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            socket.create_connection((LOOPBACK, port)).close()
        except OSError:
            assert process.poll() is None, "it ended at once: see the file `output`"
            assert time.monotonic() < give_up, "it doesn't listen"
            time.sleep(0.05)  # there is no event
        else:
            return


async def no_pause(_seconds: float) -> None:
    """Return at once, in place of a pause before a retry."""


def s3_target(
    port: int,
    *,
    secret: str = S3RVER_KEY,
    key_id: str = S3RVER_KEY,
    bucket: str = BUCKET,
    behind: timedelta = timedelta(),
    sleep: Sleep = asyncio.sleep,
) -> S3Target:
    """Make a target in a bucket on loopback; `behind`: how late this machine's clock is."""
    config = S3Config(
        "nas", f"http://{LOOPBACK}:{port}", bucket, key_id, SecretStr(secret), prefix="quetzal/copies",
    )  # fmt: skip
    return S3Target(config, now=lambda: datetime.now(UTC) - behind, sleep=sleep)


def webdav_target(
    port: int, *, password: str = PASSWORD, below: str = "", sleep: Sleep = asyncio.sleep
) -> WebdavTarget:
    """Make a target in a folder on loopback."""
    config = WebdavConfig(
        "nas", f"http://{LOOPBACK}:{port}{below}", USER, SecretStr(password), prefix="quetzal/copies",
    )  # fmt: skip
    return WebdavTarget(config, sleep=sleep)


def _make_bucket(port: int) -> None:
    with closing(HTTPConnection(LOOPBACK, port)) as connection:
        connection.request("PUT", f"/{BUCKET}")
        response = connection.getresponse()
        assert response.status == 200, response.read()


def _wsgidav(port: int, folder: Path) -> Sequence[str | Path]:
    config = folder / "wsgidav.json"
    config.write_text(
        json.dumps(
            {
                "host": LOOPBACK,
                "port": port,
                "provider_mapping": {"/": str(folder / "files")},
                "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
                "http_authenticator": {
                    "accept_basic": True,
                    "accept_digest": True,
                    "default_to_digest": True,
                },
                "logging": {"enable": False},
            }
        )
    )
    return [_WSGIDAV, "--config", config]


S3RVER = RealService(
    "s3rver 4.0 (S3, checks signatures and clocks)",
    (INSTALLED / "node_modules/@20minutes/s3rver", _NODE),
    lambda port, folder: [_NODE, HERE / "s3rver.js", str(port), folder / "files", INSTALLED],
    s3_target,
    resumes=False,  # it lists no parts
)
MOTO = RealService(
    "moto 5.2 (S3, keeps and lists parts)",
    (_MOTO,),
    lambda port, _: [_MOTO, "-H", LOOPBACK, "-p", str(port)],
    s3_target,
    prepare=_make_bucket,
)
SABRE = RealService(
    "SabreDAV 1.8 (WebDAV, partial updates)",
    (_PHP, Path("/usr/share/php/Sabre/autoload.php")),
    lambda port, _: [_PHP, "-S", f"{LOOPBACK}:{port}", HERE / "sabre.php"],
    webdav_target,
    environment={"DAV_USER": USER, "DAV_PASSWORD": PASSWORD, "PHP_CLI_SERVER_WORKERS": "2"},
)
WSGIDAV = RealService("wsgidav 4.4 (WebDAV)", (_WSGIDAV,), _wsgidav, webdav_target, resumes=False)
RCLONE = RealService(
    "rclone 1.60 (WebDAV)",
    (_RCLONE,),
    lambda port, folder: [
        _RCLONE,
        "serve",
        "webdav",
        "--addr",
        f"{LOOPBACK}:{port}",
        "--user",
        USER,
        "--pass",
        PASSWORD,
        folder / "files",
    ],
    webdav_target,
    resumes=False,
)
SERVICES = (S3RVER, MOTO, SABRE, WSGIDAV, RCLONE)
