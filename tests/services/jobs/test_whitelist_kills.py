"""An approval that is killed at any write or request leaves a request that can be approved, once."""

import asyncio
from pathlib import Path

import pytest

from bot.core.errors import QuetzalError
from bot.domain.levels import Actor, Level
from bot.domain.whitelist import RequestState, WhitelistRequest
from bot.services.players import AlreadyDecided
from sandbox.demo_world_games import LivelyGame
from tests.services.jobs.rig import ADMIN, GUILD_ID, Kill, Rig, new_rig

SAM = Actor(9, "Sam", GUILD_ID)
PASSAGES = 7
"""Writes and requests of an approval."""
KILLS = [
    pytest.param(at, after, marks=() if at % 4 == 2 * after else pytest.mark.sweep)
    for at in range(PASSAGES)
    for after in (False, True)
]
"""The suite plays half of them, `make sweep` the others."""


async def asked(rig: Rig) -> LivelyGame:
    """Let somebody have asked for a game that answers."""
    game = rig.survival.game = LivelyGame(world=rig.sandbox.world)
    whitelist = rig.services.whitelist
    target = await rig.services.directory.find("main", rig.survival.uuid)
    assert target is not None
    permit = await rig.services.access.require(ADMIN, target, Level.OPERATOR)
    await whitelist.forms.take_requests(permit, 7)
    ((form, _target),) = await whitelist.forms.of_panel(GUILD_ID, "main")
    await whitelist.ask(SAM, form, "Nora", "", "en-US")
    return game


async def request_of(rig: Rig) -> WhitelistRequest:
    """Return the request as whoever keeps its message sees it."""
    (request,) = await rig.services.whitelist.to_show()
    return request


async def approve(rig: Rig) -> asyncio.Task[object]:
    """Press Approve, and wait until that has ended in any way."""

    async def begins() -> None:
        """Show nothing."""

    pressed = asyncio.create_task(rig.services.whitelist.approve(ADMIN, 1, begins), name="job approval")
    for _ in range(100):
        if pressed.done():
            return pressed
        await rig.advance(0.5)
    raise AssertionError("it does not end")


async def test_these_are_all_passages(tmp_path: Path) -> None:
    kill = Kill()
    async with new_rig(tmp_path, kill) as rig:
        game = await asked(rig)
        (await approve(rig)).result()
        assert (await request_of(rig)).state is RequestState.APPROVED
        assert game.allowed == {"Nora"}
    assert kill.passed == PASSAGES, kill.names


@pytest.mark.parametrize(("at", "after"), KILLS)
async def test_it_is_never_stuck_and_the_player_is_listed_once(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill(at, after=after)
    async with new_rig(tmp_path, kill) as rig:
        game = await asked(rig)
        assert (await approve(rig)).cancelled()
        assert kill.done, kill.names
        await rig.come_back()
        request = await request_of(rig)
        assert request.state in (RequestState.OPEN, RequestState.APPROVED)
        if request.state is RequestState.OPEN and rig.sent("POST", "/command"):
            assert "the command may or may not have been sent" in request.note
        again = await approve(rig)
        if request.state is RequestState.APPROVED:
            assert isinstance(again.exception(), AlreadyDecided)
        else:
            assert not isinstance(again.exception(), QuetzalError)
        assert (await request_of(rig)).state is RequestState.APPROVED
        assert game.allowed == {"Nora"}
        assert rig.sent("POST", "/command") <= 2


async def test_two_who_press_at_the_same_moment_send_one_command(tmp_path: Path) -> None:
    async with new_rig(tmp_path, Kill()) as rig:
        await asked(rig)
        first, second = await asyncio.gather(approve(rig), approve(rig))
        lost = [task.exception() for task in (first, second) if task.exception() is not None]
        assert [type(error) for error in lost] == [AlreadyDecided]
        assert rig.sent("POST", "/command") == 1
        assert (await request_of(rig)).state is RequestState.APPROVED
