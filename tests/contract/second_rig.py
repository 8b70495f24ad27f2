"""The people and servers of the second installation that was recorded, for what the first had none of."""

from collections.abc import Mapping

from sandbox.model import Egg, GameServer, Variable
from sandbox.permissions import SYSTEM
from sandbox.world import World

KEYS = {
    "admin": "ptlc_ADMINxxxxxxaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "recowner": "ptlc_WINGSxxxxxxwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    "recfull": "ptlc_WINGFULLxxxffffffffffffffffffffffffffffffff",
    "recnone": "ptlc_WINGSUBxxxxssssssssssssssssssssssssssssssss",
    "reclim": "ptlc_WINGLIMxxxxllllllllllllllllllllllllllllllll",
    "recact": "ptlc_WINGACTxxxxcccccccccccccccccccccccccccccccc",
    "recuser": "ptlc_USERxxxxxxxuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
}
UUIDS = {
    "main": "a0c7c759-b41c-4b46-9112-f4fb5fed1d46",
    "other": "c2a0eee7-0113-4176-877a-4679512a0d24",
    "ws": "09660034-5a8c-48fb-a561-9a8713748f58",
}
PEOPLE = {
    "recowner": "7d7c6cd8-1df5-4d68-94b4-4201fd8af6fd",
    "recfull": "bdd57f96-25af-4e5c-90f0-910fb05fc3f6",
    "recnone": "ad32ffdc-f6ff-4b51-8b35-aae0d80c17fe",
    "reclim": "683f131b-f6a2-4d9b-b1ab-13fe8daea9b6",
    "recact": "a94df2ff-31da-4e61-9d8a-3a470d852a27",
    "recother": "a23c93d8-f814-49bc-968b-66bb08cb597c",
}
_ADMINS = ("OpenTTD rig", "Freeciv rig", "Teeworlds rig", "Shellgame rig")
EVERYTHING = [f"{group}.{name}" for group, held in SYSTEM.items() for name in held["keys"]]
_SUBUSERS = {
    "recfull": EVERYTHING,
    "recnone": ["websocket.connect"],
    "reclim": ["websocket.connect", "user.read", "user.create", "user.update", "user.delete", "file.read"],
    "recact": ["websocket.connect", "activity.read"],
}


def build_second(world: World) -> Mapping[str, GameServer]:
    """Put them all into a world; returns the servers by name."""
    world.node.name = "rig"
    for name in (*KEYS, "recother"):
        user = world.user(name)
        user.email = f"{name}@rig.test"
        user.uuid = PEOPLE.get(name, user.uuid)
        if name in KEYS:
            world.keys = {kept: key for kept, key in world.keys.items() if key.user is not user}
            world.add_key(user, token=KEYS[name])
    for number, name in enumerate(_ADMINS, start=1):
        _plain(world, name, number)
    main = _server(world, "main", allocation=5, allocations=3)
    other = _server(world, "other", allocation=6, allocations=2)
    ws = _server(world, "ws", allocation=7, allocations=2)
    ws.external_id = "rec-ws"
    for server in (main, other, ws):
        for name, permissions in _SUBUSERS.items():
            world.add_subuser(server, name, [*permissions])
    return {"main": main, "other": other, "ws": ws}


def _plain(world: World, name: str, number: int) -> None:
    """Add one of the administrator's, which ran games."""
    egg = Egg(
        uuid="0f0c7a52-6d1b-4f4e-9a53-2f1f7c2f5f11",
        name=name,
        startup="/usr/games/game",
        docker_images={"rig game": "~rig/game:1"},
        features=[],
        variables=[Variable("Name", "SERVER_NAME", "rig", "the name", "required|string|max:20")]
        if name == "Teeworlds rig"
        else [],
    )
    server = world.add_server(
        name, owner="admin", egg=egg, memory=512, disk=2000, databases=5, allocations=3, backups=5
    )
    server.variables["SERVER_NAME"] = "my rig"
    server.limits.oom_disabled = False
    server.allocations[0].id = number
    server.allocations[0].port = 25559 + number


def _server(world: World, name: str, *, allocation: int, allocations: int) -> GameServer:
    server = world.add_server(
        f"Rec {name}",
        uuid=UUIDS[name],
        owner="recowner",
        description=f"Rec {name} of the recorder",
        egg=_game(),
        memory=256,
        disk=500,
        cpu=50,
        databases=2,
        allocations=allocations,
        backups=2,
    )
    server.limits.oom_disabled = False
    server.allocations[0].id = allocation
    server.allocations[0].port = 25559 + allocation
    server.first_variable_row = 11
    return server


def _game() -> Egg:
    def variable(name: str, env_variable: str, default: str, rules: str, **columns: bool) -> Variable:
        return Variable(name, env_variable, default, f"{name} of the game", rules, **columns)

    return Egg(
        uuid="5b9d0c11-2f0e-4a51-8d4e-6c2f7a1b3e90",
        name="Recgame",
        startup=(
            '/home/container/run.sh "{{GAME_NAME}}" --players {{MAX_PLAYERS}} --mode {{MODE}} '
            "--secret {{SECRET}} --port {{SERVER_PORT}} --mem {{SERVER_MEMORY}}"
        ),
        docker_images={"rig game": "~rig/game:1", "rig game two": "ghcr.io/rig/game:2"},
        features=[],
        variables=[
            variable("Game name", "GAME_NAME", "rig", "required|string|max:20"),
            variable("Players", "MAX_PLAYERS", "8", "required|integer|between:1,64"),
            variable("Mode", "MODE", "easy", "required|string|in:easy,hard"),
            variable("Auto update", "AUTO_UPDATE", "0", "required|boolean"),
            variable("Token", "TOKEN", "", "nullable|string|max:32"),
            variable("Jar", "JAR", "server.jar", r"required|regex:/^([\w\d._-]+)(\.jar)$/"),
            variable("Build", "BUILD", "1.2.3", "required|string|max:20", editable=False),
            variable("Secret", "SECRET", "hush", "required|string|max:20", viewable=False, editable=False),
            variable("Hidden editable", "HIDDEN_EDITABLE", "x", "required|string|max:20", viewable=False),
        ],
    )
