"""What a test of /files asks, and what it finds on the server's disk."""

from simcord import ResponseMessage

from sandbox import Fault
from sandbox.node.disk import Disk
from tests.support.messages import buttons, text
from tests.support.world import World, shown

# A proxy, Cloudflare and the panel itself give up in ways of their own (pterodactyl/panel#2878, #3919).
LOST = [Fault.late(), Fault.status(504, html=True, acts=True), Fault.status(524, html=True, acts=True)]

OLD = b"motd=Hello\n"
NEW = b"motd=Goodbye\n"


def furnished(disk: Disk) -> Disk:
    """Put a few files there."""
    disk.write("/server.properties", OLD)
    disk.write("/plugins/Essentials/config.yml", b"a: 1\n")
    return disk


def content(disk: Disk, path: str) -> bytes | None:
    """Return a file's bytes; None where there is none."""
    place = disk.tree.root / path.lstrip("/")
    return place.read_bytes() if place.is_file() else None


def outside_trash(disk: Disk) -> set[str]:
    """Return the files that a person sees."""
    root = disk.tree.root
    files = {"/" + str(place.relative_to(root)) for place in root.rglob("*") if place.is_file()}
    return {path for path in files if not path.startswith("/.quetzal/")}


def staged(disk: Disk) -> list[str]:
    """Return what is half-made."""
    place = disk.tree.root / ".quetzal"
    return [path.name for path in place.glob("*.new*")] if place.exists() else []


async def ask(world: World, command: str, **options: object) -> ResponseMessage:
    """Run a command and return what is shown."""
    return shown(await world.admin.slash(world.channel, f"files {command}", **options))


async def agreed(world: World, command: str, button: str, **options: object) -> str:
    """Run a command, press a button of its question, and return what is said then."""
    question = await ask(world, command, **options)
    assert button in buttons(question), text(question)
    return text(shown(await world.admin.click(question, label=button)))


async def begun(world: World, command: str, button: str, **options: object) -> ResponseMessage:
    """Agree to long work, and return the answer that goes on changing."""
    asked = await world.admin.slash(world.channel, f"files {command}", **options)
    await world.admin.click(shown(asked), label=button)
    return shown(asked)


async def ended(world: World, answer: ResponseMessage, words: str) -> str:
    """Wait until the answer has these words, and return its text."""
    await world.until(lambda: words in text(answer), within_s=900, step_s=5)
    return text(answer)
