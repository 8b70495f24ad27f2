"""`quetzal doctor` keeps a small copy at each target."""

from typing_extensions import override

from bot.core.clock import Clock
from bot.doctor.copy_checks import check_copy_target
from bot.doctor.findings import Finding, Mark
from bot.settings import S3CopySettings, WebdavCopySettings
from tests.copies.standins import S3Standin, WebdavStandin, refuses


class Hurried(Clock):
    """The real clock, without pauses before retries."""

    @override
    async def sleep(self, seconds: float) -> None:
        return


async def checked(settings: S3CopySettings | WebdavCopySettings) -> list[Finding]:
    return [finding async for finding in check_copy_target("nas", settings, Hurried())]


def bucket(url: str) -> S3CopySettings:
    values = {"kind": "s3", "url": url, "bucket": "copies", "key_id": "id", "secret": "canary-secret"}
    return S3CopySettings.model_validate(values)


async def test_a_working_bucket_is_good_and_nothing_is_left_in_it() -> None:
    standin = S3Standin()
    async with standin.run():
        (finding,) = await checked(bucket(standin.url))
    assert finding.mark is Mark.GOOD
    assert (standin.files, standin.uploads) == ({}, {})


async def test_a_working_folder_is_good_and_nothing_is_left_in_it() -> None:
    standin = WebdavStandin(is_partial=True)
    async with standin.run():
        values = {"kind": "webdav", "url": standin.url, "user": "quetzal", "password": "canary secret"}
        (finding,) = await checked(WebdavCopySettings.model_validate(values))
    assert finding.mark is Mark.GOOD
    assert standin.files == {}


async def test_a_rejected_key_is_said_without_showing_it() -> None:
    standin = S3Standin()
    standin.fails(refuses("SignatureDoesNotMatch", 403))
    async with standin.run():
        (finding,) = await checked(bucket(standin.url))
    assert finding.mark is Mark.WRONG
    assert finding.summary == (
        "The copy target nas doesn't accept the key or password in the settings "
        "(status 403 SignatureDoesNotMatch: No.)."
    )
    assert "canary" not in str(finding)


async def test_an_unencrypted_address_elsewhere_is_noted() -> None:
    unencrypted, unreachable = await checked(bucket("http://nobody.invalid"))
    assert unencrypted.mark is Mark.NOTE
    assert "http://nobody.invalid isn't encrypted" in unencrypted.summary
    assert unreachable.mark is Mark.WRONG
    assert "can't be reached" in unreachable.summary
