"""AWS Signature Version 4, as S3 takes it in the header `Authorization`. Pure.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, whose examples are its tests.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pydantic import SecretStr

UNSIGNED = "UNSIGNED-PAYLOAD"
"""In place of the body's hash, where TLS protects the body."""
_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An access key, and where it is used."""

    key_id: str
    secret: SecretStr
    region: str
    service: str = "s3"


@dataclass(frozen=True, slots=True)
class Unsigned:
    """What is signed: `path` and `query` as they are sent, `headers` with `Host`."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content_hash: str


def encoded(text: str, *, keep: str = "") -> str:
    """Encode a text as the signature wants it; `keep`: what stays besides letters, digits and `-._~`."""
    return quote(text, safe=keep + "~")


def query_string(query: Mapping[str, str]) -> str:
    """Write a query in the order that is signed."""
    return "&".join(sorted(f"{encoded(name)}={encoded(value)}" for name, value in query.items()))


def signed_headers(key: SigningKey, request: Unsigned, now: datetime) -> dict[str, str]:
    """Return the headers to send: those of the request, time, hash and signature."""
    time = now.strftime("%Y%m%dT%H%M%SZ")
    sent = {**request.headers, "x-amz-content-sha256": request.content_hash, "x-amz-date": time}
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in sent.items())
    names = ";".join(name for name, _ in canonical)
    lines = (f"{name}:{value}" for name, value in canonical)
    text = "\n".join((request.method, request.path, request.query, *lines, "", names, request.content_hash))
    scope = f"{time[:8]}/{key.region}/{key.service}/aws4_request"
    to_sign = "\n".join((_ALGORITHM, time, scope, hashlib.sha256(text.encode()).hexdigest()))
    signature = f"AWS4{key.secret.get_secret_value()}".encode()
    for part in (*scope.split("/"), to_sign):
        signature = hmac.digest(signature, part.encode(), "sha256")
    sent["Authorization"] = (
        f"{_ALGORITHM} Credential={key.key_id}/{scope}, SignedHeaders={names}, Signature={signature.hex()}"
    )
    return sent
