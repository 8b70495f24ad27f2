"""The second installation that was recorded: the servers of the node whose own API was asked."""

from sandbox.games import Game
from sandbox.model import Egg, Variable
from tests.contract.recorded_world import RecordedWorld
from tests.contract.recordings import exchange

TOKEN = "NODETOKENxxxx"
FILES = {"server.properties": (b"motd=Rec\n", 0o644), "run.sh": (b"#!/bin/sh\n" + b"x" * 420, 0o755)}


def second_installation(recorded: RecordedWorld) -> None:
    """Put the servers in, in the recorded order, by the names they had; the node has the recorded token."""
    world = recorded.sandbox.world
    node = world.add_node("rec")
    node.secret = TOKEN
    servers = dict(recorded.servers)
    for described in exchange("node/servers").answer:
        configuration = described["configuration"]
        server = world.add_server(
            configuration["meta"]["name"],
            uuid=configuration["uuid"],
            description=configuration["meta"]["description"],
            node=node,
            owner="wings",
            state=described["state"],
            egg=_egg(configuration),
            game=Game(pull_seconds=0.3, boot_seconds=1.0),
            memory=configuration["build"]["memory_limit"],
            disk=configuration["build"]["disk_space"],
            cpu=configuration["build"]["cpu_limit"],
            allocations=2,
        )
        server.docker_image = configuration["container"]["image"]
        server.limits.oom_disabled = False
        servers[server.name] = server
    servers["Rec other"].has_container = False
    recorded.servers = servers
    root = recorded.files("Rec ws")
    for name, (content, mode) in FILES.items():
        (root / name).write_bytes(content)
        (root / name).chmod(mode)
    for name in ("logs", "saves"):
        (root / name).mkdir()


def _egg(configuration: dict[str, object]) -> Egg:
    environment = configuration["environment"]
    assert isinstance(environment, dict)
    ours = {"P_SERVER_ALLOCATION_LIMIT", "P_SERVER_LOCATION", "P_SERVER_UUID", "STARTUP"}
    variables = [Variable(name, name, str(value)) for name, value in environment.items() if name not in ours]
    return Egg(
        uuid="761a91d2-4644-4318-bf6e-71e4f5b2da43",
        name="Recorded",
        startup=str(environment["STARTUP"]),
        docker_images={"Game": "~rig/game:1"},
        variables=variables,
    )
