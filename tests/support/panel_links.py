"""Linking a panel key of one's own."""

from simcord import MemberActor

from tests.support.forms import submit
from tests.support.messages import text
from tests.support.world import World, shown


async def link(world: World, who: MemberActor, key: str) -> str:
    form = await who.slash(world.channel, "quetzal link")
    return text(shown(await submit(who, form, key)))


def friend(world: World, *permissions: str) -> str:
    """Give somebody an account on the panel with these permissions on Survival, and return its key."""
    world.sandbox.world.add_user("friend")
    world.sandbox.world.add_subuser(world.survival, "friend", list(permissions))
    return world.sandbox.world.key_of("friend")
