"""How faults of any command are played."""

from collections.abc import Callable

from simcord import InteractionResult, ResponseMessage

from sandbox import Fault as Broken
from tests.fault_messages.page import Play
from tests.support.forms import submit
from tests.support.panel_accounts import only_may
from tests.support.world import World, shown

Before = Callable[[World], object]
_LIST_S = 61.0
"""The list of servers, with what its account may do and their limits, is fetched again."""
_WAIT_S = 60.0
DOWN = Broken.status(502, html=True)
MACHINE_OFF = Broken.status(504)


async def run(world: World, command: str, /, **typed: object) -> InteractionResult:
    """Run a command as the admin, on the server Survival where nothing else is said."""
    given = {"server": "Survival"} | typed
    return await world.admin.slash(
        world.channel, command, **{name: value for name, value in given.items() if value is not None}
    )


def asked(
    command: str, /, *before: Before, settle_s: float = _LIST_S, wait_s: float = _WAIT_S, **typed: object
) -> Play:
    """Run a command after something went wrong, and return what it ends with."""

    async def play(world: World) -> ResponseMessage:
        for change in before:
            change(world)
        await world.advance(settle_s)
        result = await run(world, command, **typed)
        await world.advance(wait_s)
        return shown(result)

    return play


def confirmed(
    command: str,
    label: str,
    /,
    *before: Before,
    given: Before | None = None,
    types: str | None = None,
    wait_s: float = _WAIT_S,
    **typed: object,
) -> Play:
    """Run a command (with what has to be there `given`), let it go wrong while it asks, and say yes.

    `types` is what is typed into the form that the button opens.
    """

    async def play(world: World) -> ResponseMessage:
        if given is not None:
            given(world)
        await world.advance(_LIST_S)
        result = await run(world, command, **typed)
        for change in before:
            change(world)
        click = await world.admin.click(shown(result), label=label)
        if types is not None:
            click = await submit(world.admin, click, types)
        await world.advance(wait_s)
        return shown(click if click.followups else result)

    return play


def both(*changes: Before) -> Before:
    """Make several changes one after the other."""

    def before(world: World) -> None:
        for change in changes:
            change(world)

    return before


def breaks(fault: Broken, path: str, method: str, times: int | None = 1, *, skip: int = 0) -> Before:
    """Break the next requests of this kind."""
    return lambda world: world.sandbox.faults.add(fault, path, method=method, times=times, skip=skip)


def unanswered(path: str, method: str) -> Before:
    """Let the next change be lost on its way; whoever looks afterwards sees that nothing was changed."""
    return breaks(Broken.cut(), path, method)


def unanswered_for_good(path: str, method: str) -> Before:
    """Let the change and every look after it go unanswered."""
    return unanswered_after(0, path, method)


def unanswered_after(looks: int, path: str, method: str) -> Before:
    """Let the change go unanswered, and every look from then on; before it there are so many."""
    return both(breaks(Broken.cut(), path, method, None), breaks(DOWN, path, "GET", None, skip=looks))


def panel_down(world: World) -> None:
    """Let nobody answer for the panel."""
    world.sandbox.faults.add(DOWN, origin="panel")


def may(*permissions: str) -> Before:
    """Leave the bot's account these permissions."""
    return lambda world: only_may(world, *permissions)


def offline(world: World) -> None:
    """Let the server be off."""
    world.survival.power.state = "offline"
    world.survival.power.container_started = None


def nothing(_: World) -> None:
    """Break nothing: what is typed is wrong."""
