"""What anybody can write to a server is answered in a sentence by every command that reads it.

How long the event loop's steps are meanwhile is for `make stall`, with larger content.
"""

from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from benchmarks.stall_inputs import FORGED, alias_bomb, aliases, nested
from bot.domain.file_changes import new_id
from sandbox.games import Game
from sandbox.node.volumes import disk_of
from tests.support.console import run_command
from tests.support.messages import text
from tests.support.world import World, shown

KEY_CHANGED = ("1 line added, 1 line removed", "+port: 2")
TOO_DEEP = ("**It is nested too deeply to be read.**", "Use /files edit instead.")


@dataclass(frozen=True)
class Input:
    """A file, a command on it, and what its answer says."""

    content: str
    command: str
    says: tuple[str, ...]
    options: dict[str, object] = field(default_factory=dict)


def set_key(key: str) -> dict[str, object]:
    return {"key": key, "value": "2"}


FILES: dict[str, Input] = {
    "bomb.yml": Input(alias_bomb(), "set", KEY_CHANGED, set_key("port")),
    "aliases.yml": Input(aliases(), "set", KEY_CHANGED, set_key("port")),
    "deep.json": Input(nested(300, 30), "set", TOO_DEEP, set_key("port")),
    "deeper.json": Input(nested(100_000, 30), "set", TOO_DEEP, set_key("port")),
    "walk.json": Input(nested(100, 100_000), "set", ("1 line added, 1 line removed",), set_key("port")),
    "wide.json": Input(
        nested(50, 3_000_000),
        "set",
        ("**That file holds too much to find one key in it.**", "Use /files edit"),
        set_key("port"),
    ),
    "big.ini": Input(
        "[a]\n" + "k=v\n" * 2_000 + "port=1\n", "set", ("-port=1", "+port=2"), set_key("a.port")
    ),
    "big.toml": Input(
        "port = 1\n" + "".join(f"k{n} = {n}\n" for n in range(2_000)), "set", ("+port = 2",), set_key("port")
    ),
    "ends.txt": Input("\n" * 200_000, "read", ("`/ends.txt`", "195.3 KiB")),
    "moved.txt": Input(
        "".join(f"{n}\n" for n in range(1_000)),
        "edit",
        ("500 lines added, 500 lines removed",),
        {"file": ("x.txt", "".join(f"{n ^ 1}\n" for n in range(1_000)).encode())},
    ),
    "grep.txt": Input(
        "some words in a line\n" * 10_000,
        "grep",
        ("lines in 1 file", "1: some words in a line"),
        {"text": "words"},
    ),
}


@pytest.mark.sweep
async def test_each_hostile_file_is_answered_in_a_sentence(world: World) -> None:
    for name, hostile in FILES.items():
        disk_of(world.survival).write(f"/{name}", hostile.content.encode())
    for name, hostile in FILES.items():
        answer = await world.admin.slash(
            world.channel, f"files {hostile.command}", path=f"/{name}", **hostile.options
        )
        response = text(shown(answer))
        missing = [says for says in hostile.says if says not in response]
        assert not missing, (name, response[:600])


async def test_forged_manifests_are_counted_in_the_history(world: World) -> None:
    for number, content in enumerate(FORGED):
        stamp = new_id(world.services.clock.now(), f"{number:08x}")
        disk_of(world.survival).write(f"/.quetzal/{stamp}.json", content)
    response = text(shown(await world.admin.slash(world.channel, "files history")))
    assert "Nothing here yet." in response
    assert f"{len(FORGED)} more items in the trash without a record of where they came from." in response


@pytest.mark.sweep
async def test_a_folder_of_thousands_is_listed_suggested_and_deleted(world: World) -> None:
    root = disk_of(world.survival).tree.root / "many"
    root.mkdir()
    for number in range(2_000):
        (root / f"file {number:04}.txt").write_bytes(b"x")
    listed = await world.admin.slash(world.channel, "files list", path="/many")
    assert "0 folders, 2,000 files" in text(shown(listed))
    offered = await world.admin.autocomplete(world.channel, "files read", "path", "/many/1999")
    assert [choice["name"] for choice in offered] == ["/many/file 1999.txt"]
    asked = await world.admin.slash(world.channel, "files delete", path="/many")
    assert "a folder with 2,000 files" in text(shown(asked))


class Flooding(Game):
    """Answers each command with more text than a message holds."""

    @override
    def reply(self, command: str) -> tuple[str, ...]:
        return ("=" * 100_000, "key " * 30_000, *(f"password: x{n}" for n in range(3_000)))


@pytest.mark.sweep
async def test_a_flood_of_console_lines_is_shown_in_part_and_without_secrets(world: World) -> None:
    world.sandbox.world.add_server(name="Loud", owner="owner", state="running", game=Flooding())
    await world.advance(10)
    response = await run_command(world, world.admin, "x", "Loud")
    assert "password: [hidden]" in response
    assert "password: x" not in response
