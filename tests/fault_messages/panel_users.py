"""Everything that goes wrong with the panel's users of a server."""

from simcord import ResponseMessage

from tests.fault_messages.page import Fault, Play
from tests.fault_messages.plays import (
    Before,
    asked,
    confirmed,
    may,
    nothing,
    panel_down,
    run,
    unanswered,
    unanswered_for_good,
)
from tests.support.panel_accounts import only_may
from tests.support.world import World, shown

_PATH = "*/users*"
_EMAIL = "new@example.com"
_CONNECT = "websocket.connect"


def maria(world: World) -> None:
    """Let somebody have a few permissions."""
    world.sandbox.world.add_subuser(world.survival, "maria", [_CONNECT, "control.start", "file.read"])


def gone(world: World) -> None:
    """Let another person remove her meanwhile."""
    world.survival.subusers[:] = [each for each in world.survival.subusers if each.user.username != "maria"]


def invited(world: World) -> None:
    """Let her have the address that is invited."""
    maria(world)
    world.survival.subusers[-1].user.email = _EMAIL


def ours(world: World) -> None:
    """Let the bot's account be a subuser itself."""
    only_may(world, "user.read", "user.update", _CONNECT)


def edited(before: Before) -> Play:
    """Choose another preset for her, let something go wrong, and change it."""

    async def play(world: World) -> ResponseMessage:
        maria(world)
        editor = shown(await run(world, "users edit", user="maria", preset="operator"))
        question = shown(await world.admin.click(editor, label="Save…"))
        before(world)
        click = await world.admin.click(question, label="Change")
        await world.advance(60)
        return shown(click)

    return play


FAULTS = (
    Fault("the panel is down", "users list", asked("users list", panel_down)),
    Fault("the account may not see users", "users list", asked("users list", may("file.read"))),
    Fault("that is no e-mail address", "users invite", asked("users invite", nothing, email="maria")),
    Fault("they have access already", "users invite",
          asked("users invite", invited, email=_EMAIL, preset="viewer")),
    Fault("the account may not invite", "users invite",
          confirmed("users invite", "Invite", may("user.read", _CONNECT), email=_EMAIL, preset="viewer")),
    Fault("no answer, and they have no access", "users invite",
          confirmed("users invite", "Invite", unanswered(_PATH, "POST"), email=_EMAIL, preset="viewer")),
    Fault("no answer, and nobody can look", "users invite",
          confirmed("users invite", "Invite", unanswered_for_good(_PATH, "POST"), email=_EMAIL,
                    preset="viewer")),
    Fault("nobody has that name", "users edit", asked("users edit", maria, user="mria", preset="operator")),
    Fault("nobody has a name like that", "users remove", asked("users remove", maria, user="zzzz")),
    Fault("no answer, and nothing was changed", "users edit", edited(unanswered(_PATH, "POST"))),
    Fault("they were removed meanwhile", "users edit", edited(gone)),
    Fault("it is the account that Quetzal uses", "users edit", asked("users edit", ours, user="owner",
          preset="viewer")),
    Fault("they were removed meanwhile", "users remove",
          confirmed("users remove", "Remove maria", gone, given=maria, user="maria")),
    Fault("no answer, and they still have access", "users remove",
          confirmed("users remove", "Remove maria", unanswered(_PATH, "DELETE"), given=maria, user="maria")),
    Fault("the account may not remove", "users remove",
          confirmed("users remove", "Remove maria", may("user.read", _CONNECT), given=maria, user="maria")),
    Fault("the panel is down meanwhile", "users remove",
          confirmed("users remove", "Remove maria", panel_down, given=maria, user="maria")),
)  # fmt: skip
