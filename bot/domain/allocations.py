"""A server's addresses: how they are written, looked up by what people type, and checked. Pure."""

from collections.abc import Iterable, Sequence

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.name_ranking import NameIndex
from bot.domain.quoting import shown_address
from bot.panel.models import Allocation

LONGEST_NOTE = 256


def address_of(allocation: Allocation) -> str:
    """Write the address that players type: the alias, where there is one, stands for the IP."""
    return shown_address(allocation.ip_alias or allocation.ip, allocation.port)


def ip_address_of(allocation: Allocation) -> str:
    """Write the address with its IP."""
    return shown_address(allocation.ip, allocation.port)


def primary_first(allocations: Iterable[Allocation]) -> list[Allocation]:
    """Sort for reading: the primary one, then by address and port."""
    return sorted(
        allocations, key=lambda allocation: (not allocation.is_default, allocation.ip, allocation.port)
    )


def matching(allocations: Sequence[Allocation], typed: str) -> list[Allocation]:
    """Find those that are meant by an id, an address with its port, or a port alone."""
    wanted = typed.strip().casefold()
    for names in (_id, address_of, ip_address_of, _port):
        fitting = [allocation for allocation in allocations if names(allocation).casefold() == wanted]
        if fitting:
            return fitting
    return []


def similar(allocations: Sequence[Allocation], typed: str) -> list[Allocation]:
    """List those that may be meant, the likeliest first: by address, by port, and by note."""
    likely = matching(allocations, typed)
    for names in (address_of, ip_address_of, _port, _note):
        likely += NameIndex.of(allocations, names, lambda _: ()).ranked(typed)
    return list({allocation.id: allocation for allocation in likely}.values())


def checked_note(typed: str) -> str:
    """Return the note in one line. Raises BadInput when it is longer than the panel allows."""
    note = " ".join(typed.split())
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            _(
                "The note has {count} characters, and the panel allows {longest_note}.",
                count=len(note),
                longest_note=LONGEST_NOTE,
            )
        )
    return note


def _id(allocation: Allocation) -> str:
    return str(allocation.id)


def _port(allocation: Allocation) -> str:
    return str(allocation.port)


def _note(allocation: Allocation) -> str:
    return allocation.notes or ""
