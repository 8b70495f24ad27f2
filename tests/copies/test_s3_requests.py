"""How a file is addressed, signed and divided for an S3 service."""

import asyncio
import hashlib

import pytest

from bot.copies import CopyTarget
from bot.copies.http import Request
from bot.copies.s3 import _Call
from tests.copies.conftest import bucket_target

KEY = "main/1a7ce997/nightly.tar.gz"
MIB = 1024 * 1024


def request_to(url: str) -> Request:
    target = bucket_target(url, [])
    return asyncio.run(target._signed(_Call("PUT", KEY, data=b"all of it")))


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://s3.example.com", "https://s3.example.com/copies/quetzal/main/1a7ce997/nightly.tar.gz"),
        (
            "https://{bucket}.s3.example.com",
            "https://copies.s3.example.com/quetzal/main/1a7ce997/nightly.tar.gz",
        ),
        (
            "https://example.com:9000/s3/",
            "https://example.com:9000/s3/copies/quetzal/main/1a7ce997/nightly.tar.gz",
        ),
        (
            "https://example.com/my%20store",
            "https://example.com/my%20store/copies/quetzal/main/1a7ce997/nightly.tar.gz",
        ),
    ],
    ids=["path style", "virtual host", "below a path", "below an encoded path"],
)
def test_a_bucket_is_named_in_the_path_or_by_the_host(url: str, sent: str) -> None:
    request = request_to(url)
    assert request.url == sent
    assert request.headers["Host"] == sent.split("/")[2]


def test_the_body_is_signed_where_nothing_else_protects_it() -> None:
    hashes = [
        request_to(f"{scheme}://s3.example.com").headers["x-amz-content-sha256"]
        for scheme in ("https", "http")
    ]
    assert hashes == ["UNSIGNED-PAYLOAD", hashlib.sha256(b"all of it").hexdigest()]


@pytest.mark.parametrize("size", [0, 1, 100 * MIB, 156 * 1024 * MIB, 5 * 1024**4])
def test_every_size_fits_into_ten_thousand_parts(size: int) -> None:
    part = bucket_target("https://s3.example.com", []).part_bytes(size)
    assert part >= 5 * MIB
    assert part * 10_000 >= size


@pytest.mark.parametrize("key", ["", "/a", "a//b", "../b", "a/./b", "a/..", "a\nb", "a/"])
async def test_a_key_that_leads_elsewhere_is_refused(s3: CopyTarget, key: str) -> None:
    with pytest.raises(ValueError, match="no key for a copy"):
        await s3.begin(key)
