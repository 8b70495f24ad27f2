"""/backup copy over the protocols of real targets, which services in memory answer."""

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.copies import CopyTarget
from bot.services.backup_copies import CopyPlace
from sandbox import Fault
from sandbox.node.volumes import archive_of
from tests.copies.conftest import SECRET, bucket_target, folder_target
from tests.copies.standins import S3Standin, Standin, WebdavStandin, answers, refuses
from tests.secrets.places import everywhere
from tests.support.backups import days_later, made, room, run, seen
from tests.support.messages import buttons, text
from tests.support.world import World, new_world, shown

Kind = tuple[Callable[[], Standin], Callable[[Standin], CopyTarget]]


def _bucket(standin: Standin) -> CopyTarget:
    return bucket_target(standin.url, [], patience_s=2.0)


def _folder(standin: Standin) -> CopyTarget:
    assert isinstance(standin, WebdavStandin)
    return folder_target(standin, patience_s=2.0)


KINDS = [
    pytest.param((S3Standin, _bucket), id="s3"),
    pytest.param((lambda: WebdavStandin(is_partial=True), _folder), id="webdav by parts"),
    pytest.param((lambda: WebdavStandin(is_partial=False), _folder), id="webdav in one stream"),
]


@asynccontextmanager
async def placed(kind: Kind, directory: Path) -> AsyncIterator[tuple[World, Standin]]:
    """Set up a world with a place for copies of this kind, and a backup."""
    make, open_target = kind
    standin = make()
    async with standin.run():
        target = open_target(standin)
        try:
            async with new_world(directory, copy_places={"nas": CopyPlace(target, 3, "quetzal")}) as world:
                room(world)
                world.survival.disk.write("/world/region.mca", os.urandom(100_000))
                await made(world, "nightly")
                yield world, standin
        finally:
            await target.close()


def archive(world: World) -> bytes:
    return archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid).read_bytes()


@pytest.mark.parametrize("kind", KINDS)
async def test_copy_lands_whole_also_after_faults_and_a_restart(kind: Kind, tmp_path: Path) -> None:
    async with placed(kind, tmp_path) as (world, standin):
        standin.fails(*[answers(503)] * 12)
        asked = await run(world, "copy", backup="nightly", to="nas")
        await seen(world, asked, "Quetzal keeps trying.")
        await world.restart()
        standin.faults.clear()
        await world.until(lambda: archive(world) in standin.files.values())
        await world.until(lambda: world.channel.last_message is not None)
        opened = await run(world, "info", backup="nightly")
        assert "☁️ copied to nas (checked" in text(shown(opened))


@pytest.mark.parametrize("kind", KINDS)
async def test_copy_is_gone_without_its_file_but_not_without_its_bucket_or_folder(
    kind: Kind, tmp_path: Path
) -> None:
    async def listed() -> str:
        return text(shown(await run(world, "info", backup="nightly")))

    async with placed(kind, tmp_path) as (world, standin):
        assert isinstance(standin, S3Standin | WebdavStandin)
        await seen(world, await run(world, "copy", backup="nightly", to="nas"), "is copied to nas")
        standin.has_place = False
        await days_later(world, 1.5)
        assert "☁️ copied to nas" in await listed()
        standin.has_place = True
        kept, standin.files = standin.files, {}
        await days_later(world, 1.5)
        assert "no longer on nas: Its file is missing there." in await listed()
        standin.has_place, standin.files = False, kept
        await days_later(world, 1.5)
        assert "no longer on nas" in await listed()
        standin.has_place = True
        await days_later(world, 1.5)
        assert "☁️ copied to nas" in await listed()


async def test_neither_secrets_nor_one_time_links_are_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with placed((S3Standin, _bucket), tmp_path) as (world, standin):
        with caplog.at_level(logging.DEBUG):
            for fault in (Fault.status(500), Fault.cut()):
                world.sandbox.faults.add(fault, path="*/download*", times=1)
            standin.fails(refuses("SignatureDoesNotMatch", 403))
            asked = await run(world, "copy", backup="nightly", to="nas")
            await seen(world, asked, "wasn't copied to nas")
            await world.admin.click(shown(asked), label="Copy again")
            await seen(world, asked, "is copied to nas")
            await run(world, "info", backup="nightly")
            await world.admin.slash(world.channel, "quetzal audit")
        links = [entry.query for entry in world.sandbox.requests if entry.path == "/download/backup"]
        assert links
        said = await everywhere(world, caplog.records, set())
    leaks = [where for where, what in said for secret in (SECRET, *links) if secret in what]
    assert leaks == []


async def test_without_a_place_it_says_how_the_operator_sets_one_up(tmp_path: Path) -> None:
    async with new_world(tmp_path) as world:
        room(world)
        await made(world, "nightly")
        card = text(shown(await run(world, "copy", backup="nightly")))
        assert "Quetzal isn't set up to copy backups." in card
        assert "QUETZAL_COPIES__<NAME>__" in card
        assert "Copy" not in buttons(shown(await run(world, "info", backup="nightly")))
