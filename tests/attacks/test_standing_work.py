"""Somebody set up work that goes on by itself, and lost their level, their membership or their key since."""

import discord
import pytest
from simcord import InteractionResult, MemberActor

from bot.domain.audit import AuditEntry, AuditFilter
from bot.domain.incidents import Maintenance
from bot.domain.levels import THE_GUILD, Level
from bot.storage.repositories import alert_rules
from sandbox import Fault
from sandbox.backups import Wish, begin
from tests.support.grants import grant
from tests.support.messages import buttons, options, text
from tests.support.panel_links import link
from tests.support.world import GUILD_ID, World, shown

_CHECKED_S = 310


@pytest.fixture
async def former(world: World) -> MemberActor:
    """Somebody who is admin for now, by what they were given."""
    await grant(world, world.stranger.id, Level.ADMIN)
    return world.stranger


def there(world: World) -> int:
    return len([backup for backup in world.survival.backups if not backup.deleted])


async def made_at_night(world: World) -> None:
    """Have the panel's clock make a backup, and whatever follows from it done."""
    begin(world.sandbox.world, world.survival, Wish(f"night {len(world.survival.backups)}"))
    for _ in range(2):
        await world.advance(_CHECKED_S)


async def keep_one(world: World, who: MemberActor) -> None:
    asked = await who.slash(world.channel, "backup retention", keep_last=1, stay_on=True, server="Survival")
    await who.click(shown(asked), label="Turn on")


async def schedule(world: World, who: MemberActor) -> None:
    asked = await who.slash(world.channel, "backup schedule", cron="0 4 * * *", server="Survival")
    await who.click(shown(asked), label="Schedule")
    assert [planned.is_active for planned in world.survival.schedules] == [True]


def messages(world: World) -> list[discord.Message]:
    return [message for message in world.channel.history() if not message.flags.ephemeral]


async def quiet(world: World) -> tuple[Maintenance, ...]:
    async with world.services.store.read() as conn:
        return await alert_rules.under_maintenance(conn, "main", world.services.clock.now())


async def revoke(world: World, who: MemberActor) -> InteractionResult:
    return await world.admin.slash(world.channel, "quetzal access revoke", who=who)


async def acts(world: World, action: str) -> list[AuditEntry]:
    page = await world.services.audit.page(AuditFilter(GUILD_ID, action=action), size=100)
    return [*page.acts]


async def opened(world: World) -> InteractionResult:
    """Open the first item of the review."""
    page = await world.admin.slash(world.channel, "quetzal access review")
    await world.admin.select(shown(page), ["0"])
    return page


@pytest.mark.sweep
async def test_the_retention_of_a_revoked_admin_deletes_nothing_more(
    world: World, former: MemberActor
) -> None:
    await keep_one(world, former)
    for _ in range(2):
        await made_at_night(world)
    assert there(world) == 1
    (deleted,) = await acts(world, "backup.delete")
    assert (deleted.user_id, deleted.facts["set_up_by"]) == (THE_GUILD, former.id)

    review = shown(await revoke(world, former))
    assert "Backup retention of Survival" in text(review)
    assert "no longer has the required level" in text(review)
    for _ in range(2):
        await made_at_night(world)
    assert there(world) == 3
    assert len(await acts(world, "backup.delete")) == 1
    (stopped,) = await acts(world, "work.stop")
    assert (stopped.user_id, stopped.facts["why"]) == (THE_GUILD, "level")
    response = text(shown(await world.admin.slash(world.channel, "quetzal audit", action="work.stop")))
    assert f"Quetzal (set up by <@{former.id}>)" in response
    mine = await world.admin.slash(world.channel, "quetzal audit", who=former, action="backup.delete")
    assert "No matching entries" in text(shown(mine))

    # Who was given the level back does not set it going again: somebody takes it over.
    await grant(world, former.id, Level.ADMIN)
    await made_at_night(world)
    assert there(world) == 4
    page = await opened(world)
    assert buttons(shown(page)) == ["Take over", "End it…"]
    await world.admin.click(shown(page), label="Take over")
    assert f"runs again, set up by <@{world.admin.id}>" in text(shown(page))
    await made_at_night(world)
    assert there(world) == 1
    assert (await acts(world, "backup.delete"))[0].facts["set_up_by"] == world.admin.id


