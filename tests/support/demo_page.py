"""The demo page without a browser: speaks to the page's server as its script does."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

Json = dict[str, Any]
PATIENCE_S = 120.0
_POLL_S = 0.1  # each time the whole page is rendered


class Page:
    """One opened page; each action answers with the page's receipt."""

    def __init__(self, http: aiohttp.ClientSession, state: Json) -> None:
        self._http = http
        self.opened = state
        self._sequence = 0

    async def state(self) -> Json:
        """Return what the page shows now."""
        async with self._http.get("/api/state") as answer:
            shown: Json = await answer.json()
        return shown

    async def act(self, kind: str, **body: object) -> Json:
        """Do something as of the state the page was opened with, so always on an old revision."""
        self._sequence += 1
        sent = {
            "protocol_version": 3,
            "sequence": self._sequence,
            "request_id": str(uuid4()),
            "generation": self.opened["context"]["generation"],
            "bot_generation": self.opened["botGeneration"],
            "published_revision": self.opened["publishedRevision"],
            "kind": kind,
        }
        async with self._http.post("/api/action", json=sent | body) as answer:
            receipt: Json = await answer.json()
        self._sequence = receipt["expectedSequence"]
        return receipt

    async def run(self, command: str, **options: object) -> Json:
        """Run a slash command."""
        return await self.act("run_command", options=options, **await self._command(command))

    async def complete(self, command: str, option: str, typed: str) -> Json:
        """Type into an option and see what is offered."""
        return await self.act(
            "autocomplete_command", focused=option, value=typed, options={}, **await self._command(command)
        )

    async def press(self, label: str) -> Json:
        """Press the last button with this label."""
        state = await self.state()
        for message_id in reversed(state["timeline"]):
            for node in _nodes(state["messages"][message_id]):
                if node.get("label") == label and node.get("control_key"):
                    return await self.act("click", target_id=message_id, control_key=node["control_key"])
        raise AssertionError(f"there is no button {label!r}")

    async def _command(self, name: str) -> Json:
        async with self._http.get("/api/commands") as answer:
            catalog = await answer.json()
        entry = next(entry for entry in catalog["entries"] if entry["invocation"] == name)
        return {
            "command_id": entry["commandId"],
            "path": entry["path"],
            "schema_fingerprint": entry["schemaFingerprint"],
        }

    async def sees(self, text: str) -> None:
        """Look again and again, as the page does, until a text is there."""
        async with asyncio.timeout(PATIENCE_S):
            while text not in await self.text():  # noqa: ASYNC110 - the page polls, there is no event
                await asyncio.sleep(_POLL_S)

    async def text(self) -> str:
        """Return everything that can be read on the page."""
        state = await self.state()
        return "\n".join(str(state["messages"][message_id]) for message_id in state["timeline"])


@asynccontextmanager
async def open_page(link: str, *, viewer: int = 0) -> AsyncIterator[Page]:
    """Open the page as one of its people, by their place in the list."""
    address, _, capability = link.partition("/#")
    async with aiohttp.ClientSession(address, headers={"X-Simcord-Capability": capability}) as http:
        async with http.post("/api/pages", json={}) as answer:
            state = await answer.json()
        if viewer:
            async with http.post("/api/pages", json={"viewer_id": state["viewers"][viewer]["id"]}) as answer:
                state = await answer.json()
        http.headers["X-Simcord-Context"] = state["context"]["id"]
        yield Page(http, state)


def _nodes(tree: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, Mapping):
        yield tree
        for branch in tree.values():
            yield from _nodes(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
