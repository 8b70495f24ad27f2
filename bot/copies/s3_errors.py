"""What an S3 service means when it refuses."""

import re
from datetime import datetime

from bot.copies import errors
from bot.copies.http import Answer, redirection
from bot.copies.xml_reading import Element, read_xml
from bot.core.http_date import parse_http_date

# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
_BY_CODE: dict[str, type[errors.CopyTargetError]] = {
    "NoSuchUpload": errors.UploadGone,
    "InvalidPart": errors.UploadGone,
    "InvalidPartOrder": errors.UploadGone,
    "EntityTooSmall": errors.UploadGone,
    "NoSuchKey": errors.CopyMissing,
    "NoSuchBucket": errors.PlaceMissing,
    "InvalidBucketName": errors.PlaceMissing,
    "InvalidAccessKeyId": errors.AccessRefused,
    "SignatureDoesNotMatch": errors.AccessRefused,
    "InvalidToken": errors.AccessRefused,
    "ExpiredToken": errors.AccessRefused,
    "Unauthorized": errors.AccessRefused,
    "AccessDenied": errors.PermissionLacking,
    "AllAccessDisabled": errors.PermissionLacking,
    "AccountProblem": errors.PermissionLacking,
    "MethodNotAllowed": errors.NotSupported,
    "NotImplemented": errors.NotSupported,
    "BadDigest": errors.DamagedOnTheWay,
    "InvalidDigest": errors.DamagedOnTheWay,
    "XAmzContentSHA256Mismatch": errors.DamagedOnTheWay,
    "XAmzContentChecksumMismatch": errors.DamagedOnTheWay,
    "IncompleteBody": errors.DamagedOnTheWay,
    "RequestTimeout": errors.TargetTimedOut,
    "SlowDown": errors.TargetBusy,
    "InternalError": errors.TargetBusy,
    "ServiceUnavailable": errors.TargetBusy,
    "OperationAborted": errors.TargetBusy,
    "QuotaExceeded": errors.TargetFull,
    "EntityTooLarge": errors.TargetFull,
    "XMinioStorageFull": errors.TargetFull,
    "XMinioAdminBucketQuotaExceeded": errors.TargetFull,
}
_BY_STATUS: dict[int, type[errors.CopyTargetError]] = {
    403: errors.PermissionLacking,
    404: errors.CopyMissing,
    408: errors.TargetTimedOut,
    413: errors.BodyLimited,
    429: errors.TargetBusy,
    507: errors.TargetFull,
}
"""For answers without a code: those to HEAD, which comes after requests whose answer names a wrong key."""
_REGION = re.compile(r"[a-z0-9-]{1,63}")
"""Nothing else is shown as the name of a region."""
_REGION_CODES = frozenset(
    {"AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"}
)


def error_for(target: str, answer: Answer, now: datetime) -> errors.CopyTargetError:
    """Return the error for an answer that is none of success."""
    said = _error_in(answer)
    code = said.value("Code")
    detail = f"status {answer.status}{redirection(answer)}" + (
        f" {code}: {said.value('Message')[:200]}" if code else ""
    )
    if code == "RequestTimeTooSkewed":
        return errors.ClocksDiffer(target, _minutes_apart(answer, now), detail=detail)
    region = said.value("Region") or answer.headers.get("x-amz-bucket-region", "")
    if code in _REGION_CODES and _REGION.fullmatch(region):
        return errors.WrongRegion(target, region, detail=detail)
    kind = _BY_CODE.get(code) or _BY_STATUS.get(answer.status) or errors.by_class_of(answer.status)
    return kind(target, detail=detail)


def _error_in(answer: Answer) -> Element:
    try:
        return read_xml(answer.body)
    except ValueError:
        return Element("")


def _minutes_apart(answer: Answer, now: datetime) -> int:
    theirs = parse_http_date(answer.headers.get("Date", ""))
    return 15 if theirs is None else round(abs((now - theirs).total_seconds()) / 60)
