"""One entry of a list from the panel that makes no sense costs itself, and the list says so."""

import re
from typing import Any

import pytest

from bot.domain.schedules import OWN_BACKUPS
from bot.panel.models.strange_values import strange_values
from sandbox import Fault
from tests.fault_messages.backups import past
from tests.fault_messages.databases import given
from tests.support.messages import buttons, text
from tests.support.schedules import scheduled
from tests.support.world import World, shown

NOTE = "⚠️ 1 entry couldn't be read and isn't listed. Quetzal's log says why."
LISTS = {
    "activity list": ("*/activity", "event", "wrote"),
    "backup list": ("*/backups", "uuid", "second"),
    "database list": ("*/databases", "host", "second"),
    "files list": ("*/files/list", "mode", "a.txt"),
    "network list": ("*/network/allocations", "port", ""),
    "schedule list": ("*/schedules", "cron", "second"),
    "startup show": ("*/startup", "env_variable", ""),
    "users list": ("*/users", "username", "second"),
}
"""What can't be read of the first entry, and what is read of the others."""


def without(field: str, of: int | str = 0) -> Fault:
    """Answer a list, of which one, by position or name, has null where every entry has something."""

    def alter(answer: Any) -> None:  # noqa: ANN401 - JSON
        for position, row in enumerate(answer["data"]):
            if of in {position, row["attributes"].get("name")}:
                row["attributes"][field] = None

    return Fault.altered(alter)


def two_of_each(world: World) -> None:
    for name in ("first", "second"):
        past(world, name, days=2)
        given(world, name)
        scheduled(world, name, ("power", "restart", 0))
        world.sandbox.world.add_subuser(world.survival, name, ["websocket.connect"])
        world.sandbox.world.log(world.survival, "server:file.write", {"file": f"{name}.txt"})
    world.survival.disk.write("/a.txt", b"a")
    world.survival.disk.write("/server.properties", b"motd=Hello\n")


@pytest.mark.parametrize("command", LISTS)
async def test_a_list_is_shown_without_the_entry_that_cannot_be_read(
    command: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    path, field, others = LISTS[command]
    strange_values.clear()
    two_of_each(world)
    whole = shown(await world.admin.slash(world.channel, command, server="Survival"))
    assert "couldn't be read" not in text(whole)
    world.sandbox.faults.add(without(field), path, method="GET")
    await world.advance(10)

    seen = shown(await world.admin.slash(world.channel, command, server="Survival"))

    assert NOTE in text(seen)
    assert others in text(seen)
    assert len(text(seen).splitlines()) > 2
    assert len(re.findall(r"A listed \w+ can't be read: \w+", caplog.text)) == 1


async def test_a_list_of_which_nothing_can_be_read_does_not_say_that_there_is_nothing(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    world.sandbox.faults.add(without("cron"), "*/schedules")

    seen = shown(await world.admin.slash(world.channel, "schedule list", server="Survival"))

    assert NOTE in text(seen)
    assert "None yet" not in text(seen)
    assert "Create…" in buttons(seen)


async def test_a_file_that_cannot_be_read_in_its_folder_is_not_taken_for_missing(world: World) -> None:
    world.survival.disk.write("/server.properties", b"motd=Hello\n")
    world.survival.disk.write("/z.txt", b"z")
    world.sandbox.faults.add(without("mode", "server.properties"), "*/files/list")

    for path, expected in (("/server.properties", "The panel's answer"), ("/z.txt", "Delete")):
        asked = shown(await world.admin.slash(world.channel, "files delete", path=path, server="Survival"))
        assert expected in "\n".join((*buttons(asked), text(asked)))


async def test_quetzals_own_schedule_is_not_made_twice_when_it_cannot_be_read(world: World) -> None:
    world.survival.feature_limits.backups = 5
    await world.advance(61)
    scheduled(world, OWN_BACKUPS, ("backup", "", 0))
    world.sandbox.faults.add(without("cron"), "*/schedules", method="GET")

    await world.admin.slash(world.channel, "backup schedule", cron="0 4 * * *", server="Survival")

    assert [schedule.name for schedule in world.survival.schedules] == [OWN_BACKUPS]


async def test_a_server_without_a_name_goes_by_its_short_id(world: World) -> None:
    world.sandbox.faults.add(without("name"), "/api/client")
    await world.advance(61)

    seen = shown(await world.admin.slash(world.channel, "server list"))

    assert f"**{world.survival.identifier}**" in text(seen)


async def test_a_known_server_that_cannot_be_read_any_more_stays(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner")
    await world.advance(61)
    world.sandbox.faults.add(without("identifier"), "/api/client")
    await world.advance(61)

    seen = text(shown(await world.admin.slash(world.channel, "server list")))

    assert "**Survival**" in seen and "**Lobby**" in seen
    assert "couldn't be read" not in seen


async def test_a_server_that_could_never_be_read_is_said_to_be_missing(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner")
    world.sandbox.faults.add(without("identifier", "Lobby"), "/api/client")
    await world.advance(61)

    seen = text(shown(await world.admin.slash(world.channel, "server list")))

    assert "**Survival**" in seen and "Lobby" not in seen
    assert NOTE in seen


async def test_where_no_server_can_be_read_it_is_not_said_that_there_is_none(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner")
    del world.sandbox.world.servers[world.survival.uuid]
    world.sandbox.faults.add(without("identifier", "Lobby"), "/api/client")
    await world.advance(61)

    seen = shown(await world.admin.slash(world.channel, "server list"))

    assert NOTE in text(seen)
    assert "No servers yet" not in text(seen)
    assert "Refresh" in buttons(seen)
