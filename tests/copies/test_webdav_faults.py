"""A WebDAV server that fails: a file stands in its place only when it is whole."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from multidict import CIMultiDict
from pydantic import SecretStr

from bot.copies import CopyTarget, CopyTargetError, UploadGone, errors
from bot.copies.webdav import PART_BYTES, WebdavConfig, WebdavTarget
from tests.copies.conftest import PATIENCE_S, SECRET, Opened, folder_target
from tests.copies.standins import Fault, WebdavStandin, answers, cuts, passes

KEY = "nightly.tar.gz"
FULL = bytes(PART_BYTES)


@pytest.fixture
async def partial() -> AsyncIterator[WebdavStandin]:
    standin = WebdavStandin(is_partial=True)
    async with standin.run():
        yield standin


@pytest.fixture
async def streaming() -> AsyncIterator[WebdavStandin]:
    standin = WebdavStandin(is_partial=False)
    async with standin.run():
        yield standin


async def begun(target: CopyTarget, *parts: bytes) -> tuple[str, dict[int, str]]:
    upload_id = await target.begin(KEY)
    return upload_id, {
        number: await target.put_part(KEY, upload_id, number, data) for number, data in enumerate(parts, 1)
    }


async def test_a_part_is_sent_again_after_a_cut_connection(partial: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(partial))
    partial.fails(passes, passes, cuts, passes, passes)
    upload_id, receipts = await begun(target, FULL, b"the end")
    await target.complete(KEY, upload_id, receipts)
    assert partial.files == {f"/{KEY}": FULL + b"the end"}
    assert partial.methods.count("PATCH") == 3


async def test_a_server_that_drops_a_part_is_found_out(partial: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(partial))
    partial.fails(passes, passes, answers(204))
    with pytest.raises(errors.DamagedOnTheWay):
        await begun(target, FULL)


async def test_a_file_that_is_too_long_or_too_short_is_not_put_in_place(
    partial: WebdavStandin, opened: Opened
) -> None:
    target = opened(folder_target(partial))
    upload_id, receipts = await begun(target, b"all of it")
    (path,) = partial.files
    for content in (b"all of it and more", b"all"):
        partial.files[path] = content
        with pytest.raises(UploadGone):
            await target.complete(KEY, upload_id, receipts)
    assert f"/{KEY}" not in partial.files


async def test_a_move_whose_answer_was_lost_is_recognised(partial: WebdavStandin, opened: Opened) -> None:
    async def moves_and_cuts(request: web.Request) -> web.StreamResponse:
        partial.answer(request, b"")
        return await cuts(request)

    target = opened(folder_target(partial))
    upload_id, receipts = await begun(target, b"all of it")
    partial.fails(passes, moves_and_cuts)
    await target.complete(KEY, upload_id, receipts)
    assert partial.files == {f"/{KEY}": b"all of it"}
    assert partial.methods[-4:] == ["MOVE", "MOVE", "HEAD", "HEAD"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answers(207, "<multistatus/>"), errors.AnswerNotUnderstood),
        (answers(403), errors.PermissionLacking),
        (answers(409), errors.PlaceMissing),
        (answers(507), errors.TargetFull),
        (answers(302, Location="http://nobody.invalid/"), errors.RedirectedElsewhere),
    ],
    ids=["207", "403", "409", "507", "302"],
)
async def test_a_move_that_fails_is_no_success(
    partial: WebdavStandin, opened: Opened, answer: Fault, expected: type[CopyTargetError]
) -> None:
    target = opened(folder_target(partial))
    upload_id, receipts = await begun(target, b"all of it")
    partial.fails(passes, answer)
    with pytest.raises(expected):
        await target.complete(KEY, upload_id, receipts)
    assert f"/{KEY}" not in partial.files


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, errors.AccessRefused),
        (403, errors.PermissionLacking),
        (413, errors.BodyLimited),
        (507, errors.TargetFull),
        (200, errors.AnswerNotUnderstood),
    ],
)
async def test_a_stream_that_is_answered_early_ends_with_that_answer(
    streaming: WebdavStandin, opened: Opened, status: int, expected: type[CopyTargetError]
) -> None:
    async def answers_early(request: web.Request) -> web.StreamResponse:
        await request.content.readany()
        return web.Response(status=status)

    target = opened(folder_target(streaming))
    streaming.fails(passes, passes, answers_early)
    upload_id = await target.begin(KEY)
    with pytest.raises(expected):
        for number in range(1, 100):
            await target.put_part(KEY, upload_id, number, FULL)
    with pytest.raises(UploadGone):
        await target.put_part(KEY, upload_id, 2, FULL)


@pytest.mark.sweep
async def test_a_server_that_stops_reading_is_given_up(
    streaming: WebdavStandin, opened: Opened, silence: asyncio.Event
) -> None:
    async def stops_reading(_request: web.Request) -> web.StreamResponse:
        await silence.wait()
        return web.Response()

    target = opened(folder_target(streaming, PATIENCE_S))
    streaming.fails(passes, passes, stops_reading)
    upload_id = await target.begin(KEY)
    part, number = bytes(64 * 1024), 0
    with pytest.raises(errors.TargetTimedOut):
        while number < 10_000:  # until the system's buffers are full
            number += 1
            await target.put_part(KEY, upload_id, number, part)


@pytest.mark.sweep
async def test_slow_server_has_time_for_the_parts_under_way_at_the_end(
    streaming: WebdavStandin, opened: Opened
) -> None:
    reads = asyncio.Event()

    async def reads_later(_request: web.Request) -> None:
        await reads.wait()

    target = opened(folder_target(streaming, PATIENCE_S))
    streaming.fails(passes, passes, reads_later)
    upload_id = await target.begin(KEY)
    asyncio.get_running_loop().call_later(4 * PATIENCE_S, reads.set)
    receipts = {number: await target.put_part(KEY, upload_id, number, FULL) for number in (1, 2)}
    await target.complete(KEY, upload_id, receipts)
    assert await target.size(KEY) == 2 * len(FULL)


async def test_a_stream_that_is_cut_starts_over(streaming: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(streaming))
    streaming.fails(passes, passes, cuts)
    upload_id = await target.begin(KEY)
    with pytest.raises(errors.TargetUnreachable):
        for number in range(1, 100):
            await target.put_part(KEY, upload_id, number, FULL)
    with pytest.raises(UploadGone):
        await target.parts(KEY, upload_id)
    await target.abort(KEY, upload_id)
    upload_id, receipts = await begun(target, FULL, b"the end")
    await target.complete(KEY, upload_id, receipts)
    assert streaming.files == {f"/{KEY}": FULL + b"the end"}


async def test_an_aborted_stream_leaves_nothing(streaming: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(streaming))
    upload_id, _ = await begun(target, FULL)
    await target.abort(KEY, upload_id)
    assert streaming.files == {}


async def test_asking_for_the_parts_of_a_stream_ends_it(streaming: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(streaming))
    upload_id, _ = await begun(target, FULL)
    with pytest.raises(UploadGone):
        await target.parts(KEY, upload_id)
    assert [task for task in asyncio.all_tasks() if task.get_name() == "upload to nas"] == []


async def test_a_part_of_a_stream_cannot_be_left_out_or_come_twice(
    streaming: WebdavStandin, opened: Opened
) -> None:
    target = opened(folder_target(streaming))
    upload_id, _ = await begun(target, FULL, FULL)
    for number in (1, 2, 4):
        with pytest.raises(UploadGone):
            await target.put_part(KEY, upload_id, number, FULL)


async def test_no_redirect_is_followed_with_the_password(partial: WebdavStandin, opened: Opened) -> None:
    elsewhere = WebdavStandin(is_partial=True)
    async with elsewhere.run():
        partial.fails(answers(307, Location=f"{elsewhere.url}/x"))
        with pytest.raises(errors.RedirectedElsewhere):
            await opened(folder_target(partial)).begin(KEY)
    assert elsewhere.seen == []


@pytest.mark.parametrize("method", ["size", "delete", "begin"])
async def test_a_redirection_is_said_with_where_it_leads_but_without_secrets(
    partial: WebdavStandin, opened: Opened, method: str
) -> None:
    partial.fails(answers(301, Location="https://me:secret@nas.example/remote.php/dav/x?token=secret"))
    with pytest.raises(errors.RedirectedElsewhere) as refused:
        await getattr(opened(folder_target(partial)), method)(KEY)
    assert refused.value.detail == "status 301 to 'https://nas.example/remote.php/dav/x'"


async def test_a_lock_is_waited_for_and_then_said(partial: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(partial))
    partial.fails(answers(423))
    upload_id = await target.begin(KEY)
    await target.abort(KEY, upload_id)

    partial.fails(*[answers(423)] * 4)
    with pytest.raises(errors.TargetLocked) as refused:
        await target.delete(KEY)
    assert "is locked by another program" in refused.value.happened


async def test_a_server_that_wants_another_login_is_distinguished_from_one_that_refuses_this_one(
    partial: WebdavStandin, opened: Opened
) -> None:
    target = opened(folder_target(partial))
    partial.fails(answers(401, WWW_Authenticate='Digest realm="dav"'))
    with pytest.raises(errors.BasicNotOffered):
        await target.begin(KEY)

    async def offers_both(_request: web.Request) -> web.StreamResponse:
        ways = [("WWW-Authenticate", f'{way} realm="dav"') for way in ("Digest", "Basic")]
        return web.Response(status=401, headers=CIMultiDict(ways))

    partial.fails(offers_both)
    with pytest.raises(errors.AccessRefused) as refusal:
        await target.begin(KEY)
    assert "doesn't accept the key or password" in refusal.value.happened


async def test_a_missing_length_is_not_guessed(partial: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(partial))
    partial.fails(answers(200))
    with pytest.raises(errors.AnswerNotUnderstood):
        await target.size(KEY)


async def test_the_password_is_in_no_error_and_no_field(partial: WebdavStandin, opened: Opened) -> None:
    target = opened(folder_target(partial))
    partial.fails(answers(401))
    with pytest.raises(errors.AccessRefused) as failure:
        await target.begin(KEY)
    encoded = partial.seen[0].headers["Authorization"].removeprefix("Basic ")
    shown = f"{failure.value!r} {failure.value.sentence} {failure.value.detail} {vars(target)}"
    assert [secret for secret in (SECRET, encoded) if secret in shown] == []


async def test_a_missing_folder_of_all_copies_is_no_missing_file(
    streaming: WebdavStandin, opened: Opened
) -> None:
    target = opened(folder_target(streaming))
    assert await target.size(KEY) is None
    streaming.has_place = False
    with pytest.raises(errors.PlaceMissing):
        await target.size(KEY)


@pytest.mark.parametrize("status", [403, 405, 501])
async def test_a_server_without_propfind_is_asked_for_the_folder_by_head(
    streaming: WebdavStandin, opened: Opened, status: int
) -> None:
    target = opened(folder_target(streaming))
    streaming.fails(passes, answers(status), answers(403))
    assert await target.size(KEY) is None
    streaming.fails(passes, answers(status), answers(404))
    with pytest.raises(errors.PlaceMissing):
        await target.size(KEY)
    assert streaming.methods == ["HEAD", "PROPFIND", "HEAD"] * 2


async def test_the_folder_of_all_copies_is_the_one_of_the_prefix(
    streaming: WebdavStandin, opened: Opened
) -> None:
    config = WebdavConfig("nas", f"{streaming.url}/dav", "quetzal", SecretStr(SECRET), prefix="my copies")
    target = opened(WebdavTarget(config, sleep=asyncio.sleep))
    assert await target.size(KEY) is None
    assert [request.path for request in streaming.seen] == [f"/dav/my copies/{KEY}", "/dav/my copies/"]


async def test_a_root_that_is_made_again_takes_an_upload_from_its_start(
    streaming: WebdavStandin, opened: Opened
) -> None:
    target = opened(folder_target(streaming))
    upload_id, receipts = await begun(target, b"all of it")
    streaming.has_place = False
    streaming.fails(answers(204))  # the end of the stream
    with pytest.raises(UploadGone):
        await target.complete(KEY, upload_id, receipts)
