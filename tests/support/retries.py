"""Steps of the tests that try again what has failed."""

from simcord import InteractionResult

from tests.support.messages import buttons
from tests.support.world import World, shown


async def end_faults(world: World) -> None:
    """Let the panel and its node work again."""
    world.sandbox.faults.clear()
    await world.advance(60)


async def failed(world: World, asked: InteractionResult) -> None:
    """Wait until Retry is offered, and end the faults."""
    await world.until(lambda: buttons(shown(asked)) == ["Retry"], within_s=120)
    await end_faults(world)
