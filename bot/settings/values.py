"""Values that several settings have in common."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, ConfigDict, SecretStr

STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Replaces a secret whose file could not be read; `why` never contains its content."""

    why: str


def lower(value: object) -> object:
    """Write a word in small letters."""
    return value.strip().lower() if isinstance(value, str) else value


def split_address(value: str) -> SplitResult:
    """Split an http address; ValueError says what is wrong with it, without repeating it."""
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that begins with https:// (or http://).")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be an address only: no user, no password, no `?` and no `#` in it.")
    return parts


def _secret(value: object) -> object:
    match value:
        case Unreadable(why=why):
            raise ValueError(why)
        case str():
            return _secret(SecretStr(value.strip()))
        case SecretStr() if re.search(r"\s", value.get_secret_value()):
            raise ValueError("must be one word without spaces or line breaks.")
    return value


def _password(value: object) -> object:
    match value:
        case Unreadable(why=why):
            raise ValueError(why)
        case str() if not value.isprintable():
            raise ValueError("must be one line.")
    return value


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Password = Annotated[SecretStr, BeforeValidator(_password)]
"""May have blanks in it."""
