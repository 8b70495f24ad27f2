"""Everything that goes wrong with a server's addresses, activity, description, image and reinstallation."""

from sandbox.model import Allocation
from tests.fault_messages.page import Fault
from tests.fault_messages.plays import (
    MACHINE_OFF,
    asked,
    breaks,
    confirmed,
    may,
    nothing,
    panel_down,
    unanswered,
    unanswered_after,
)
from tests.support.world import World

_PATH = "*/network*"
_ADDRESS = "25570"


def second(world: World) -> None:
    """Give the server a second address, and room for a third one that the panel assigns."""
    world.survival.allocations.append(Allocation(501, "127.0.0.1", 25570))
    world.survival.feature_limits.allocations = 3
    world.sandbox.world.settings.allocations_enabled = True


def full(world: World) -> None:
    """Use the limit up."""
    second(world)
    world.survival.feature_limits.allocations = 2


def by_hand(world: World) -> None:
    """Let the panel assign none by itself."""
    second(world)
    world.sandbox.world.settings.allocations_enabled = False


def no_limit(world: World) -> None:
    """Let the panel remove none."""
    second(world)
    world.survival.feature_limits.allocations = 0


def gone(world: World) -> None:
    """Let somebody take the second one away meanwhile."""
    world.survival.allocations.pop()


FAULTS = (
    Fault("the panel is down", "network list", asked("network list", panel_down)),
    Fault("the account may not see addresses", "network list", asked("network list", may("file.read"))),
    Fault("there is no such address", "network note", asked("network note", second, address="99", note="x")),
    Fault("one is like it", "network note", asked("network note", second, address="25571", note="x")),
    Fault("the note is too long", "network note",
          asked("network note", second, address=_ADDRESS, note="x" * 300)),
    Fault("no answer, and it is the old note", "network note",
          asked("network note", second, unanswered(_PATH, "POST"), address=_ADDRESS, note="query")),
    Fault("it is the primary one already", "network primary",
          asked("network primary", lambda world: setattr(world.survival.primary, "port", 25999),
                address="25999")),
    Fault("the account may not choose it", "network primary",
          confirmed("network primary", "Make primary", may("allocation.read"), given=second,
                    address=_ADDRESS)),
    Fault("no answer, and nothing was changed", "network primary",
          confirmed("network primary", "Make primary", unanswered(_PATH, "POST"), given=second,
                    address=_ADDRESS)),
    Fault("no answer, and nobody can look", "network primary",
          confirmed("network primary", "Make primary", unanswered_after(1, _PATH, "POST"), given=second,
                    address=_ADDRESS)),
    Fault("it was removed meanwhile", "network primary",
          confirmed("network primary", "Make primary", gone, given=second, address=_ADDRESS)),
    Fault("the limit is reached", "network add", asked("network add", full)),
    Fault("the panel assigns none", "network add", asked("network add", by_hand)),
    Fault("no answer, and none was added", "network add",
          asked("network add", second, unanswered(_PATH, "POST"))),
    Fault("it is the primary one", "network remove",
          asked("network remove", lambda world: setattr(world.survival.primary, "port", 25999),
                address="25999")),
    Fault("the limit is 0", "network remove", asked("network remove", no_limit, address=_ADDRESS)),
    Fault("no answer, and it is still there", "network remove",
          confirmed("network remove", f"Remove port {_ADDRESS}", unanswered(_PATH, "DELETE"), given=second,
                    address=_ADDRESS)),
)  # fmt: skip

ACTIVITY_FAULTS = (
    Fault("the panel is down", "activity list", asked("activity list", panel_down)),
    Fault("the account may not see it", "activity list", asked("activity list", may("file.read"))),
    Fault("nobody did anything of that kind", "activity list",
          asked("activity list", nothing, event="databases")),
    Fault("the server's machine is down (504)", "activity list",
          asked("activity list", breaks(MACHINE_OFF, "*/activity*", "GET", None))),
)  # fmt: skip

SETTINGS_FAULTS = (
    Fault("the account may not change it", "server describe",
          asked("server describe", may("file.read"), description="New")),
    Fault("no answer, and it is the old one", "server describe",
          asked("server describe", unanswered("*/settings/*", "POST"), description="New")),
    Fault("the egg has no such image", "server image",
          asked("server image", nothing, image="ghcr.io/elsewhere/java:99")),
    Fault("the account may not change it", "server image",
          confirmed("server image", "Change image", may("startup.read"), image="Java 17")),
    Fault("no answer, and it is the old one", "server image",
          confirmed("server image", "Change image", unanswered("*/settings/*", "PUT"), image="Java 17")),
    Fault("the account may not reinstall", "server reinstall",
          confirmed("server reinstall", "Reinstall…", may("file.read"), types="Survival")),
    Fault("another name is typed", "server reinstall",
          confirmed("server reinstall", "Reinstall…", types="Lobby")),
    Fault("no answer, and it didn't begin", "server reinstall",
          confirmed("server reinstall", "Reinstall…", unanswered("*/settings/reinstall", "POST"),
                    types="Survival")),
    Fault("the server's machine is down (504)", "server reinstall",
          confirmed("server reinstall", "Reinstall…",
                    breaks(MACHINE_OFF, "*/settings/reinstall", "POST", None), types="Survival")),
)  # fmt: skip
