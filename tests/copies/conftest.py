"""Targets at services in memory; their pauses before retries are recorded and skipped."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.copies import CopyTarget
from bot.copies.s3 import S3Config, S3Target
from bot.copies.webdav import WebdavConfig, WebdavTarget
from tests.copies.standins import S3Standin, WebdavStandin

Opened = Callable[[CopyTarget], CopyTarget]
SECRET = "canary-copy-secret"
PATIENCE_S = 0.2


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Close what was opened."""
    targets: list[CopyTarget] = []

    def keep(target: CopyTarget) -> CopyTarget:
        targets.append(target)
        return target

    yield keep
    for target in targets:
        await target.close()


@pytest.fixture
def pauses() -> list[float]:
    """Seconds that were waited before retries."""
    return []


@pytest.fixture
def silence() -> Iterator[asyncio.Event]:
    """Give what a silent service waits for; it happens at the end of the test."""
    event = asyncio.Event()
    yield event
    event.set()


@pytest.fixture
async def bucket() -> AsyncIterator[S3Standin]:
    standin = S3Standin(page=1000)
    async with standin.run():
        yield standin


@pytest.fixture
def s3(bucket: S3Standin, opened: Opened, pauses: list[float]) -> CopyTarget:
    """Make a target in the bucket."""
    return opened(bucket_target(bucket.url, pauses))


def bucket_target(url: str, pauses: list[float], patience_s: float = 60.0) -> S3Target:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    config = S3Config("nas", url, "copies", "id", SecretStr(SECRET), prefix="quetzal", patience_s=patience_s)
    return S3Target(config, now=lambda: datetime.now(UTC), sleep=sleep)


def folder_target(standin: WebdavStandin, patience_s: float = 60.0) -> WebdavTarget:
    async def sleep(seconds: float) -> None:
        return

    config = WebdavConfig("nas", standin.url, "quetzal", SecretStr(SECRET), patience_s=patience_s)
    return WebdavTarget(config, sleep=sleep)
