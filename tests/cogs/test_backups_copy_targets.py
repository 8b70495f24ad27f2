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
from tests.copies.standins import S3Standin, Standin, WebdavStandin, answers, passes, refuses
from tests.secrets.places import everywhere
from tests.support.backups import days_later, made, room, run, seen
from tests.support.messages import buttons, text
from tests.support.world import World, new_world, shown

pytestmark = pytest.mark.sweep

Kind = tuple[Callable[[], Standin], Callable[[Standin], CopyTarget]]


def _bucket(standin: Standin) -> CopyTarget:
    return bucket_target(standin.url, [], patience_s=2.0)


def _folder(standin: Standin) -> CopyTarget:
    assert isinstance(standin, WebdavStandin)
    return folder_target(standin, patience_s=2.0)


STREAMED: Kind = (lambda: WebdavStandin(is_partial=False), _folder)
BEHIND_FASTCGI: Kind = (lambda: WebdavStandin(is_partial=False, needs_length=True), _folder)
KINDS = [
    pytest.param((S3Standin, _bucket), id="s3"),
    pytest.param((lambda: WebdavStandin(is_partial=True), _folder), id="webdav by parts"),
    pytest.param(STREAMED, id="webdav in one stream"),
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


def archive_file(world: World) -> Path:
    return archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid)


def archive(world: World) -> bytes:
    return archive_file(world).read_bytes()


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


async def test_upload_that_cannot_be_resumed_leaves_nothing_there(tmp_path: Path) -> None:
    async with placed(STREAMED, tmp_path) as (world, folder):
        folder.fails(passes, passes, answers(507))
        asked = await run(world, "copy", backup="nightly", to="nas")
        await seen(world, asked, "wasn't copied to nas")
        assert list(folder.files.values()) == [b""]
        await world.admin.click(shown(asked), label="Retry")
        await seen(world, asked, "is copied to nas")
        assert list(folder.files.values()) == [archive(world)]


async def test_whole_upload_that_was_not_put_in_place_is_not_sent_again(tmp_path: Path) -> None:
    async with placed(STREAMED, tmp_path) as (world, folder):
        # PUT and OPTIONS begin, PUT sends, HEAD reads the length; then each MOVE of the first try fails
        folder.fails(*[passes] * 4, *[answers(503)] * 4)
        asked = await run(world, "copy", backup="nightly", to="nas")
        await seen(world, asked, "is copied to nas")
        assert list(folder.files.values()) == [archive(world)]
        assert folder.methods.count("PUT") == 2
        assert folder.methods.count("MOVE") == 5


async def test_copy_to_nextcloud_behind_fastcgi_is_not_empty(tmp_path: Path) -> None:
    async with placed(BEHIND_FASTCGI, tmp_path) as (world, folder):
        asked = await run(world, "copy", backup="nightly", to="nas")
        await seen(world, asked, "is copied to nas")
        assert list(folder.files.values()) == [archive(world)]


async def test_archive_that_is_longer_than_recorded_is_refused_by_its_length(tmp_path: Path) -> None:
    async with placed(BEHIND_FASTCGI, tmp_path) as (world, folder):
        file = archive_file(world)
        file.write_bytes(file.read_bytes() + b"more")
        asked = await run(world, "copy", backup="nightly", to="nas")
        assert "; the panel recorded" in await seen(world, asked, "wasn't copied to nas")
        await world.until(lambda: not folder.files)
