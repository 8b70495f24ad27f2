"""Services that others wrote keep copies whole; one that isn't installed is skipped."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.copies import CopyTarget, UploadGone, errors
from tests.copies.conftest import Opened
from tests.copies.real.servers import (
    MOTO,
    RCLONE,
    S3RVER,
    SABRE,
    SERVICES,
    WSGIDAV,
    RealService,
    no_pause,
    s3_target,
    webdav_target,
)
from tests.support.ports import free_port

pytestmark = pytest.mark.sweep

KEY = "main/1a7ce997/2026-11-27 Nächtliche Sicherung — 100% (ok) 'a+b'.tar.gz"
RESUMING = tuple(service for service in SERVICES if service.resumes)
STREAMING = (WSGIDAV, RCLONE)
Running = tuple[RealService, int]


def content(parts: int, part_bytes: int) -> list[bytes]:
    """Make parts of which the last is short and all differ."""
    return [bytes([number]) * part_bytes for number in range(1, parts)] + [b"the end"]


async def upload(target: CopyTarget, key: str, parts: list[bytes]) -> tuple[str, dict[int, str]]:
    upload_id = await target.begin(key)
    receipts = {}
    for number, data in enumerate(parts, start=1):
        receipts[number] = await target.put_part(key, upload_id, number, data)
    return upload_id, receipts


async def digest(target: CopyTarget, key: str) -> str:
    whole = hashlib.sha256()
    async with target.read(key) as chunks:
        async for chunk in chunks:
            whole.update(chunk)
    return whole.hexdigest()


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    service: RealService = request.param
    if not service.is_installed:
        pytest.skip(f"{service.title} is not installed: tests/copies/real/install.sh")
    with service.run(tmp_path_factory.mktemp("service")) as port:
        yield service, port


def on(*services: RealService) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("running", services, indirect=True, ids=lambda service: service.title)


@on(*SERVICES)
async def test_the_check_finds_a_working_target(running: Running, opened: Opened) -> None:
    service, port = running
    target = opened(service.target(port))
    await target.check()


@on(*SERVICES)
async def test_a_copy_is_whole_and_cannot_be_seen_before_it_is(running: Running, opened: Opened) -> None:
    service, port = running
    target = opened(service.target(port))
    parts = content(3, target.part_bytes(0))
    upload_id, receipts = await upload(target, KEY, parts)
    assert await target.size(KEY) is None
    await target.complete(KEY, upload_id, receipts)
    assert await target.size(KEY) == sum(map(len, parts))
    assert await digest(target, KEY) == hashlib.sha256(b"".join(parts)).hexdigest()
    await target.delete(KEY)
    await target.delete(KEY)
    assert await target.size(KEY) is None
    with pytest.raises(errors.CopyMissing):
        await digest(target, KEY)


@on(*SERVICES)
async def test_a_new_copy_replaces_the_one_with_its_key(running: Running, opened: Opened) -> None:
    service, port = running
    target = opened(service.target(port))
    for data in (b"the first, which is longer", b"the second", b""):
        upload_id, receipts = await upload(target, "replaced.tar.gz", [data])
        await target.complete("replaced.tar.gz", upload_id, receipts)
        assert await digest(target, "replaced.tar.gz") == hashlib.sha256(data).hexdigest()


@on(*RESUMING)
async def test_an_interrupted_upload_goes_on_after_a_restart(running: Running, opened: Opened) -> None:
    service, port = running
    before = opened(service.target(port))
    parts = content(4, before.part_bytes(0))
    upload_id, receipts = await upload(before, "resumed.tar.gz", parts[:2])
    await before.close()

    target = opened(service.target(port))
    arrived = await target.parts("resumed.tar.gz", upload_id)
    assert {number: (part.size, part.receipt) for number, part in arrived.items()} == {
        number: (len(parts[number - 1]), receipt) for number, receipt in receipts.items()
    }
    for number in (2, 3, 4):  # a part may come twice
        receipts[number] = await target.put_part("resumed.tar.gz", upload_id, number, parts[number - 1])
    await target.complete("resumed.tar.gz", upload_id, receipts)
    assert await digest(target, "resumed.tar.gz") == hashlib.sha256(b"".join(parts)).hexdigest()


@on(SABRE)
async def test_a_part_that_arrived_half_is_sent_again_in_its_place(running: Running, opened: Opened) -> None:
    service, port = running
    target = opened(service.target(port))
    parts = content(3, target.part_bytes(0))
    upload_id, receipts = await upload(target, "half.tar.gz", parts[:1])
    await target.put_part("half.tar.gz", upload_id, 2, parts[1][:1000])
    assert (await target.parts("half.tar.gz", upload_id))[2].size == 1000
    for number in (2, 3):
        receipts[number] = await target.put_part("half.tar.gz", upload_id, number, parts[number - 1])
    await target.complete("half.tar.gz", upload_id, receipts)
    assert await digest(target, "half.tar.gz") == hashlib.sha256(b"".join(parts)).hexdigest()


@on(SABRE)
async def test_a_part_after_a_hole_is_refused(running: Running, opened: Opened) -> None:
    service, port = running
    target = opened(service.target(port))
    upload_id, _ = await upload(target, "hole.tar.gz", [b"short"])
    with pytest.raises(UploadGone):
        await target.put_part("hole.tar.gz", upload_id, 3, b"the end")


@on(*STREAMING)
async def test_a_streamed_upload_starts_over_after_a_restart(running: Running, opened: Opened) -> None:
    service, port = running
    before = opened(service.target(port))
    parts = content(3, before.part_bytes(0))
    upload_id, _ = await upload(before, "again.tar.gz", parts[:2])
    await before.close()

    target = opened(service.target(port))
    with pytest.raises(UploadGone):
        await target.parts("again.tar.gz", upload_id)
    with pytest.raises(UploadGone):
        await target.put_part("again.tar.gz", upload_id, 3, parts[2])
    await target.abort("again.tar.gz", upload_id)
    upload_id, receipts = await upload(target, "again.tar.gz", parts)
    await target.complete("again.tar.gz", upload_id, receipts)
    assert await digest(target, "again.tar.gz") == hashlib.sha256(b"".join(parts)).hexdigest()


@on(*RESUMING)
async def test_an_upload_that_is_gone_is_said_to_be(running: Running, opened: Opened) -> None:
    service, port = running
    target = opened(service.target(port))
    upload_id, receipts = await upload(target, "gone.tar.gz", [b"all of it"])
    await target.abort("gone.tar.gz", upload_id)
    await target.abort("gone.tar.gz", upload_id)
    with pytest.raises(UploadGone):
        await target.parts("gone.tar.gz", upload_id)
    assert await target.size("gone.tar.gz") is None
    if service is MOTO:
        return  # it answers the rest with an internal error, where S3 says NoSuchUpload
    with pytest.raises(UploadGone):
        await target.put_part("gone.tar.gz", upload_id, 1, b"all of it")
    with pytest.raises(UploadGone):
        await target.complete("gone.tar.gz", upload_id, receipts)
    assert await target.size("gone.tar.gz") is None


@on(*SERVICES)
async def test_completing_twice_is_fine(running: Running, opened: Opened) -> None:
    service, port = running
    if service is S3RVER:
        pytest.skip("s3rver answers the second time with an internal error")
    target = opened(service.target(port))
    upload_id, receipts = await upload(target, "twice.tar.gz", [b"all of it"])
    await target.complete("twice.tar.gz", upload_id, receipts)
    await target.complete("twice.tar.gz", upload_id, receipts)
    assert await target.size("twice.tar.gz") == len(b"all of it")


@on(S3RVER, SABRE, WSGIDAV, RCLONE)
async def test_a_wrong_secret_is_said_and_not_shown(running: Running, opened: Opened) -> None:
    service, port = running
    wrong = "not-the-secret"
    target = opened(
        s3_target(port, secret=wrong) if service is S3RVER else webdav_target(port, password=wrong)
    )
    with pytest.raises(errors.AccessRefused) as refusal:
        await target.check()
    assert wrong not in f"{refusal.value.sentence} {refusal.value.detail} {vars(target)}"


@on(S3RVER)
async def test_an_unknown_key_is_said(running: Running, opened: Opened) -> None:
    target = opened(s3_target(running[1], key_id="NOBODY"))
    with pytest.raises(errors.AccessRefused):
        await target.check()


@on(S3RVER, MOTO, SABRE, WSGIDAV, RCLONE)
async def test_a_missing_bucket_or_folder_is_said(running: Running, opened: Opened) -> None:
    service, port = running
    is_s3 = service.target is s3_target
    target = opened(s3_target(port, bucket="missing") if is_s3 else webdav_target(port, below="/missing"))
    with pytest.raises(errors.PlaceMissing):
        await target.check()
    with pytest.raises(errors.PlaceMissing):
        await target.size(KEY)


@on(S3RVER)
async def test_a_clock_that_is_late_is_said_with_by_how_much(running: Running, opened: Opened) -> None:
    target = opened(s3_target(running[1], behind=timedelta(minutes=20)))
    with pytest.raises(errors.ClocksDiffer, match="differ by 20 minutes"):
        await target.check()


@pytest.mark.parametrize("service", [MOTO, SABRE], ids=lambda service: service.title)
async def test_a_service_that_dies_is_unreachable_and_then_lists_what_it_has(
    service: RealService, tmp_path: Path, opened: Opened
) -> None:
    if not service.is_installed:
        pytest.skip(f"{service.title} is not installed: tests/copies/real/install.sh")
    port = free_port()
    with service.run(tmp_path, port):
        target = opened(service.target(port, sleep=no_pause))
        upload_id, receipts = await upload(target, "killed.tar.gz", content(2, target.part_bytes(0))[:1])
    with pytest.raises(errors.TargetUnreachable) as failure:
        await target.put_part("killed.tar.gz", upload_id, 2, b"the end")
    assert failure.value.may_pass
    with service.run(tmp_path, port):
        if service is MOTO:  # it keeps all in memory
            with pytest.raises(UploadGone):
                await target.parts("killed.tar.gz", upload_id)
        else:
            assert set(await target.parts("killed.tar.gz", upload_id)) == {1}
            receipts[2] = await target.put_part("killed.tar.gz", upload_id, 2, b"the end")
            await target.complete("killed.tar.gz", upload_id, receipts)
            assert await target.size("killed.tar.gz") == target.part_bytes(0) + len(b"the end")
