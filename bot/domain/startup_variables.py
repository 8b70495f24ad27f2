"""Startup variables of an egg: their values, which are secret, and what the start command makes of them."""

from collections.abc import Iterable, Sequence

from bot.core.errors import Missing, Refused
from bot.core.i18n import N_, _
from bot.core.secret_masking import HIDDEN, is_secret_name, mask_line
from bot.panel.models import EggVariable, Startup

_SHELL = frozenset("\"'`$;&|<>\\")
_SHORTEST_SECRET = 3


class NoSuchVariable(Missing):
    """The egg has no such variable, or hides it."""

    happened = N_("This server has no startup variable of that name, or the panel hides it.")
    next_step = N_(
        "Choose from the list that appears while you type, or see all of them with `/startup show`."
    )


def value_of(variable: EggVariable) -> str:
    """Return the value that applies: the server's own, else the egg's default."""
    value = variable.server_value if variable.server_value is not None else variable.default_value
    return value or ""


def is_secret(variable: EggVariable) -> bool:
    """Whether its name says that its value is a secret."""
    return is_secret_name(variable.env_variable) or is_secret_name(variable.name)


def check_editable(variable: EggVariable) -> None:
    """Refuse a variable that only administrators of the panel can change."""
    if not variable.is_editable:
        raise Refused(
            _("That startup variable is read-only."),
            next_step=_("Whoever runs the panel can change it, or make it editable."),
        )


def find_variable(variables: Sequence[EggVariable], typed: str) -> EggVariable:
    """Find a variable by its name in the environment, or the name that people read. Raises NoSuchVariable."""
    wanted = typed.strip().casefold()
    by_key = [variable for variable in variables if variable.env_variable.casefold() == wanted]
    named = [variable for variable in variables if variable.name.casefold() == wanted]
    matching = by_key or named
    if len(matching) != 1:
        raise NoSuchVariable
    return matching[0]


def masked_command(startup: Startup) -> str:
    """Return the start command without the values of secret variables."""
    secrets = sorted(
        (value for variable in startup.variables if is_secret(variable) and (value := value_of(variable))),
        key=len,
        reverse=True,
    )
    text = startup.startup_command
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return mask_line(text)


def goes_unquoted(startup: Startup, variable: EggVariable, value: str) -> bool:
    """Whether the start command takes a value that a shell reads as more than text.

    Neither panel nor node quotes or escapes it (docs/reference/servers.md#startup-variables).
    """
    is_used = f"{{{{{variable.env_variable}}}}}" in startup.raw_startup_command
    return is_used and bool(_SHELL & {*value})


def editable(variables: Iterable[EggVariable]) -> list[EggVariable]:
    """List the variables that people may change."""
    return [variable for variable in variables if variable.is_editable]
