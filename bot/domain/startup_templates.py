"""Startup templates: the variables of one server, kept under a name, to be set on others."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.startup_variables import is_secret, value_of
from bot.panel.models import EggVariable

LONGEST_NAME = 40
"""In characters; it is shown on buttons."""


@dataclass(frozen=True, slots=True)
class StartupTemplate:
    """A template of a Discord server. `source` is the name that its game server had; no secret is in it."""

    guild_id: int
    name: str
    source: str
    variables: str
    """As JSON: names in the environment, with their values."""
    saved_by: int
    saved_at: datetime

    @property
    def values(self) -> Mapping[str, str]:
        """The variables with their values."""
        values: dict[str, str] = json.loads(self.variables)
        return values


@dataclass(frozen=True, slots=True)
class Difference:
    """A variable of a server whose value is another one than the template's."""

    variable: EggVariable
    value: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a template would change on a server, and the names of what it can't."""

    differences: tuple[Difference, ...]
    unknown: tuple[str, ...]
    """Not in the server's egg, or hidden."""
    fixed: tuple[str, ...]
    """Read-only there, and with another value."""


def checked_template_name(typed: str) -> str:
    """Return the name as it is kept. Raises BadInput."""
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(
            _("A template's name has 1 to {longest} characters.", longest=LONGEST_NAME),
            next_step=_("Choose another name, and run the command again."),
        )
    return name


def to_keep(variables: Sequence[EggVariable]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return what a template takes of a server, and the names of the secrets that it leaves out."""
    changeable = [variable for variable in variables if variable.is_editable]
    values = {variable.env_variable: value_of(variable) for variable in changeable if not is_secret(variable)}
    return values, tuple(variable.env_variable for variable in changeable if is_secret(variable))


def compare(template: StartupTemplate, variables: Sequence[EggVariable]) -> Comparison:
    """Say what the template would change on a server with these variables."""
    known = {variable.env_variable: variable for variable in variables}
    values = template.values
    others = {
        name: value for name, value in values.items() if name in known and value_of(known[name]) != value
    }
    return Comparison(
        tuple(Difference(known[name], value) for name, value in others.items() if known[name].is_editable),
        tuple(name for name in values if name not in known),
        tuple(name for name in others if not known[name].is_editable),
    )
