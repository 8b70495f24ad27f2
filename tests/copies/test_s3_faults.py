"""An S3 service that fails: nothing is taken for done that isn't, and every failure has its own error."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.copies import CopyTarget, CopyTargetError, UploadGone, errors
from bot.copies.http import Answer
from bot.copies.s3_errors import error_for
from tests.copies.conftest import PATIENCE_S, SECRET, Opened, bucket_target
from tests.copies.standins import Fault, S3Standin, answers, cuts, passes, refusal, refuses
from tests.games.standins.web_games import own_certificate

KEY = "main/1a7ce997/nightly.tar.gz"
MIB = 1024 * 1024


async def upload(target: CopyTarget, *parts: bytes) -> None:
    upload_id = await target.begin(KEY)
    receipts = {
        number: await target.put_part(KEY, upload_id, number, data) for number, data in enumerate(parts, 1)
    }
    await target.complete(KEY, upload_id, receipts)


async def content(target: CopyTarget) -> bytes:
    async with target.read(KEY) as chunks:
        return b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize(
    "fault",
    [
        refuses("SlowDown", 503),
        refuses("InternalError", 500),
        refuses("RequestTimeout", 400),
        answers(429),
        cuts,
    ],
    ids=["slow down", "internal error", "request time-out", "429", "a cut connection"],
)
async def test_what_passes_is_tried_again_after_growing_pauses(
    bucket: S3Standin, s3: CopyTarget, pauses: list[float], fault: Fault
) -> None:
    bucket.fails(fault, fault, fault)
    await upload(s3, b"all of it")
    assert await content(s3) == b"all of it"
    assert [round(pause / expected) for pause, expected in zip(pauses, (1, 2, 4), strict=True)] == [1, 1, 1]


async def test_what_does_not_pass_ends_after_four_attempts(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(*[refuses("SlowDown", 503)] * 4)
    with pytest.raises(errors.TargetBusy) as failure:
        await s3.begin(KEY)
    assert failure.value.may_pass
    assert bucket.methods == ["POST"] * 4


async def test_a_refusal_is_not_repeated(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(refuses("AccessDenied", 403))
    with pytest.raises(errors.PermissionLacking):
        await s3.begin(KEY)
    assert bucket.methods == ["POST"]


async def test_a_part_that_was_damaged_on_the_way_is_sent_again(bucket: S3Standin, s3: CopyTarget) -> None:
    async def damages(request: web.Request) -> web.StreamResponse | None:
        received = bytearray(await request.read())
        received[0] ^= 1
        return bucket.answer(request, bytes(received))

    bucket.fails(passes, damages)
    await upload(s3, b"all of it")
    assert bucket.methods == ["POST", "PUT", "PUT", "POST"]
    assert await content(s3) == b"all of it"


async def test_a_completion_that_fails_with_status_200_is_no_success(
    bucket: S3Standin, s3: CopyTarget
) -> None:
    async def fails_late(request: web.Request) -> web.StreamResponse:
        error = await refuses("InternalError", 200)(request)
        assert isinstance(error, web.Response)
        return web.Response(text=f"   \n  {error.text}")

    bucket.fails(passes, passes, fails_late)
    await upload(s3, b"all of it")
    assert bucket.methods == ["POST", "PUT", "POST", "POST"]
    assert await content(s3) == b"all of it"


async def test_a_completion_whose_answer_was_lost_is_recognised(bucket: S3Standin, s3: CopyTarget) -> None:
    async def completes_and_cuts(request: web.Request) -> web.StreamResponse:
        bucket.answer(request, await request.read())
        return await cuts(request)

    bucket.fails(passes, passes, passes, completes_and_cuts)
    await upload(s3, bytes(5 * MIB), b"the end")
    assert bucket.methods == ["POST", "PUT", "PUT", "POST", "POST", "HEAD"]


async def test_another_file_with_the_key_is_not_taken_for_the_upload(
    bucket: S3Standin, s3: CopyTarget
) -> None:
    await upload(s3, b"an older copy")
    upload_id = await s3.begin(KEY)
    receipts = {1: await s3.put_part(KEY, upload_id, 1, b"a newer copy")}
    bucket.uploads.clear()
    with pytest.raises(UploadGone):
        await s3.complete(KEY, upload_id, receipts)


async def test_an_upload_that_is_gone_is_said_by_every_call(bucket: S3Standin, s3: CopyTarget) -> None:
    with pytest.raises(UploadGone):
        await s3.put_part(KEY, "unknown", 1, b"all of it")
    with pytest.raises(UploadGone):
        await s3.parts(KEY, "unknown")
    with pytest.raises(UploadGone):
        await s3.complete(KEY, "unknown", {1: "x"})
    await s3.abort(KEY, "unknown")


async def test_all_pages_of_parts_are_read(bucket: S3Standin, s3: CopyTarget) -> None:
    upload_id = await s3.begin(KEY)
    bucket.uploads[upload_id] = {number: bytes(number) for number in range(1, 2502)}
    parts = await s3.parts(KEY, upload_id)
    assert {number: part.size for number, part in parts.items()} == {
        number: number for number in range(1, 2502)
    }
    assert bucket.methods == ["POST", "GET", "GET", "GET"]


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ("<List><IsTruncated>true</IsTruncated></List>", errors.AnswerNotUnderstood),
        ("<List><Part><PartNumber>x</PartNumber></Part></List>", errors.AnswerNotUnderstood),
        ('<!DOCTYPE a [<!ENTITY b "c">]><List>&b;</List>', errors.AnswerNotUnderstood),
        ("<html>It works!", errors.AnswerNotUnderstood),
        ("", errors.AnswerNotUnderstood),
    ],
    ids=["a page that leads nowhere", "no number", "an entity", "a web page", "nothing"],
)
async def test_a_damaged_listing_is_no_list(
    bucket: S3Standin, s3: CopyTarget, listing: str, expected: type[CopyTargetError]
) -> None:
    bucket.fails(answers(200, listing))
    with pytest.raises(expected):
        await s3.parts(KEY, "upload")


async def test_a_service_that_lists_no_parts_cannot_resume(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(refuses("MethodNotAllowed", 405), answers(501))
    for _ in range(2):
        with pytest.raises(UploadGone):
            await s3.parts(KEY, "upload")


@pytest.mark.parametrize(
    "answer",
    [answers(200, "<html>"), answers(200, "<Result/>"), answers(204)],
    ids=["page", "no id", "nothing"],
)
async def test_an_upload_without_an_id_has_not_begun(
    bucket: S3Standin, s3: CopyTarget, answer: Fault
) -> None:
    bucket.fails(answer)
    with pytest.raises(errors.AnswerNotUnderstood):
        await s3.begin(KEY)


async def test_a_part_without_a_receipt_has_not_arrived(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(passes, answers(200))
    upload_id = await s3.begin(KEY)
    with pytest.raises(errors.AnswerNotUnderstood):
        await s3.put_part(KEY, upload_id, 1, b"all of it")


async def test_a_huge_answer_is_read_to_a_bound(bucket: S3Standin, s3: CopyTarget) -> None:
    sent = 0

    async def floods(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 1024 * MIB:
            await response.write(bytes(MIB))
            sent += MIB
        return response

    bucket.fails(floods)
    with pytest.raises(errors.AnswerNotUnderstood):
        await s3.begin(KEY)
    assert sent < 64 * MIB


async def test_a_download_that_is_cut_is_no_whole_file(bucket: S3Standin, s3: CopyTarget) -> None:
    async def cut_short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(bytes(500))
        return await cuts(request)

    bucket.fails(cut_short)
    with pytest.raises(errors.TargetUnreachable):
        await content(s3)


async def test_a_missing_file_has_no_size_and_cannot_be_read(s3: CopyTarget) -> None:
    assert await s3.size(KEY) is None
    with pytest.raises(errors.CopyMissing):
        await content(s3)


async def test_the_callers_own_error_passes_through_a_read(bucket: S3Standin, s3: CopyTarget) -> None:
    await upload(s3, b"all of it")
    with pytest.raises(TimeoutError, match="the caller's"):
        async with s3.read(KEY):
            raise TimeoutError("the caller's")


@pytest.mark.sweep
async def test_a_silent_service_is_given_up(
    bucket: S3Standin, opened: Opened, pauses: list[float], silence: asyncio.Event
) -> None:
    async def says_nothing(_request: web.Request) -> web.StreamResponse:
        await silence.wait()
        return web.Response()

    target = opened(bucket_target(bucket.url, pauses, PATIENCE_S))
    bucket.fails(*[says_nothing] * 4)
    with pytest.raises(errors.TargetTimedOut):
        await target.begin(KEY)


async def test_a_download_that_stops_is_given_up(
    bucket: S3Standin, opened: Opened, pauses: list[float], silence: asyncio.Event
) -> None:
    async def stops(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(bytes(500))
        await silence.wait()
        return response

    target = opened(bucket_target(bucket.url, pauses, PATIENCE_S))
    bucket.fails(stops)
    with pytest.raises(errors.TargetTimedOut):
        await content(target)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(bucket: S3Standin, s3: CopyTarget, status: int) -> None:
    elsewhere = S3Standin()
    async with elsewhere.run():
        bucket.fails(answers(status, Location=f"{elsewhere.url}/copies/x"))
        with pytest.raises(errors.RedirectedElsewhere):
            await s3.put_part(KEY, "upload", 1, b"all of it")
        bucket.fails(answers(status, Location=f"{elsewhere.url}/copies/x"))
        with pytest.raises(errors.RedirectedElsewhere):
            await content(s3)
    assert elsewhere.seen == []


async def test_nothing_is_sent_to_a_service_with_a_wrong_certificate(
    tmp_path: Path, opened: Opened, pauses: list[float]
) -> None:
    standin = S3Standin()
    async with standin.run(tls=own_certificate(tmp_path)):
        with pytest.raises(errors.CertificateInvalid):
            await opened(bucket_target(standin.url, pauses)).check()
    assert (standin.seen, pauses) == ([], [])


@pytest.mark.parametrize(
    ("code", "more", "expected"),
    [
        ("SignatureDoesNotMatch", "", "doesn't accept the key"),
        ("InvalidAccessKeyId", "", "doesn't accept the key"),
        ("AccessDenied", "", "may not do that"),
        ("NoSuchBucket", "", "The bucket or folder of the copy target nas doesn't exist."),
        ("QuotaExceeded", "", "is full"),
        ("XMinioStorageFull", "", "is full"),
        ("EntityTooLarge", "", "is full"),
        ("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>", "is in another region: eu-west-1."),
        ("AuthorizationHeaderMalformed", "", "doesn't work as expected"),
        ("AuthorizationHeaderMalformed", "<Region>@everyone</Region>", "doesn't work as expected"),
        ("RequestTimeTooSkewed", "", "the clocks differ by 7 minutes"),
        ("SomethingNew", "", "doesn't work as expected"),
    ],
)
def test_each_refusal_is_said_in_words(code: str, more: str, expected: str) -> None:
    response = refusal(code, 400, more)
    assert isinstance(response.body, bytes)
    answer = Answer(400, {"Date": "Fri, 27 Nov 2026 12:07:00 GMT"}, response.body)
    error = error_for("nas", answer, datetime(2026, 11, 27, 12, tzinfo=UTC))
    assert expected in error.happened
    assert code in (error.detail or "")


async def test_an_error_and_its_cause_hold_no_secret(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(refuses("SignatureDoesNotMatch", 403))
    with pytest.raises(errors.AccessRefused) as failure:
        await s3.begin(KEY)
    assert SECRET not in f"{failure.value!r} {failure.value.sentence} {failure.value.detail} {vars(s3)}"


async def test_the_check_finds_what_cannot_be_read_back_or_deleted(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(passes, passes, passes, answers(200, "something else"))
    with pytest.raises(errors.AnswerNotUnderstood):
        await s3.check()
    assert bucket.files == {}
    bucket.fails(passes, passes, passes, passes, answers(204))
    with pytest.raises(errors.PermissionLacking):
        await s3.check()


async def test_a_check_that_fails_leaves_no_upload(bucket: S3Standin, s3: CopyTarget) -> None:
    bucket.fails(passes, refuses("AccessDenied", 403))
    with pytest.raises(errors.PermissionLacking):
        await s3.check()
    assert bucket.uploads == {}


async def test_a_missing_bucket_is_no_missing_file(bucket: S3Standin, s3: CopyTarget) -> None:
    await upload(s3, b"all of it")
    bucket.has_place = False
    with pytest.raises(errors.PlaceMissing):
        await s3.size(KEY)
    bucket.has_place = True
    assert await s3.size(KEY) == len(b"all of it")


async def test_a_key_that_may_not_see_the_bucket_still_sees_that_a_file_is_missing(
    bucket: S3Standin, s3: CopyTarget
) -> None:
    bucket.fails(passes, answers(403))
    assert await s3.size(KEY) is None


async def test_a_bucket_that_cannot_be_asked_for_leaves_open_whether_a_file_is_missing(
    bucket: S3Standin, s3: CopyTarget
) -> None:
    bucket.fails(passes, *[answers(503)] * 4)
    with pytest.raises(errors.TargetBusy):
        await s3.size(KEY)
