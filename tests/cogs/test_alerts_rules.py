"""/alerts rules: thresholds and times, for all servers or for one."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from simcord import InteractionResult

from bot.domain.alerts import RuleKind
from bot.domain.levels import GuildScope
from tests.support.alerts import PANEL_ID, changed, edit_rule, run
from tests.support.messages import menus, text
from tests.support.world import GUILD_ID, World, new_world, shown


async def change_rule(
    world: World, page: InteractionResult, rule: RuleKind, typed: Mapping[str, object]
) -> InteractionResult:
    form = await edit_rule(world.admin, page, rule)
    assert form.modal is not None
    fields = {row["label"]: row["component"] for row in form.modal["components"]}
    stands = {name: field.get("value") or "" for name, field in fields.items() if field["type"] == 4}
    filled = {**stands, "Enabled": ["on"], **typed}
    return await world.admin.submit_modal(
        form, {fields[name]["custom_id"]: value for name, value in filled.items()}
    )


async def test_a_rule_is_changed_for_one_server_and_set_back(world: World) -> None:
    page = await run(world, "rules", server="Survival")
    assert "**Disk**\n-# above 85 / 95%" in text(shown(page))

    await change_rule(world, page, RuleKind.DISK, {"Warning (%)": "70", "Critical (%)": "80,5"})
    assert "✅ **disk**: warning at 70%, critical at 80.5%." in text(shown(page))
    override = (await changed(world)).of_one[world.survival.uuid][RuleKind.DISK]
    assert (override.warn, override.critical, override.for_s) == (70.0, 80.5, None)

    await world.admin.click(shown(page), label="Reset…")
    await world.admin.select(shown(page), ["disk"], custom_id=menus(page)[0])
    assert "**disk** is back to its defaults" in text(shown(page))
    assert (await changed(world)).of_one == {}


async def test_a_rule_is_turned_off_for_all_servers(world: World) -> None:
    page = await run(world, "rules")
    assert "Memory is off on Java servers" in text(shown(page))
    await change_rule(world, page, RuleKind.SUSPENDED, {"Enabled": ["off"]})
    assert (await changed(world)).of_all[RuleKind.SUSPENDED].enabled is False
    assert "🔕 **Suspended**\n-# off\n-# changed: turned off" in text(shown(page))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"Warning (%)": "much"}, "Warning must be a number between 0 and 100"),
        ({"Warning (%)": "97"}, "Warning must be lower than critical"),
        ({"Critical (%)": "101"}, "Critical must be a number between 0 and 100"),
        ({"Alert after": "25 h"}, "Times are at most a day"),
        ({"Clear after": "soon"}, "Times are at most a day"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    world: World, typed: Mapping[str, object], words: str
) -> None:
    page = await run(world, "rules", server="Survival")
    await change_rule(world, page, RuleKind.DISK, typed)
    assert words in text(shown(page))
    assert (await changed(world)).of_one == {}
    again = await world.admin.click(shown(page), label="Correct")
    assert again.modal is not None
    stands = {row["label"]: row["component"].get("value") for row in again.modal["components"]}
    assert stands | {**typed} == stands, "what was typed is kept"
    await world.admin.submit_modal(
        again,
        {
            row["component"]["custom_id"]: {"Warning (%)": "70", "Enabled": ["on"]}.get(row["label"], "")
            for row in again.modal["components"]
        },
    )
    assert "✅ **disk**: warning at 70%." in text(shown(page))


async def test_invalid_values_of_a_rule_can_be_left_alone(world: World) -> None:
    page = await run(world, "rules", server="Survival")
    await change_rule(world, page, RuleKind.DISK, {"Warning (%)": "much"})
    await world.admin.click(shown(page), label="◀ Rules")
    assert "**Disk**\n-# above 85 / 95%" in text(shown(page))


async def test_times_of_a_rule_are_typed_as_the_list_shows_them(world: World) -> None:
    page = await run(world, "rules", server="Survival")
    assert "**Offline**\n-# for 50 s" in text(shown(page))
    form = await edit_rule(world.admin, page, RuleKind.STATE)
    assert form.modal is not None
    fields = {row["label"]: row["component"] for row in form.modal["components"]}
    assert (fields["Alert after"]["value"], fields["Clear after"]["value"]) == ("50 s", "5 min")
    await world.admin.submit_modal(
        form,
        {
            fields["Alert after"]["custom_id"]: "1 h 30 min",
            fields["Clear after"]["custom_id"]: "5",
            fields["Enabled"]["custom_id"]: ["on"],
        },
    )
    assert "✅ **offline**: fires after 1 h 30 min." in text(shown(page))
    override = (await changed(world)).of_one[world.survival.uuid][RuleKind.STATE]
    assert (override.for_s, override.keep_firing_for_s) == (5400.0, None)


async def test_memory_is_off_by_itself_for_java_and_can_be_turned_on(world: World) -> None:
    world.survival.docker_image = "ghcr.io/pterodactyl/yolks:java_21"
    await world.advance(120)
    page = await run(world, "rules", server="Survival")
    assert "**Memory**\n-# off" in text(shown(page))
    assert "Memory is off here: Java keeps its heap" in text(shown(page))
    await change_rule(world, page, RuleKind.MEMORY, {"Enabled": ["on"]})
    assert (await changed(world)).of_one[world.survival.uuid][RuleKind.MEMORY].enabled is True


async def test_a_guild_with_a_list_changes_its_own_servers_only(tmp_path: Path) -> None:
    scope: dict[int, GuildScope] = {GUILD_ID: "all"}
    async with new_world(tmp_path, scope) as world:
        mine = world.survival.uuid
        other = world.sandbox.world.add_server(name="Theirs", owner="owner")
        world.services.access._guilds = {PANEL_ID: {GUILD_ID: frozenset({mine})}}
        await world.advance(60)
        page = await run(world, "rules")
        assert "a change here is saved for each of them" in text(shown(page))
        await change_rule(world, page, RuleKind.DISK, {"Warning (%)": "70"})
        assert "Saved for 1 server." in text(shown(page))
        known = await changed(world)
        assert (set(known.of_one), known.of_all) == ({mine}, {})
        assert other.uuid not in known.of_one
