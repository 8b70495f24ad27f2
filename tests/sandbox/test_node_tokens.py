"""Signed tokens: the recorded claims, and what breaks them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.model import GameServer, User
from sandbox.node import tokens
from sandbox.node.volumes import new_disk
from sandbox.panel_version import Mode
from sandbox.world import World

RECORDINGS = Path(__file__).parents[1] / "recordings" / "wings"


@pytest.fixture
def node_world() -> Iterator[World]:
    world = World(ManualClock(), new_disk)
    yield world
    world.close()


@pytest.fixture
def server(node_world: World) -> GameServer:
    return node_world.add_server()


def user(world: World) -> User:
    return world.user("owner")


def claims_of(url: str, server: GameServer) -> dict[str, Any]:
    return tokens.decode(url.partition("token=")[2], server.node.secret)


def test_a_download_carries_the_recorded_claims_in_their_order(node_world: World, server: GameServer) -> None:
    world = node_world
    recorded = {
        name: json.loads((RECORDINGS / f"claims-{name}.json").read_text())["claims"]
        for name in ("file-download", "backup-download")
    }
    ours = {
        "file-download": claims_of(tokens.file_url(world, server, user(world), "/openttd.cfg"), server),
        "backup-download": claims_of(tokens.backup_url(world, server, user(world), "some-uuid"), server),
    }
    for name, claims in ours.items():
        assert list(claims) == list(recorded[name])
        assert [type(value) for value in claims.values()] == [
            type(value) for value in recorded[name].values()
        ]
        for later, earlier in (("exp", "iat"), ("iat", "nbf")):
            assert claims[later] - claims[earlier] == recorded[name][later] - recorded[name][earlier]


def test_the_jti_is_that_of_the_recorded_person_and_server(node_world: World) -> None:
    world = node_world
    recorded = json.loads((RECORDINGS / "claims-file-download.json").read_text())["claims"]
    there = world.add_server(uuid=recorded["server_uuid"])
    person = world.user("wings")
    person.id = recorded["user_id"]
    assert tokens.identity(person, there) == recorded["jti"]


def test_a_socket_token_carries_the_recorded_claims(node_world: World, server: GameServer) -> None:
    world = node_world
    recorded = json.loads((RECORDINGS / "ws-offline.json").read_text())["token_claims"]
    claims = tokens.decode(tokens.socket_token(world, server, user(world)), server.node.secret)
    assert list(claims) == list(recorded)
    assert claims["exp"] - claims["iat"] == recorded["exp"] - recorded["iat"] == 600
    assert claims["permissions"] == recorded["permissions"]


def test_newer_panels_name_the_scope() -> None:
    world = World(ManualClock(), new_disk, Mode.V1_12)
    server = world.add_server()
    scopes = [
        claims_of(url, server)["scope"]
        for url in (
            tokens.file_url(world, server, user(world), "x"),
            tokens.backup_url(world, server, user(world), "x"),
            tokens.upload_url(world, server, user(world)),
        )
    ]
    assert scopes == ["file-download", "backup-download", "file-upload"]
    world.close()


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "ünï.cöde.x", "..", "eyJ.eyJ."])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.decode(token, "secret")
    with pytest.raises(tokens.BadToken):
        tokens.holder_claims(token)


def test_a_token_of_another_secret_or_with_other_claims_is_refused() -> None:
    good = tokens.encode({"a": 1}, "secret")
    head, _, signature = good.split(".")
    other = tokens.encode({"a": 2}, "secret").split(".")[1]
    assert tokens.decode(good, "secret") == {"a": 1}
    for bad, secret in ((good, "other"), (f"{head}.{other}.{signature}", "secret")):
        with pytest.raises(tokens.BadToken):
            tokens.decode(bad, secret)


def test_a_token_burns_once_and_is_forgotten_after_an_hour() -> None:
    burnt = tokens.BurntTokens()
    assert [burnt.burn({"unique_id": "a"}, at) for at in (0, 1, 3599, 3600)] == [True, False, False, True]
    assert burnt.burn({"unique_id": "b"}, 0)
