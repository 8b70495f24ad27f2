"""What people see of how a server starts."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.i18n import _
from bot.core.secret_masking import HIDDEN
from bot.domain.egg_rules import rules_of
from bot.domain.startup_variables import goes_unquoted, is_secret, masked_command, value_of
from bot.panel.models import EggVariable, Server, Startup
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import code_block, first_up, inline_code, label, neutralise, shorten

NAME_ROOM = 80
_COMMAND_ROOM = 600
_VALUE_ROOM = 60
_RULES_ROOM = 120
_LABEL_ROOM, _FORM_ROOM = 45, 100


def startup(server: Server, now: Startup, rows: Sequence[Row]) -> Card:
    """Draw the start command and one page of variables."""
    command = code_block(shorten(masked_command(now), _COMMAND_ROOM))
    nothing = "" if now.variables else _("The egg has no variables that people may see.")
    text = "\n".join(filter(None, (command, nothing)))
    card = theme.card(
        _("🚀 Startup of {server}", server=neutralise(server.name, NAME_ROOM)),
        text,
        footer=_("Changes apply from the next start."),
    )
    return replace(card, rows=tuple(rows))


def row_text(variable: EggVariable, *, shows_secrets: bool) -> str:
    """Show a variable's value and what it may be, in the lines of a row."""
    mark = "" if variable.is_editable else "🔒 "
    value = _value(value_of(variable), hides=is_secret(variable) and not shows_secrets)
    lines = [f"{mark}**{neutralise(variable.name or variable.env_variable, NAME_ROOM)}** {value}"]
    if variable.is_editable:
        lines.append(f"-# {shorten(_sentence(variable), _RULES_ROOM)}")
    else:
        lines.append(f"-# {_('Read-only: whoever runs the panel can change it')}")
    return "\n".join(lines)


def set_prompt(now: Startup, variable: EggVariable, value: str) -> Prompt:
    """Show what is and what would be."""
    hides = is_secret(variable)
    lines = [
        _("Now: {value}", value=_value(value_of(variable), hides=hides)),
        _("New: {value}", value=_value(value, hides=hides)),
    ]
    if goes_unquoted(now, variable, value):
        lines.append(
            _(
                "⚠️ The start command takes it as it is, without escaping: a shell may read a part of it as "
                "a command."
            )
        )
    card = theme.card(
        _("Set {variable}?", variable=named(variable)),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=_(
            "{env_variable} · applies from the next start",
            env_variable=neutralise(variable.env_variable, NAME_ROOM),
        ),
    )
    return Prompt(card, confirm=_("Set"), undoable=True)


def is_set(server: Server, variable: EggVariable) -> Card:
    """Say what it is now, and when that counts."""
    value = _value(value_of(variable), hides=is_secret(variable))
    return theme.card(
        _("✅ {variable} is set", variable=named(variable)),
        _(
            "It is {value} from the next start of {server}.",
            value=value,
            server=neutralise(server.name, NAME_ROOM),
        ),
        colour=theme.GOOD,
    )


def unchanged(variable: EggVariable) -> Card:
    """Say that there is nothing to do."""
    return theme.card(
        _("{variable} has that value already", variable=named(variable)),
        _("Nothing was sent to the panel."),
        colour=theme.QUIET,
    )


def named(variable: EggVariable) -> str:
    """Name a variable as people read it."""
    return neutralise(variable.name or variable.env_variable, NAME_ROOM)


def form_label(variable: EggVariable) -> str:
    """Name the field of a form."""
    return label(variable.name or variable.env_variable, _LABEL_ROOM)


def form_description(variable: EggVariable) -> str:
    """Say in a form what the value may be."""
    return label(_sentence(variable), _FORM_ROOM)


def _sentence(variable: EggVariable) -> str:
    return first_up(rules_of(variable.rules).describe())


def _value(value: str, *, hides: bool) -> str:
    if hides and value:
        return f"`{HIDDEN}`"
    return inline_code(value, _VALUE_ROOM) if value else _("(empty)")
