"""Everything that goes wrong with safe restarts, bulk actions and stops of empty servers."""

from functools import partial

from simcord import ResponseMessage

from tests.fault_messages.backups import past
from tests.fault_messages.page import Fault
from tests.fault_messages.plays import (
    asked,
    nothing,
    offline,
    panel_down,
    run,
)
from tests.support.alerts import shown_by
from tests.support.jobs_begun import job_messages
from tests.support.panel_accounts import only_may
from tests.support.world import World, shown


def no_room(world: World) -> None:
    """Let the server have no backup slots."""
    world.survival.feature_limits.backups = 0


def all_used(world: World) -> None:
    """Let all backup slots be used."""
    world.survival.feature_limits.backups = 1
    past(world)


async def restarted(world: World) -> ResponseMessage:
    """Let the bot's account lose its rights before the server is stopped."""
    question = shown(await run(world, "server restart", warn="none"))
    only_may(world, "websocket.connect", "file.read")
    await world.admin.click(question, label="Restart")
    await world.advance(90)
    return shown_by(world, world.channel.id, job_messages(world)[0].id)


_restart = partial(asked, "server restart")
_bulk = partial(asked, "server bulk", server=None)

FAULTS = (
    Fault("the time can't be read", "server restart", _restart(nothing, when="when it rains")),
    Fault("the time is too far away", "server restart", _restart(nothing, when="in 9 days")),
    Fault("the longest wait can't be read", "server restart",
          _restart(nothing, when="when empty", wait="a while")),
    Fault("players can't be counted", "server restart", _restart(nothing, when="when empty")),
    Fault("it is off", "server restart", _restart(offline)),
    Fault("it can't have backups", "server restart", _restart(no_room, backup=True)),
    Fault("all backup slots are used", "server restart", _restart(all_used, backup=True)),
    Fault("the panel is down", "server restart", _restart(panel_down, backup=True)),
    Fault("the account may not restart: the message of the job", "server restart", restarted),
    Fault("nothing matches", "server bulk", _bulk(nothing, action="restart", filter="nowhere")),
    Fault("the filter can't be read", "server bulk", _bulk(nothing, action="restart", filter="state:tired")),
    Fault("a command without its text", "server bulk", _bulk(nothing, action="command", filter="all")),
    Fault("a text for another action", "server bulk",
          _bulk(nothing, action="restart", filter="all", command="say hi")),
    Fault("all are in that state already", "server bulk", _bulk(nothing, action="start", filter="all")),
    Fault("players can't be counted", "server idle", asked("server idle", nothing, after="30 minutes")),
    Fault("the time can't be read", "server idle", asked("server idle", nothing, after="a while")),
    Fault("the time is too short", "server idle", asked("server idle", nothing, after="1 minute")),
    Fault("there is no rule to turn off", "server idle", asked("server idle", nothing, off=True)),
    Fault("the protocol isn't known", "server query",
          asked("server query", nothing, protocol="carrier pigeon")),
    Fault("that port is none of the server's", "server query",
          asked("server query", nothing, protocol="minecraft", port=1)),
)  # fmt: skip
