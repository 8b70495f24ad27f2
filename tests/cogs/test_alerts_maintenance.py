"""/alerts maintenance: who may begin and end it, and for which servers."""

from bot.domain.levels import Level
from tests.support.alerts import run
from tests.support.grants import grant
from tests.support.messages import menus, text
from tests.support.world import World, shown


async def test_maintenance_begins_is_seen_and_ends(world: World) -> None:
    assert "Notifications are on for all servers." in text(shown(await run(world, "maintenance")))
    quiet = await run(world, "maintenance", server="Survival", reason="New `map`", **{"for": "2 hours"})
    assert "**Survival** until" in text(shown(quiet))
    assert "New " in text(shown(quiet))

    await world.admin.click(shown(quiet), label="End")
    assert "Maintenance ended: notifications are on again." in text(shown(quiet))
    assert "No maintenance" in text(shown(quiet))
    await world.admin.select(shown(quiet), ["30 minutes"])
    assert "**Survival** until" in text(shown(quiet))


async def test_only_what_somebody_may_silence_is_offered_to_be_silenced(world: World) -> None:
    await grant(world, world.stranger.id, Level.OPERATOR, world.survival.uuid)
    looked = await world.stranger.slash(world.channel, "alerts maintenance")
    assert "No maintenance" in text(shown(looked))
    assert menus(looked) == []


async def test_all_servers_take_the_right_on_all(world: World) -> None:
    quiet = await world.operator.slash(world.channel, "alerts maintenance", **{"for": "1 hour"})
    assert "**All servers** until" in text(shown(quiet))
    refused = await world.stranger.slash(world.channel, "alerts maintenance", **{"for": "1 hour"})
    assert "You don't have access to Quetzal here." in text(shown(refused))