@pytest.mark.sweep
async def test_who_left_the_discord_server_leaves_no_work_running(world: World, former: MemberActor) -> None:
    chosen = await world.admin.slash(world.channel, "alerts channel", channel=world.channel)
    assert "test alert" in text(shown(chosen))
    await keep_one(world, former)
    await schedule(world, former)
    world.guild.remove_member(former)
    for _ in range(2):
        await made_at_night(world)
    assert there(world) == 2
    assert [planned.is_active for planned in world.survival.schedules] == [False]
    assert {act.facts["why"] for act in await acts(world, "work.stop")} == {"membership"}
    said = [text(message) for message in messages(world)]
    assert len([line for line in said if "Backup retention of Survival stopped" in line]) == 1
    assert len([line for line in said if "no longer a member of this Discord server" in line]) == 2

    page = await world.admin.slash(world.channel, "quetzal access review")
    assert len(options(shown(page))) == 2
    for _ in range(2):
        page = await opened(world)
        await world.admin.click(shown(page), label="Take over")
    assert [planned.is_active for planned in world.survival.schedules] == [True]
    assert there(world) == 2
    await made_at_night(world)
    assert there(world) == 1


async def test_standing_work_is_never_allowed_more_than_the_key_of_whoever_set_it_up(
    world: World, former: MemberActor
) -> None:
    panel = world.sandbox.world
    panel.add_user("friend")
    friend = panel.add_subuser(world.survival, "friend", ["backup.read", "backup.delete"])
    await link(world, former, panel.key_of("friend"))
    await keep_one(world, former)
    for _ in range(2):
        await made_at_night(world)
    assert there(world) == 1
    # It acts with the guild's key, not with theirs.
    assert {request.user for request in world.sandbox.requests if request.method == "DELETE"} == {"owner"}

    friend.permissions = ["backup.read"]
    await made_at_night(world)
    assert there(world) == 2
    assert [act.facts["why"] for act in await acts(world, "work.stop")] == ["permission"]


@pytest.mark.sweep
async def test_a_key_that_the_panel_dropped_vouches_for_nothing(world: World, former: MemberActor) -> None:
    world.sandbox.world.add_user("boss", admin=True)
    key = world.sandbox.world.key_of("boss")
    await link(world, former, key)
    await keep_one(world, former)
    keys = world.sandbox.world.keys
    del keys[next(name for name, api_key in keys.items() if api_key.token == key)]
    for _ in range(2):
        await made_at_night(world)
    assert there(world) == 2
    assert [act.facts["why"] for act in await acts(world, "work.stop")] == ["key"]


async def test_a_maintenance_of_a_revoked_operator_mutes_nothing_more(world: World) -> None:
    await grant(world, world.stranger.id, Level.OPERATOR)
    await world.stranger.slash(
        world.channel, "alerts maintenance", server="Survival", reason="mine", **{"for": "1 week"}
    )
    assert len(await quiet(world)) == 1
    review = shown(await revoke(world, world.stranger))
    assert await quiet(world) == ()
    assert "no longer has access on" in text(review)
    await world.advance(60)
    # Without an alert channel the owner is notified.
    (act,) = await acts(world, "work.stop")
    assert act.facts["work"] == "maintenance"


async def test_a_board_of_a_revoked_admin_says_that_it_is_paused(world: World, former: MemberActor) -> None:
    await former.slash(world.channel, "alerts board", channel=world.channel)
    await world.until(lambda: any("Updates by itself" in text(message) for message in messages(world)))
    await revoke(world, former)
    await world.until(lambda: any("paused" in text(message) for message in messages(world)))
    page = await opened(world)
    await world.admin.click(shown(page), label="Take over")
    await world.until(lambda: any("Updates by itself" in text(message) for message in messages(world)))


@pytest.mark.sweep
async def test_while_discord_does_not_say_who_is_a_member_nothing_acts_and_nothing_stops(
    world: World, former: MemberActor
) -> None:
    await keep_one(world, former)
    await made_at_night(world)
    world.env.inject_error("GET", "/guilds/*/members/*", status=503, times=None)
    await made_at_night(world)
    assert there(world) == 2
    assert await acts(world, "work.stop") == []
    world.env.backend.faults.clear()
    await world.advance(_CHECKED_S)
    assert there(world) == 1


async def test_it_is_ended_for_good_after_a_question(world: World, former: MemberActor) -> None:
    await schedule(world, former)
    await revoke(world, former)
    page = await opened(world)
    await world.admin.click(shown(page), label="End it…")
    assert "End it permanently?" in text(shown(page))
    await world.admin.click(shown(page), label="End it")
    assert "has ended" in text(shown(page))
    assert world.survival.schedules == []
    page = await world.admin.slash(world.channel, "quetzal access review")
    assert "Nothing runs automatically" in text(shown(page))


async def test_a_schedule_that_cannot_be_paused_now_is_paused_later(
    world: World, former: MemberActor
) -> None:
    await schedule(world, former)
    world.sandbox.faults.add(Fault.status(500), path="*/schedules*", times=3)
    await revoke(world, former)
    assert [planned.is_active for planned in world.survival.schedules] == [True]
    world.sandbox.faults.clear()
    await world.advance(_CHECKED_S)
    assert [planned.is_active for planned in world.survival.schedules] == [False]
