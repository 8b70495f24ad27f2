"""The address that players are shown instead of the panel's: such as a name with an SRV record. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from bot.core.errors import BadInput
from bot.core.i18n import N_, _

LONGEST = 253
_MOST_PORT = 65535
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PARTS = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(?::(?P<port>[0-9]{1,5}))?")
_NEXT_STEP = N_("Write it like `play.example.com`, `203.0.113.5:25565` or `[2001:db8::5]:25565`.")


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """What players of a guild are shown as the address of a server."""

    guild_id: int
    panel_id: str
    server_uuid: str
    address: str
    set_by: int
    set_at: datetime


def checked_address(typed: str) -> str:
    """Return the address as players type it, in small letters: a host name or an IP, with or without a port.

    IPv6 stands in brackets. Raises BadInput.
    """
    text = typed.strip().casefold()
    host, port = _split(text)
    if port is not None and not 1 <= int(port) <= _MOST_PORT:
        raise BadInput(_("Ports go from 1 to {most}.", most=_MOST_PORT), next_step=_(_NEXT_STEP))
    shown = _checked_host(host.rstrip("."))
    return shown if port is None else f"{shown}:{int(port)}"


def _split(text: str) -> tuple[str, str | None]:
    try:
        IPv6Address(text)
    except ValueError:
        parts = _PARTS.fullmatch(text)
        if parts is None or len(text) > LONGEST:
            raise _wrong() from None
        return parts["host"], parts["port"]
    return f"[{text}]", None


def _checked_host(host: str) -> str:
    is_bracketed = host.startswith("[")
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        labels = host.split(".")
        is_name = len(labels) > 1 and not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels))
        if is_bracketed or not is_name:
            raise _wrong() from None
        return host
    if is_bracketed != isinstance(address, IPv6Address) or getattr(address, "scope_id", None):
        raise _wrong()
    if address.is_unspecified or address.is_loopback or address.is_link_local or address.is_multicast:
        raise BadInput(_("Nobody else can reach that address."), next_step=_(_NEXT_STEP))
    return f"[{address}]" if is_bracketed else str(address)


def _wrong() -> BadInput:
    return BadInput(_("That isn't an address that players can type."), next_step=_(_NEXT_STEP))
