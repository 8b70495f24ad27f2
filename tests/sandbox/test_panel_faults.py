"""What can be made to go wrong, as a client sees it."""

import asyncio

import aiohttp
import pytest

from sandbox import Fault
from tests.support.sandbox_panel import panel


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "start"),
    [
        (Fault.status(502, html=True), 502, "text/html", b"<html>"),
        (Fault.status(500), 500, "application/json", b'{"errors"'),
        (Fault.status(429, retry_after=7), 429, "application/json", b'{"errors"'),
        (Fault.malformed(), 200, "application/json", b'{"object": oops}'),
        (Fault.truncated(), 200, "application/json", b'{"object":"list","data":[{'),
        (Fault.wrong_types(), 200, "application/json", b'{"object":"list","data":{'),
        (Fault.empty(), 200, "application/json", b""),
        (Fault.html_200(), 200, "text/html", b"<!DOCTYPE html>"),
        (Fault.redirect(), 302, "text/html", b""),
    ],
)
async def test_wrong_answers(fault: Fault, status: int, content_type: str, start: bytes) -> None:
    async with panel() as client:
        client.sandbox.faults.add(fault, "*/api/client")
        async with aiohttp.request(
            "GET", f"{client.sandbox.panel_url}/api/client", allow_redirects=False
        ) as answer:
            assert (answer.status, answer.content_type) == (status, content_type)
            assert (await answer.read()).startswith(start)
            assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
        client.sandbox.faults.clear()
        assert (await client.get("")).status == 200


async def test_a_fault_is_for_some_requests_only() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        client.sandbox.faults.add(Fault.status(502), "*/resources", method="GET", times=2, origin="panel")
        statuses = [(await client.get(f"/servers/{server.uuid}/resources")).status for _ in range(3)]
        assert statuses == [502, 502, 200]
        client.sandbox.faults.add(Fault.status(500), percent=30)
        statuses = [(await client.get("")).status for _ in range(200)]
        assert 30 < statuses.count(500) < 90


async def test_cut_connections() -> None:
    async with panel() as client:
        client.sandbox.faults.add(Fault.cut(), times=1)
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.post("/account/api-keys", json={"description": "x"})
        client.sandbox.faults.add(Fault.cut_midway(), times=1)
        with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)):
            await client.get("")
        assert (await client.get("")).status == 200


async def test_an_answer_may_be_lost_although_the_request_was_carried_out() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        client.sandbox.faults.add(Fault.late(), times=1)
        path = f"/servers/{server.uuid}/databases"
        answer = await client.post(path, json={"database": "stats", "remote": "%"})
        assert (answer.status, answer.code) == (504, "DaemonConnectionException")
        assert len((await client.get(path)).rows) == 1


@pytest.mark.parametrize("fault", [Fault.endless(), Fault.drip(0.001)])
async def test_bodies_without_end(fault: Fault) -> None:
    async with panel() as client:
        client.sandbox.faults.add(fault)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await client.get("")


async def test_a_huge_body_has_the_length_of_its_header() -> None:
    async with panel() as client:
        client.sandbox.faults.add(Fault.huge(3_000_000))
        async with aiohttp.request("GET", f"{client.sandbox.panel_url}/api/client") as answer:
            assert len(await answer.read()) == answer.content_length == 3_000_000


async def test_faults_apply_to_the_node_too() -> None:
    async with panel() as client:
        client.sandbox.faults.add(Fault.status(502, html=True), origin="node")
        assert (await client.get("")).status == 200
        async with aiohttp.request("GET", f"{client.sandbox.node_url}/download/file") as answer:
            assert answer.status == 502
        client.sandbox.faults.clear()
        client.sandbox.node_down()
        with pytest.raises(aiohttp.ClientConnectionError):
            async with aiohttp.request("POST", f"{client.sandbox.node_url}/upload/file"):
                pass
        answered = [(logged.origin, logged.status) for logged in client.sandbox.requests]
        assert answered == [("panel", 200), ("node", 502), ("node", 0)]
