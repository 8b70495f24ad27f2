"""What people see of a server's addresses."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.i18n import _
from bot.domain.allocations import address_of, ip_address_of
from bot.domain.formatting import counted
from bot.domain.public_address import PublicAddress
from bot.domain.public_board import public_address as panel_address
from bot.panel.models import Allocation, Server
from bot.services.servers import NewPrimary
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_NAME_ROOM = 60
_NOTE_ROOM = 256
_ADDRESS_ROOM = 120


def address_list(server: Server, rows: Sequence[Row], total: int) -> Card:
    """Draw one page of addresses."""
    limit = server.feature_limits.allocations
    used = (
        _("**{total} of {limit} addresses used**", total=total, limit=limit)
        if limit
        else f"**{counted(total, 'address', 'addresses')}**"
    )
    room = "" if limit else _("\n-# The panel doesn't assign more to this server.")
    card = theme.card(
        _("🌐 Network of {server}", server=neutralise(server.name, _NAME_ROOM)), f"{used}{room}"
    )
    return replace(card, rows=tuple(rows))


def row_text(allocation: Allocation) -> str:
    """Write an address for copying, with what stands for it and its note."""
    address = _("⭐ {address} · **primary**", address=_code(allocation))
    line = address if allocation.is_default else _code(allocation)
    return "\n".join([line, *(f"-# {detail}" for detail in _details(allocation))])


def one_address(allocation: Allocation) -> Card:
    """Draw one address with what can be done with it."""
    use = _("Primary address: players connect to it") if allocation.is_default else _("Additional address")
    lines = [f"**{use}**", _code(allocation), *(f"-# {line}" for line in _details(allocation))]
    return theme.card(f"🌐 {_title(allocation)}", "\n".join(lines))


def added(allocation: Allocation) -> Card:
    """Say which address the panel chose."""
    return theme.card(
        _("✅ {title} added", title=_title(allocation)),
        _(
            "{code}\nThe panel chose it. Set it in the game's configuration to use it.",
            code=_code(allocation),
        ),
        colour=theme.GOOD,
    )


def noted(allocation: Allocation) -> Card:
    """Say what the note is now."""
    note = f"“{neutralise(allocation.notes, _NOTE_ROOM)}”" if allocation.notes else _("It has no note now.")
    return theme.card(_("✅ Note on {title} saved", title=_title(allocation)), note, colour=theme.GOOD)


def primary_prompt(allocation: Allocation, current: Allocation | None) -> Prompt:
    """Say what changes for players."""
    lines = [
        _(
            "Players have to connect to {code} then. The game listens on it from the next restart on.",
            code=_code(allocation),
        )
    ]
    if current is not None:
        lines.append(_("The current one, {code}, stays assigned to the server.", code=_code(current)))
    card = theme.card(
        _("Make {title} the primary address?", title=_title(allocation)),
        "\n".join(lines),
        colour=theme.CAREFUL,
    )
    return Prompt(card, confirm=_("Make primary"), undoable=True)


def primary_chosen(primary: NewPrimary) -> Card:
    """Say that the panel uses the new one, and the running game the old one still."""
    kept = ""
    if primary.old is not None:
        kept = _("\nA game that is running keeps {code} until it restarts.", code=_code(primary.old))
    return theme.card(
        _("✅ {title} is the primary address", title=_title(primary.new)),
        _("Tell players to connect to {code}.{kept}", code=_code(primary.new), kept=kept),
        colour=theme.GOOD,
    )


def remove_prompt(server: Server, allocation: Allocation) -> Prompt:
    """Say that it may not come back."""
    card = theme.card(
        _("Remove {title}?", title=_title(allocation)),
        _(
            "After its next restart, {server} is no longer reachable there. The panel chooses addresses by "
            "itself, so you may not get this one back.",
            server=neutralise(server.name, _NAME_ROOM),
        ),
        colour=theme.BAD,
    )
    return Prompt(card, confirm=_("Remove port {port}", port=allocation.port))


def removed(allocation: Allocation) -> Card:
    """Say that it is gone."""
    return theme.card(_("✅ {title} removed", title=_title(allocation)), colour=theme.GOOD)


def public_address(server: Server, chosen: PublicAddress | None, *, is_saved: bool) -> Card:
    """Show the address that players see, to copy, and where it comes from."""
    panels = panel_address(server)
    shown = panels if chosen is None else chosen.address
    lines = [_("**Players see no address.**") if shown is None else inline_code(shown, _ADDRESS_ROOM)]
    if chosen is not None:
        lines.append(_("-# Chosen by <@{user_id}> instead of the panel's.", user_id=chosen.set_by))
    elif shown is not None:
        lines.append(_("-# From the panel. Choose another one if players join by your own domain name."))
    else:
        lines.append(_("-# The panel only knows an internal address. Choose one that players can reach."))
    name = neutralise(server.name, _NAME_ROOM)
    if is_saved:
        lines.append(_("The public board shows it within 30 seconds."))
        title = _("✅ Public address of {server}", server=name)
        return theme.card(title, "\n".join(lines), colour=theme.GOOD)
    return theme.card(_("🌐 Public address of {server}", server=name), "\n".join(lines))


def _title(allocation: Allocation) -> str:
    return neutralise(address_of(allocation), _NAME_ROOM)


def _code(allocation: Allocation) -> str:
    return inline_code(address_of(allocation), _ADDRESS_ROOM)


def _details(allocation: Allocation) -> list[str]:
    """List what stands behind an alias, and the note."""
    lines = []
    if allocation.ip_alias:
        lines.append(
            _(
                "IP address {ip_address_of}",
                ip_address_of=inline_code(ip_address_of(allocation), _ADDRESS_ROOM),
            )
        )
    if allocation.notes:
        lines.append(neutralise(allocation.notes, _NOTE_ROOM))
    return lines
