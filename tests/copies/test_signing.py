"""Signatures are those of AWS's published examples."""

import hashlib
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.copies.signing import SigningKey, Unsigned, encoded, query_string, signed_headers

# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
KEY = SigningKey(
    "AKIAIOSFODNN7EXAMPLE", SecretStr("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), region="us-east-1"
)
NOW = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"Host": "examplebucket.s3.amazonaws.com"}
NOTHING = hashlib.sha256(b"").hexdigest()
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()


@pytest.mark.parametrize(
    ("request_", "names", "signature"),
    [
        (
            Unsigned("GET", "/test.txt", "", {**HOST, "Range": "bytes=0-9"}, NOTHING),
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            Unsigned(
                "PUT",
                "/" + encoded("test$file.text"),
                "",
                {
                    **HOST,
                    "Date": "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class": "REDUCED_REDUNDANCY",
                },
                WELCOME,
            ),
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            Unsigned("GET", "/", query_string({"lifecycle": ""}), HOST, NOTHING),
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            Unsigned("GET", "/", query_string({"prefix": "J", "max-keys": "2"}), HOST, NOTHING),
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
    ids=["GET an object", "PUT an object", "GET bucket lifecycle", "list objects"],
)
def test_a_published_example_is_signed_as_published(request_: Unsigned, names: str, signature: str) -> None:
    headers = signed_headers(KEY, request_, NOW)
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def test_everything_but_unreserved_characters_is_encoded() -> None:
    assert encoded("a/b c+d~e_f-g.h=ü") == "a%2Fb%20c%2Bd~e_f-g.h%3D%C3%BC"


def test_the_secret_is_in_no_representation() -> None:
    assert "wJalrX" not in repr(KEY)
