"""Formats that an egg's rules ask for by their name, as Laravel checks them. Pure."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import ip_address
from typing import NamedTuple, NoReturn
from zoneinfo import available_timezones

from bot.core.i18n import N_, Message

_WEB_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+\S*", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_UUID = re.compile(r"[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}", re.ASCII | re.IGNORECASE)


class Format(NamedTuple):
    """What a value has to be, in words, and whether one may be it; the panel looks more closely."""

    words: Message
    allows: Callable[[str], bool]


def _address(*versions: int) -> Callable[[str], bool]:
    def allows(value: str) -> bool:
        try:
            return ip_address(value).version in versions
        except ValueError:
            return False

    return allows


def _letters(pattern: str) -> Callable[[str], bool]:
    form = re.compile(pattern)

    def allows(value: str) -> bool:
        letters = "".join(char for char in value if not unicodedata.combining(char)) or value
        return form.fullmatch(letters) is not None

    return allows


def _matches(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: form.fullmatch(value) is not None


def _is_json(value: str) -> bool:
    try:
        json.loads(value, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


_IS_WEB_ADDRESS = Format(N_("a web address"), _matches(_WEB_ADDRESS))
FORMATS: Mapping[str, Format] = {
    "url": _IS_WEB_ADDRESS,
    "active_url": _IS_WEB_ADDRESS,
    "ip": Format(N_("an IP address"), _address(4, 6)),
    "ipv4": Format(N_("an IPv4 address"), _address(4)),
    "ipv6": Format(N_("an IPv6 address"), _address(6)),
    "email": Format(N_("an e-mail address"), _matches(_EMAIL)),
    "alpha": Format(N_("letters"), _letters(r"[^\W\d_]+")),
    "alpha_num": Format(N_("letters and digits"), _letters(r"[^\W_]+")),
    "alpha_dash": Format(N_("letters, digits, dashes and underscores"), _letters(r"[\w-]+")),
    "json": Format(N_("JSON"), _is_json),
    "date": Format(N_("a date"), bool),
    "uuid": Format(N_("a UUID"), _matches(_UUID)),
    "timezone": Format(N_("a time zone like `Europe/Berlin`"), lambda value: value in _time_zones()),
}
