"""Everything that goes wrong with players: lists, moderation and the whitelist."""

from dataclasses import replace
from functools import partial

from sandbox import Fault as Broken
from sandbox import eggs
from sandbox.demo_world_games import LivelyGame
from tests.fault_messages.page import Fault
from tests.fault_messages.plays import (
    MACHINE_OFF,
    asked,
    breaks,
    confirmed,
    may,
    nothing,
    offline,
)
from tests.support.world import World

_COMMAND = "*/command"


def lively(world: World) -> None:
    """Let the server be a Minecraft server that is full at any hour, and was quiet until now."""
    world.survival.game = LivelyGame(world=world.sandbox.world, crowd=60)
    world.survival.chatted_until = world.sandbox.world.seconds()


def welcome(world: World) -> None:
    """Let Nora be on the whitelist."""
    game = world.survival.game
    assert isinstance(game, LivelyGame)
    game.allowed.add("Nora")


def unknown_game(world: World) -> None:
    """Let the server run a game whose commands aren't known."""
    world.survival.egg = replace(eggs.openttd(), name="Something", startup="./something", features=[])
    world.survival.docker_image = "ghcr.io/acme/something:1"


_kick = partial(asked, "players kick", player="Nora", settle_s=0.0)

FAULTS = (
    Fault("there is no history yet", "players history", asked("players history", nothing)),
    Fault("they aren't on", "players kick",
          asked("players kick", lively, player="Zoe", settle_s=0.0)),
    Fault("that can't be a player's name", "players kick", asked("players kick", lively, player="a\nstop")),
    Fault("the server is off", "players kick", _kick(lively, offline)),
    Fault("the game's commands aren't known", "players kick", 
          asked("players kick", unknown_game, player="Nora")),
    Fault("the account may not type into the console", "players kick",
          _kick(lively, may("websocket.connect"))),
    Fault("no answer: it may have been sent", "players kick",
          _kick(lively, breaks(Broken.cut(), _COMMAND, "POST"))),
    Fault("the server's machine is down (504)", "players kick",
          _kick(lively, breaks(MACHINE_OFF, _COMMAND, "POST", None))),
    Fault("the server's machine is down (504)", "players ban",
          confirmed("players ban", "Ban", breaks(MACHINE_OFF, _COMMAND, "POST", None), given=lively,
                    player="Nora")),
    Fault("they aren't banned", "players unban", asked("players unban", lively, player="Nora", settle_s=0.0)),
    Fault("they are on it already", "players whitelist add",
          asked("players whitelist add", lively, welcome, player="Nora", settle_s=0.0)),
    Fault("they aren't on it", "players whitelist remove",
          asked("players whitelist remove", lively, player="Nora", settle_s=0.0)),
    Fault("the server is off", "players whitelist list", asked("players whitelist list", offline)),
    Fault("nobody has asked", "players whitelist requests", asked("players whitelist requests", nothing)),
)  # fmt: skip
