"""Linking a panel key of one's own."""

from simcord import MemberActor

from tests.support.forms import submit
from tests.support.messages import text
from tests.support.world import World, shown


async def link(world: World, who: MemberActor, key: str) -> str:
    form = await who.slash(world.channel, "quetzal link")
    return text(shown(await submit(who, form, key)))
