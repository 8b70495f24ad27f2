"""Paths and names as people see them elsewhere: pasted, with line breaks, cleaned by Discord."""

import posixpath
import re

import pytest
from simcord.backend import cdn

from sandbox.node.volumes import disk_of
from tests.support.file_changes import content, run
from tests.support.messages import buttons, text
from tests.support.world import World, shown

PASTED = ["/home/container/plugins/a.yml", "plugins\\a.yml", "plugins/a.yml ", "plugins/a.yml:3"]


async def test_a_pasted_path_is_found(world: World, subtests: pytest.Subtests) -> None:
    for typed in PASTED:
        with subtests.test(typed):
            disk_of(world.survival).write("/plugins/a.yml", b"key: found\n")
            assert "found" in text(shown(await run(world, "read", path=typed)))


async def test_what_really_has_that_name_comes_first(world: World) -> None:
    disk_of(world.survival).write("/home/container/a.yml", b"inner\n")
    disk_of(world.survival).write("/a.yml", b"outer\n")
    assert "inner" in text(shown(await run(world, "read", path="/home/container/a.yml")))


BEGUN = ["/home/container/plugins/", "plugins\\", "~/plugins/a"]


async def test_pasted_paths_are_completed(world: World, subtests: pytest.Subtests) -> None:
    for typed in BEGUN:
        with subtests.test(typed):
            disk_of(world.survival).write("/plugins/a.yml", b"x\n")
            choices = await world.admin.autocomplete(world.channel, "files read", "path", typed)
            assert [choice["value"] for choice in choices] == ["/plugins/a.yml"]


async def test_a_new_file_from_a_pasted_path_lies_where_the_panel_means(world: World) -> None:
    await world.admin.slash(
        world.channel, "files upload", file=("a.yml", b"x"), path="/home/container/plugins/"
    )
    assert content(world, "/plugins/a.yml") == b"x"


async def test_a_name_with_a_line_break_can_be_read_moved_and_deleted(world: World) -> None:
    disk_of(world.survival).write("/dir/new\nline.txt", b"inside\n")
    (choice,) = await world.admin.autocomplete(world.channel, "files delete", "path", "/dir/")
    assert "\n" not in choice["name"] + choice["value"]  # Discord's choices are one line
    assert "inside" in text(shown(await run(world, "read", path=choice["value"])))

    await run(world, "move", source=choice["value"], target="/dir/a\tb.txt")
    assert content(world, "/dir/a\tb.txt") == b"inside\n"
    (choice,) = await world.admin.autocomplete(world.channel, "files delete", "path", "/dir/")
    asked = await run(world, "delete", path=choice["value"])
    await world.admin.click(shown(asked), label="Delete")
    assert content(world, "/dir/a\tb.txt") is None


async def test_an_upload_keeps_the_name_that_discord_cleaned(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord cleans `filename`, and gives the rest as `title`: its Attachment object, and api-docs#6945."""
    store = next(value for value in vars(cdn).values() if hasattr(value, "store_attachment"))
    plain = store.store_attachment

    def as_discord(self: object, number: int, channel: int, name: str, *rest: object) -> dict[str, object]:
        clean = re.sub(r"[^A-Za-z0-9_.-]", "", "_".join(name.split()))
        payload: dict[str, object] = plain(self, number, channel, clean, *rest)
        return {**payload, "title": posixpath.splitext(name)[0]}

    monkeypatch.setattr(store, "store_attachment", as_discord)
    disk_of(world.survival).write("/plugins/My Plugin (29).jar", b"old")
    asked = await world.admin.slash(
        world.channel, "files upload", file=("My Plugin (29).jar", b"new"), path="/plugins/"
    )
    await world.admin.click(shown(asked), label="Upload")
    assert content(world, "/plugins/My Plugin (29).jar") == b"new"
    assert content(world, "/plugins/My_Plugin_29.jar") is None


async def test_a_key_is_emptied_by_leaving_the_value_out(world: World) -> None:
    disk_of(world.survival).write("/server.properties", b"motd=Hello\r\nmax-players=20\r\n")
    asked = await run(world, "set", path="server.properties", key="motd")
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/server.properties") == b"motd=\r\nmax-players=20\r\n"


async def test_a_boolean_of_toml_is_set(world: World) -> None:
    disk_of(world.survival).write("/config/cc.toml", b"[turtle]\n\tneed_fuel = true # why\n")
    asked = await run(world, "set", path="config/cc.toml", key="turtle.need_fuel", value="false")
    assert "Save" in buttons(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/config/cc.toml") == b"[turtle]\n\tneed_fuel = false # why\n"
