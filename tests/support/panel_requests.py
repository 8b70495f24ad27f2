"""Which requests the simulated panel has received."""

from tests.support.world import World


def count_requests(world: World, ending: str) -> int:
    """Count the requests whose path ends so."""
    return sum(entry.path.endswith(ending) for entry in world.sandbox.requests)
