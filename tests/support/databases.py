"""Steps that the tests of /database share."""

from simcord import InteractionResult, ResponseMessage

from sandbox.node.volumes import disk_of
from sandbox.resources import Database
from tests.support.forms import submit
from tests.support.world import World, shown

SECRET = "c4naryOldPassword!@=.xyz"
CONFIG = "plugins/LuckPerms/config.yml"


def given(world: World, name: str = "luckperms", password: str = SECRET, remote: str = "%") -> Database:
    server = world.survival
    row = Database(
        id=world.sandbox.world.next_id("database"),
        name=f"s{server.id}_{name}",
        username=f"u{server.id}_canary{len(server.databases)}",
        password=password,
        remote=remote,
    )
    server.databases.append(row)
    return row


def write(world: World, path: str, content: str) -> None:
    file = disk_of(world.survival).tree.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def read(world: World, path: str) -> str:
    return (disk_of(world.survival).tree.root / path).read_text()


async def run(world: World, command: str, **typed: str) -> InteractionResult:
    return await world.admin.slash(world.channel, f"database {command}", server="Survival", **typed)


async def type_name(world: World, form: InteractionResult, name: str) -> ResponseMessage:
    return shown(await submit(world.admin, form, name))


async def press(world: World, message: ResponseMessage, label: str) -> ResponseMessage:
    return shown(await world.admin.click(message, label=label))
