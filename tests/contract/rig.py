"""The people and servers of the installation that was recorded."""

from collections.abc import Mapping
from functools import partial

from sandbox import eggs
from sandbox.model import Egg, GameServer, Variable
from sandbox.world import World

# Who used which key; the keys are the fakes that stand in the recordings.
KEYS = {
    "rigadmin": "ptlc_ADMINxxxxxxaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "riguser": "ptlc_USERxxxxxxxuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
    "rigsub": "ptlc_SUBUSERxxxxssssssssssssssssssssssssssssssss",
    "wings": "ptlc_WINGSxxxxxxwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    "wingsub": "ptlc_WINGSUBxxxxssssssssssssssssssssssssssssssss",
}
APPLICATION_KEY = "ptla_APPxxxxxxxxpppppppppppppppppppppppppppppppp"

# By the names they had; all of them in the order of their internal ids.
UUIDS = {
    "alpha": "171e0a53-7e05-4dd4-985a-8b02065e039d",
    "beta": "ada8ae01-8a46-4a09-af39-f3a57bbfefe4",
    "gamma": "cea96313-6c18-4426-a3b9-37665e5f4e1e",
    "admin-only": "10103ab2-0b8f-41eb-9ac8-49d3cd256c61",
    "railway": "ee5b5004-36f4-40e0-975c-baa4c78dbdbb",
    "harbour": "3c2d9ad4-9402-4edf-9013-ffdbafbbed90",
    "arena": "2cd4453d-f83c-4d99-84e9-e2609f7801c4",
    "doomed": "5461e785-5e9b-48b9-932f-44baccd0f7e9",
}


def build(world: World) -> Mapping[str, GameServer]:
    """Put them all into a world; returns the servers by name."""
    world.node.name = "rignode"
    for name, key in KEYS.items():
        world.add_key(world.add_user(name, admin=name == "rigadmin"), token=key)
    world.add_key(world.user("rigadmin"), kind="application", token=APPLICATION_KEY)
    servers = {server.name: server for server in (*_panel_servers(world), *_game_servers(world))}
    world.add_subuser(servers["alpha"], "rigsub", ["websocket.connect", "control.console", "file.read"])
    world.add_subuser(servers["railway"], "wingsub", ["websocket.connect", "file.read"])
    return servers


def _panel_servers(world: World) -> list[GameServer]:
    """Add the four whose node was never there."""
    return [
        world.add_server("alpha", uuid=UUIDS["alpha"], owner="riguser", description="The alpha server"),
        world.add_server(
            "beta",
            uuid=UUIDS["beta"],
            owner="riguser",
            description="The beta server",
            egg=_vanilla(),
            memory=2048,
            disk=10240,
            cpu=200,
        ),
        world.add_server(
            "gamma",
            uuid=UUIDS["gamma"],
            owner="riguser",
            description="The gamma server",
            egg=_rust(),
            memory=4096,
            disk=0,
            cpu=0,
        ),
        world.add_server(
            "admin-only", uuid=UUIDS["admin-only"], owner="rigadmin", description="The admin-only server"
        ),
    ]


def _game_servers(world: World) -> list[GameServer]:
    """Add those that ran real games."""
    add = partial(world.add_server, owner="wings", databases=1, allocations=1)
    return [
        add(
            "railway",
            uuid=UUIDS["railway"],
            description="OpenTTD on the rig",
            egg=_game("openttd -D 127.0.0.1:25575 -c openttd.cfg", "exit", "Rig railway", year=True),
            memory=512,
            disk=1024,
            backups=3,
        ),
        add(
            "harbour",
            uuid=UUIDS["harbour"],
            egg=_game("freeciv-server", "quit", "Rig harbour"),
            memory=256,
            disk=512,
            backups=0,
        ),
        add(
            "arena",
            uuid=UUIDS["arena"],
            description="Teeworlds on the rig",
            egg=_game("teeworlds-server -f server.cfg", "^C", "Rig arena"),
            memory=128,
            disk=0,
            cpu=50,
            backups=1,
        ),
        add("doomed", uuid=UUIDS["doomed"], egg=_game("doomed", "stop", "Doomed")),
    ]


def _vanilla() -> Egg:
    jar = next(variable for variable in eggs.paper().variables if variable.env_variable == "SERVER_JARFILE")
    version = Variable("Server Version", "VANILLA_VERSION", "latest", rules="required|string|between:3,15")
    return Egg(
        uuid="9ac39f3d-0c34-4d93-8174-c52ab9e6c57b",
        name="Vanilla Minecraft",
        startup="java -Xms128M -XX:MaxRAMPercentage=95.0 -jar {{SERVER_JARFILE}}",
        features=["eula", "java_version", "pid_limit"],
        docker_images={"Java 21": "ghcr.io/pterodactyl/yolks:java_21"},
        variables=[jar, version],
    )


def _rust() -> Egg:
    return Egg(
        uuid="bace2dfb-209c-452a-9459-7d6f340b07ae",
        name="Rust",
        startup="./RustDedicated -batchmode +server.port {{SERVER_PORT}}",
        features=["steam_disk_space"],
        docker_images={"Rust": "ghcr.io/pterodactyl/games:rust"},
        variables=[
            Variable("Server Name", "HOSTNAME", "A Rust Server", rules="required|string|max:60"),
            Variable("Query Port", "QUERY_PORT", "27017", rules="required|integer", editable=False),
            Variable("World Seed", "WORLD_SEED", rules="nullable|string"),
        ],
    )


def _game(startup: str, stop: str, name: str, *, year: bool = False) -> Egg:
    variables = [Variable("Server name", "SERVER_NAME", name, "Server name", "required|string|max:64")]
    if year:
        variables.append(Variable("Start year", "START_YEAR", "1950", "Start year", "required|numeric"))
    return Egg(
        uuid="4e2d3b5c-97a1-4f0b-8d6e-1c5a9b7e2f30",
        name=name,
        startup=startup,
        stop_command=stop,
        docker_images={"Games": "registry.example/games:1"},
        variables=variables,
        denylist=["licence.key"],
    )
