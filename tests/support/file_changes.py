"""What a test of changed files asks, types, and finds on the server."""

from simcord import InteractionResult, ResponseMessage

from sandbox.node.volumes import disk_of
from tests.support import disk
from tests.support.forms import submit
from tests.support.world import World, shown

CONFIG = b"# The server\r\nmotd=Hello\r\nmax-players=20\r\n"
PATH = "/server.properties"


def furnish(world: World) -> None:
    """Put a few files there."""
    write = disk_of(world.survival).write
    write(PATH, CONFIG)
    write("/plugins/Essentials.jar", b"PK\x03\x04\x00\x00binary")
    write("/plugins/Essentials/config.yml", b"ops-name-color: '4' # red\nrange: 10\n")
    write("/notes.txt", b"one\n")
    write("/empty.txt", b"")
    write("/long.txt", "".join(f"line {n}\n" for n in range(2000)).encode())


def content(world: World, path: str) -> bytes | None:
    """Return a file's bytes; None where there is none."""
    return disk.content(disk_of(world.survival), path)


def kept(world: World) -> list[bytes]:
    """Return what lies in the trash directory."""
    root = world.survival.disk.root / ".quetzal"
    return [place.read_bytes() for place in sorted(root.glob("*.saved")) if place.is_file()]


async def run(world: World, command: str, **options: object) -> InteractionResult:
    """Run a command."""
    return await world.admin.slash(world.channel, f"files {command}", **options)


async def typed(world: World, form: InteractionResult, value: object) -> InteractionResult:
    """Send a form off with this in its field."""
    return await submit(world.admin, form, value)


async def opened(world: World, path: str) -> InteractionResult:
    """Open a file's view."""
    return await run(world, "read", path=path)


async def proposed(world: World, path: str, new: object) -> tuple[InteractionResult, ResponseMessage]:
    """Edit as far as the question."""
    asked = await run(world, "edit", path=path)
    await typed(world, await world.admin.click(shown(asked), label="Edit"), new)
    return asked, shown(asked)
