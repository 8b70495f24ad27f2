"""Accounts on the panel that may do only some things."""

from tests.support.world import World


def only_may(world: World, *permissions: str) -> None:
    """Leave the bot's account these permissions, on a server that is not its own."""
    world.survival.owner = world.sandbox.world.add_user("somebody")
    world.sandbox.world.add_subuser(world.survival, "owner", [*permissions])


def friend(world: World, *permissions: str) -> str:
    """Give somebody an account on the panel with these permissions on Survival, and return its key."""
    world.sandbox.world.add_user("friend")
    world.sandbox.world.add_subuser(world.survival, "friend", list(permissions))
    return world.sandbox.world.key_of("friend")
