"""How the panel counts requests."""

import pytest

from sandbox import Mode
from tests.support.sandbox_panel import panel


async def test_the_window_begins_with_the_first_request_and_is_shared_by_a_users_keys() -> None:
    async with panel() as client:
        world = client.sandbox.world
        world.settings.requests_per_minute = 3
        second = world.add_key(world.user("owner")).token
        first = await client.get("")
        assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("3", "2")
        assert "x-ratelimit-reset" not in first.headers
        await client.sandbox.advance(40)
        await client.get("", headers={"Authorization": f"Bearer {second}"})
        assert (await client.get("/servers/ffffffff")).status == 404  # counted
        refused = await client.get("")
        assert (refused.status, refused.code, refused.detail) == (
            429,
            "ThrottleRequestsException",
            "Too Many Attempts.",
        )
        assert refused.headers["retry-after"] == "20"
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert int(refused.headers["x-ratelimit-reset"]) == int(world.now().timestamp()) + 20
        assert (await client.get("", user="admin")).status == 200
        await client.sandbox.advance(19.5)
        assert (await client.get("")).headers["retry-after"] == "0"
        await client.sandbox.advance(0.5)
        assert (await client.get("")).headers["x-ratelimit-remaining"] == "2"


async def test_bad_keys_stay_bad_keys_when_the_limit_is_reached() -> None:
    async with panel() as client:
        client.sandbox.world.settings.requests_per_minute = 1
        await client.get("")
        assert (await client.get("")).status == 429
        assert (await client.get("", headers={"Authorization": "Bearer x"})).status == 401


async def test_of_two_limiters_the_tighter_one_is_shown() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/files/pull"
        for left in range(9, -1, -1):
            answer = await client.post(path, json={"url": "nope"})
            assert answer.status == 422
            assert answer.headers["x-ratelimit-remaining"] == str(left)
        refused = await client.post(path, json={"url": "nope"})
        assert (refused.status, refused.headers["x-ratelimit-limit"]) == (429, "10")
        assert refused.headers["retry-after"] == "300"


@pytest.mark.parametrize("mode", [Mode.V1_12, Mode.PELICAN])
async def test_newer_panels_allow_less_and_limit_each_server(mode: Mode) -> None:
    async with panel(mode) as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/websocket"
        answers = [
            await client.get(path, user=user) for user in ("owner", "owner", "owner", "admin", "admin")
        ]
        assert {answer.status for answer in answers} == {200}
        refused = await client.get(path)
        assert (refused.status, refused.code) == (429, "ThrottleRequestsException")
        assert (await client.get("")).headers["x-ratelimit-limit"] == "256"
        other = client.sandbox.world.add_server("Other")
        assert (await client.get(f"/servers/{other.uuid}/websocket")).status == 200


async def test_the_limiter_can_be_lifted() -> None:
    async with panel(limiter=False) as client:
        server = client.sandbox.world.add_server()
        for _ in range(12):
            answer = await client.post(f"/servers/{server.uuid}/files/pull", json={"url": "nope"})
            assert answer.status == 422
        assert int(answer.headers["x-ratelimit-remaining"]) > 900_000
