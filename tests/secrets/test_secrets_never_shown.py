"""Secrets are about, people do what they do, and nothing says one: logs, audit, messages, files, reprs."""

import logging
from pathlib import Path

import discord
import pytest

from bot.core.errors import QuetzalError
from sandbox import Fault
from tests.secrets.places import everywhere
from tests.secrets.stories import STORIES, Secrets, Story
from tests.support.bot_view import bot_channel
from tests.support.world import World, new_world


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(story, id=story.__name__, marks=() if number % 4 == 0 else pytest.mark.sweep)
        for number, story in enumerate(STORIES)
    ],
)
async def test_no_secret_is_said_anywhere(
    story: Story, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    settings, secrets = world.services.settings, Secrets()
    secrets.add("the Discord token", settings.discord_token.get_secret_value())
    for number, key in enumerate(settings.encryption_keys):
        secrets.add(f"encryption key {number}", key.get_secret_value())
    for panel_id, panel in settings.panels.items():
        secrets.add(f"the key of panel {panel_id}", panel.key.get_secret_value())
        for name, node in panel.nodes.items():
            secrets.add(f"the token of node {name}", node.token.get_secret_value())
    with caplog.at_level(logging.DEBUG):
        await story(world, secrets)

    assert await said(world, caplog, secrets) == []


async def test_a_nodes_token_is_said_nowhere_whatever_the_node_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with new_world(tmp_path, watch=True, reads_node=True) as world:
        secrets = Secrets()
        (node,) = world.services.settings.panels["main"].nodes.values()
        secrets.add("the node's token", node.token.get_secret_value())
        faults = (Fault.status(502, html=True), Fault.cut(), Fault.redirect(), Fault.malformed())
        with caplog.at_level(logging.DEBUG):
            await world.advance(6)
            for fault in faults:
                world.sandbox.faults.add(fault, path="/api/*", origin="node")
                await world.advance(10)
                world.sandbox.faults.clear()
            node_down = world.sandbox.node_down
            node_down()
            await world.advance(10)
            node_down(down=False)
            await world.admin.slash(world.channel, "quetzal about")
        assert any(entry.path == "/api/servers" for entry in world.sandbox.requests)
        assert await said(world, caplog, secrets) == []


async def test_a_secret_that_is_said_is_found(world: World, caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets()
    canary = secrets.add("canary", "canary-canary")
    assert await said(world, caplog, secrets) == []

    log = logging.getLogger("bot.test")
    log.warning("the key is %s", canary)
    log.error("refused", exc_info=QuetzalError("No.", detail=canary))
    (world.services.settings.data_dir / "notes.txt").write_text(canary)
    channel = bot_channel(world)
    await channel.send(embed=discord.Embed(description=canary))
    world.services.audit.canary = canary  # type: ignore[attr-defined]  # as a new field would be
    leaks = await said(world, caplog, secrets)
    for where in ("log of bot.test", "QuetzalError", "file notes.txt", "message", "audit.canary"):
        assert any(where in place for place in leaks), where


async def said(world: World, caplog: pytest.LogCaptureFixture, secrets: Secrets) -> list[str]:
    """Name each secret that stands somewhere, and where."""
    return [
        f"{name} is said in {where}"
        for where, words in await everywhere(world, caplog.records, secrets.belongs)
        for name, secret in secrets.known.items()
        if secret in words
    ]
