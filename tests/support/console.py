"""Say something on a console and wait for the answer."""

from simcord import MemberActor

from tests.support.messages import text
from tests.support.world import World, shown


async def run_command(world: World, who: MemberActor, line: str = "list", server: str = "Survival") -> str:
    """Return what the person reads in the end."""
    asked = await who.slash(world.channel, "server command", text=line, server=server)
    await world.until(lambda: "Sending `>" not in text(shown(asked)))
    return text(shown(asked))
