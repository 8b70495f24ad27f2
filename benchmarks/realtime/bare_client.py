"""What the frames of live connections cost a client that does nothing but read them: the measure of ours."""

import asyncio
import json
import time

import aiohttp

from benchmarks.panel_process import PanelProcess, panel_process

AT_ONCE = 8
SETTLED_S = 3.0


async def frame_ms(servers: int, seconds: float) -> float:
    """Read the frames of so many servers for a while; the CPU time of one, in milliseconds."""
    with panel_process(servers, 0.0) as panel:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            client = _BareClient(panel, session)
            async with asyncio.TaskGroup() as group:
                reading = [group.create_task(client.read(uuid)) for uuid in panel.servers]
                while panel.connections() < servers:  # noqa: ASYNC110 - in another process
                    await asyncio.sleep(0.2)
                await asyncio.sleep(SETTLED_S)
                used_s, frames = time.process_time(), client.frames
                await asyncio.sleep(seconds)
                used_s, frames = time.process_time() - used_s, client.frames - frames
                for task in reading:
                    task.cancel()
            return 1000 * used_s / max(1, frames)


class _BareClient:
    def __init__(self, panel: PanelProcess, session: aiohttp.ClientSession) -> None:
        self._panel = panel
        self._session = session
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.frames = 0

    async def read(self, uuid: str) -> None:
        """Open one server's connection, and read it forever."""
        headers = {"Authorization": f"Bearer {self._panel.key}", "Accept": "application/json"}
        url = f"{self._panel.url}/api/client/servers/{uuid}/websocket"
        async with self._turn:
            async with self._session.get(url, headers=headers) as answer:
                token = (await answer.json())["data"]
            socket = await self._session.ws_connect(token["socket"], origin=self._panel.url)
            await socket.send_json({"event": "auth", "args": [token["token"]]})
        async for message in socket:
            frame = json.loads(message.data)
            if frame["event"] == "stats":
                json.loads(frame["args"][0])
            self.frames += 1
