"""Where copies of backups are kept: a bucket of an S3-compatible service, or a folder of a WebDAV server."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr

from bot.settings.values import STRICT, Password, Secret, lower, split_address

COPY_NAME = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def _address(value: str) -> str:
    parts = split_address(value)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _bucket(value: str) -> str:
    if not _BUCKET.fullmatch(value.strip()):
        raise ValueError("must be the name of a bucket: letters, digits, dots and hyphens.")
    return value.strip()


def _region(value: str) -> str:
    if not _REGION.fullmatch(value.strip()):
        raise ValueError("must be the name of a region, like eu-central-1.")
    return value.strip()


def _prefix(value: str) -> str:
    path = value.strip().strip("/")
    if not path.isprintable() or any(segment in {"", ".", ".."} for segment in path.split("/")):
        raise ValueError("must be the name of a folder, or of folders with / between them.")
    return path


def _word(value: str) -> str:
    if not value.strip().isprintable() or re.search(r"\s", value.strip()):
        raise ValueError("must be one word without spaces or line breaks.")
    return value.strip()


def _user(value: str) -> str:
    if not value.isprintable() or ":" in value:
        raise ValueError("must be a user's name: one line without a colon.")
    return value.strip()


class _CopySettings(BaseModel):
    """What every target has."""

    model_config = STRICT

    url: Annotated[str, AfterValidator(_address)] = Field(examples=["https://s3.eu-central-1.example.com"])
    # Folders in which Quetzal keeps all copies; it deletes nothing outside.
    prefix: Annotated[str, AfterValidator(_prefix)] = Field(default="quetzal", examples=["quetzal"])
    # How many copies of each server are kept.
    keep: int = Field(default=3, ge=1, le=1000, examples=["3"])


class S3CopySettings(_CopySettings):
    """A bucket of an S3-compatible service."""

    kind: Literal["s3"]
    bucket: Annotated[str, AfterValidator(_bucket)] = Field(examples=["backups"])
    region: Annotated[str, AfterValidator(_region)] = Field(default="us-east-1", examples=["eu-central-1"])
    key_id: Annotated[str, AfterValidator(_word)] = Field(examples=["<the access key's id>"])
    secret: Secret = Field(examples=["<the access key's secret>"])

    @property
    def own_secret(self) -> SecretStr:
        """What must never be shown."""
        return self.secret


class WebdavCopySettings(_CopySettings):
    """A folder of a WebDAV server."""

    kind: Literal["webdav"]
    user: Annotated[str, AfterValidator(_user)] = Field(examples=["quetzal"])
    password: Password = Field(examples=["<the password of that account>"])

    @property
    def own_secret(self) -> SecretStr:
        """What must never be shown."""
        return self.password


_ByKind = Annotated[S3CopySettings | WebdavCopySettings, Field(discriminator="kind")]
KINDS: dict[str, type[S3CopySettings] | type[WebdavCopySettings]] = {
    "s3": S3CopySettings,
    "webdav": WebdavCopySettings,
}


def _with_small_kind(value: object) -> object:
    return {**value, "kind": lower(value["kind"])} if isinstance(value, dict) and "kind" in value else value


CopySettings = Annotated[_ByKind, BeforeValidator(_with_small_kind)]
