"""Rights of the account are changed while it is connected: the node refuses tokens of that very second."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.events import AuthSuccess, Deleted, Event, Status
from sandbox import Sandbox
from sandbox.model import GameServer

CONNECT = "websocket.connect"


class Scene:
    """A subuser's client, and the owner who changes what the subuser may do."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.server: GameServer = sandbox.world.add_server(name="Survival", state="running")
        self.friend = sandbox.world.add_subuser(self.server, "friend", [CONNECT]).user
        self.owner = self._client("owner")
        self.client = self._client("friend")

    async def give(self, *permissions: str) -> None:
        await self.owner.subusers.update(self.server.uuid, self.friend.uuid, permissions)

    async def remove(self) -> None:
        await self.owner.subusers.remove(self.server.uuid, self.friend.uuid)

    def _client(self, name: str) -> PanelClient:
        config = PanelConfig(self.sandbox.panel_url, SecretStr(self.sandbox.world.key_of(name)))
        return PanelClient(config, self.sandbox.clock.seconds, sleep=self.sandbox.advance)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with Sandbox() as sandbox:
        scene = Scene(sandbox)
        async with scene.client, scene.owner:
            yield scene


async def heard(live: AsyncIterator[Event], kind: type[Event]) -> Event:
    async with asyncio.timeout(30):
        async for event in live:
            if isinstance(event, kind):
                return event
    raise AssertionError("the connection ended")


async def test_a_live_connection_survives_a_change_of_rights(scene: Scene) -> None:
    async with scene.client.sockets.open(scene.server.uuid) as live:
        events = aiter(live)
        await heard(events, AuthSuccess)
        await scene.give("control.start")
        scene.sandbox.world.publish(scene.server, "status", "stopping")  # the node refuses to say it
        await heard(events, AuthSuccess)
        scene.sandbox.world.publish(scene.server, "status", "starting")

        said = await heard(events, Status)

    assert isinstance(said, Status)
    assert said.state == "starting"


async def test_a_connection_opens_in_the_second_after_a_change_of_rights(scene: Scene) -> None:
    await scene.client.sockets.token(scene.server.uuid)
    await scene.give("control.start")

    async with scene.client.sockets.open(scene.server.uuid) as live:
        await heard(aiter(live), AuthSuccess)


async def test_a_connection_without_any_rights_left_ends(scene: Scene) -> None:
    async with scene.client.sockets.open(scene.server.uuid) as live:
        events = aiter(live)
        await heard(events, AuthSuccess)
        await scene.remove()
        scene.sandbox.world.publish(scene.server, "status", "stopping")

        with pytest.raises(errors.NotFound):
            await heard(events, Deleted)
