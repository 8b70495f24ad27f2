"""Everything that goes wrong with startup variables and their templates."""

from typing import Any

from sandbox.model import Variable
from tests.fault_messages.page import Fault
from tests.fault_messages.plays import (
    asked,
    both,
    confirmed,
    may,
    nothing,
    panel_down,
    unanswered,
    unanswered_for_good,
)
from tests.support.world import World

_PATH = "*/startup*"


def variables(world: World) -> None:
    """Give the server a variable of each kind."""
    world.survival.egg.variables = [
        Variable("Players", "MAX_PLAYERS", "8", "", "required|integer|between:1,64"),
        Variable("Mode", "MODE", "easy", "", "required|string|in:easy,hard"),
        Variable("Build", "BUILD", "1", "", "required|string", editable=False),
    ]


def _set(**typed: Any) -> dict[str, Any]:
    return {"variable": "MAX_PLAYERS", "value": "16"} | typed


FAULTS = (
    Fault(
        "there is no such variable",
        "startup set",
        asked("startup set", variables, **_set(variable="MAX_FOES")),
    ),
    Fault(
        "it is read-only", "startup set", asked("startup set", variables, **_set(variable="BUILD", value="2"))
    ),
    Fault("the egg's rules forbid it", "startup set", asked("startup set", variables, **_set(value="900"))),
    Fault(
        "it is none of the allowed values",
        "startup set",
        asked("startup set", variables, **_set(variable="MODE", value="brutal")),
    ),
    Fault("it has that value already", "startup set", asked("startup set", variables, **_set(value="8"))),
    Fault("the panel is down", "startup show", asked("startup show", panel_down)),
    Fault("the account may not see it", "startup show", asked("startup show", may("file.read"))),
    Fault(
        "the account may not change it",
        "startup set",
        confirmed("startup set", "Set", may("startup.read"), given=variables, **_set()),
    ),
    Fault(
        "no answer, and nothing was changed",
        "startup set",
        confirmed("startup set", "Set", unanswered(_PATH, "PUT"), given=variables, **_set()),
    ),
    Fault(
        "no answer, and nobody can look",
        "startup set",
        confirmed("startup set", "Set", unanswered_for_good(_PATH, "PUT"), given=variables, **_set()),
    ),
    Fault("there is no such template", "startup apply",
          asked("startup apply", variables, name="Event", servers="all", server=None)),
    Fault("the template's name is too long", "startup save",
          asked("startup save", variables, name="n" * 41)),
    Fault("there is nothing to keep", "startup save",
          asked("startup save", lambda world: world.survival.egg.variables.clear(), name="Event")),
    Fault("there are no templates yet", "startup templates",
          asked("startup templates", nothing, server=None)),
    Fault("the account may not see the variables", "startup save",
          asked("startup save", both(variables, may("file.read")), name="Event")),
)  # fmt: skip
