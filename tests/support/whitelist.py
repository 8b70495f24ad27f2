"""Whitelist requests: how a server comes to take them, and how somebody asks."""

from simcord import InteractionResult, MemberActor, ResponseMessage

from bot.domain.levels import Actor, Level
from bot.domain.notifications import Audience, Board
from bot.services.access import Permit
from bot.storage.repositories import boards
from sandbox.model import GameServer
from tests.support.alerts import PANEL_ID, shown_by
from tests.support.forms import fill
from tests.support.messages import text
from tests.support.world import GUILD_ID, World


async def takes_requests(world: World, server: GameServer | None = None) -> None:
    """Let the admin have turned requests on for a server, posted in the world's channel."""
    permit = await _permit(world, server or world.survival)
    await world.services.whitelist.forms.take_requests(permit, world.channel.id)


async def turn_off(world: World) -> None:
    """Let the admin have turned requests off again."""
    await world.services.whitelist.forms.take_none(await _permit(world, world.survival))


async def public_board(world: World) -> ResponseMessage:
    """Return the public board, brought up to date, in a channel of its own."""
    board = await world.services.boards.get_for(GUILD_ID, PANEL_ID, Audience.PUBLIC)
    if board is None:
        channel = world.guild.create_text_channel("servers")
        now = world.services.clock.now()
        new = Board(GUILD_ID, PANEL_ID, channel.id, world.admin.id, now, "7", audience=Audience.PUBLIC)
        await world.services.store.write(lambda conn: boards.put(conn, new))
    await world.advance(21)
    board = await world.services.boards.get_for(GUILD_ID, PANEL_ID, Audience.PUBLIC)
    assert board is not None
    assert board.discord_id is not None
    return shown_by(world, board.channel_id, board.discord_id)


async def ask(world: World, who: MemberActor, **typed: object) -> InteractionResult:
    """Press the button on the public board, and send the form off."""
    form = await who.click(await public_board(world), label="Request whitelist")
    return await fill(who, form, **{"player": "Nora", "about": "I build castles."} | typed)


async def requested(world: World, user_id: int | None = None) -> ResponseMessage:
    """Let somebody without access have asked (the stranger), and return the message for the staff."""
    await takes_requests(world)
    whitelist, before = world.services.whitelist, len(requests(world))
    ((form, _target),) = await whitelist.forms.of_panel(GUILD_ID, PANEL_ID)
    actor = Actor(user_id or world.stranger.id, "Sam", GUILD_ID)
    await whitelist.ask(actor, form, "Nora", "I build castles.", "en-US")
    await world.until(lambda: len(requests(world)) > before)
    return requests(world)[-1]


async def _permit(world: World, server: GameServer) -> Permit:
    target = await world.services.directory.find(PANEL_ID, server.uuid)
    assert target is not None
    actor = Actor(world.admin.id, "Ada", GUILD_ID, is_administrator=True)
    return await world.services.access.require(actor, target, Level.OPERATOR)


def requests(world: World) -> list[ResponseMessage]:
    """Return the messages of requests in the channel, the oldest first."""
    return [
        ResponseMessage(world.env, world.env.backend.get_message(world.channel.id, message.id))
        for message in world.channel.history()
        if "whitelist request " in text(message)
    ]
