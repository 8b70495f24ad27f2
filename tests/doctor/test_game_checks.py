"""`quetzal doctor` asks a few running games who is on."""

from bot.core.clock import Clock
from bot.doctor.findings import Finding, Mark
from bot.doctor.game_checks import check_games
from sandbox import Sandbox
from tests.doctor.examination import panel_settings
from tests.support.games import BedrockGame


async def asked(panel: Sandbox) -> list[Finding]:
    return [finding async for finding in check_games("main", panel_settings(panel), Clock())]


async def test_a_game_that_answers_is_counted_and_one_that_does_not_is_named(panel: Sandbox) -> None:
    (survival,) = panel.world.servers.values()
    survival.power.state = "running"
    quiet = panel.world.add_server("Quiet", state="running")
    quiet.allocations[0].port = 1
    panel.world.add_server("Off")
    game = BedrockGame(survival)
    async with game.socket:
        survival.allocations[0].port = game.port
        answers, silence = await asked(panel)
    assert (answers.mark, answers.summary) == (Mark.GOOD, "Games say who is on: 1 of 2 that were asked.")
    assert silence.mark is Mark.NOTE
    assert "on Quiet: nothing answers" in silence.summary


async def test_without_a_running_server_nothing_is_said(panel: Sandbox) -> None:
    for server in panel.world.servers.values():
        server.power.state = "offline"
    assert await asked(panel) == []
