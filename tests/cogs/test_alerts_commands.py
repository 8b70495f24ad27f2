"""/alerts: lists, history, notes, rules, maintenance, and where alerts go."""

from collections.abc import Mapping
from pathlib import Path

import discord
import pytest
from simcord import InteractionResult

from bot.domain.alerts import RuleKind, Severity
from bot.domain.annotations import Annotations
from bot.domain.levels import Actor, GuildScope, Level
from bot.domain.notifications import MessageKind
from tests.support.alerts import (
    PANEL_ID,
    begun,
    changed,
    fired,
    incident,
    notify,
    over,
    seen,
    sent,
)
from tests.support.grants import grant
from tests.support.messages import buttons, menus, options, text
from tests.support.world import (
    GUILD_ID,
    World,
    new_world,
    shown,
)


async def run(world: World, command: str, **options: object) -> InteractionResult:
    return await world.admin.slash(world.channel, f"alerts {command}", **options)


async def change_rule(
    world: World, page: InteractionResult, rule: RuleKind, typed: Mapping[str, object]
) -> InteractionResult:
    form = await world.admin.select(shown(page), [rule.value], custom_id=menus(page)[0])
    assert form.modal is not None
    fields = {row["label"]: row["component"] for row in form.modal["components"]}
    stands = {name: field.get("value") or "" for name, field in fields.items() if field["type"] == 4}
    filled = {**stands, "Enabled": ["on"], **typed}
    return await world.admin.submit_modal(
        form, {fields[name]["custom_id"]: value for name, value in filled.items()}
    )


async def test_the_list_is_in_the_order_to_take(world: World) -> None:
    await begun(
        world,
        incident(world, rule=RuleKind.DISK, level=Severity.WARNING, value=88.0),
        incident(world, rule=RuleKind.STATE, value=None),
    )
    listed = text(shown(await run(world, "list")))
    assert "🔴 2 active alerts" in listed
    assert "**1 critical · 1 warning**" in listed
    assert listed.index("went offline unexpectedly") < listed.index("disk at 88%")


async def test_nothing_fires_and_nothing_was_say_what_to_do_next(world: World) -> None:
    assert "`/alerts history`" in text(shown(await run(world, "list")))
    assert "`/alerts rules`" in text(shown(await run(world, "history")))
    assert "No alert is active." in text(shown(await run(world, "ack")))


async def test_an_alert_opens_from_the_list(world: World) -> None:
    await begun(world, incident(world))
    listed = await run(world, "list", server="Survival")
    await world.admin.click(shown(listed), label="Open")
    assert "🔴 Survival: memory at 93%" in text(shown(listed))
    assert "💡 See what grows: `/server performance`." in text(shown(listed))
    assert buttons(shown(listed)) == ["Restart", "Acknowledge", "Snooze", "Note", "Status", "◀ Alerts"]
    await world.admin.click(shown(listed), label="◀ Alerts")
    assert "🔴 1 active alert" in text(shown(listed))


async def test_an_opened_alert_is_acknowledged_snoozed_and_noted_in_place(world: World) -> None:
    await begun(world, incident(world))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Open")
    await world.admin.click(shown(listed), label="Acknowledge")
    assert f"👀 Acknowledged by <@{world.admin.id}>" in text(shown(listed))
    assert "Acknowledge" not in buttons(shown(listed))
    await world.admin.click(shown(listed), label="Snooze")
    await world.admin.click(shown(listed), label="1 hour")
    assert "💤 Snoozed until" in text(shown(listed))
    await world.admin.click(shown(listed), label="Snooze")
    await world.admin.click(shown(listed), label="End snooze")
    assert "💤" not in text(shown(listed))
    form = await world.admin.click(shown(listed), label="Note")
    assert form.modal is not None
    (row,) = form.modal["components"]
    await world.admin.submit_modal(form, {row["component"]["custom_id"]: "a *big* map"})
    assert "📝 a \\*big\\* map" in text(shown(listed))


async def test_an_opened_alert_that_is_over_by_now_says_so(world: World) -> None:
    made = await begun(world, incident(world))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Open")
    await over(world, *made)
    await world.admin.click(shown(listed), label="Acknowledge")
    assert "✅ Survival recovered: memory back to normal" in text(shown(listed))
    assert buttons(shown(listed)) == ["Note", "Status", "◀ Alerts"]
    await world.admin.click(shown(listed), label="◀ Alerts")
    assert "✅ No active alerts" in text(shown(listed))


async def test_a_crash_that_is_opened_offers_its_fix_beside_the_advice(world: World) -> None:
    facts = Annotations(gave_up=True, offer="eula:", lines=["You need to agree to the EULA"])
    await begun(world, incident(world, rule=RuleKind.CRASH, value=1.0, facts=facts))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Open")
    assert "You need to agree to the EULA" in text(shown(listed))
    asked = await world.admin.click(shown(listed), label="Fix…")
    assert "Accept the EULA for Survival?" in text(asked.followups[-1] if asked.followups else shown(asked))


async def test_all_alerts_of_a_list_are_acknowledged_at_once(world: World) -> None:
    made = await begun(world, incident(world), incident(world, rule=RuleKind.CPU, value=95.0))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Acknowledge all")
    admin = Actor(world.admin.id, "Ada", GUILD_ID, is_administrator=True)
    rights = await world.services.access.rights(admin)
    taken = await world.services.alerts.active(rights)
    assert [alert.acknowledged_by for alert in taken] == [world.admin.id] * len(made)
    assert "Acknowledge all" not in buttons(shown(listed))


async def test_the_status_of_a_server_shows_its_worst_alert_with_what_to_do(world: World) -> None:
    await begun(world, incident(world), incident(world, rule=RuleKind.BACKUP_AGE, value=9.0))
    status = text(shown(await world.admin.slash(world.channel, "server status")))
    assert "🔴 Memory at 93% · <t:" in status
    assert "-# ➡️ See what grows: `/server performance`.\n-# 1 more alert" in status


async def test_history_shows_how_long_it_took_and_what_was_written_down(world: World) -> None:
    (alert,), message = await fired(world)
    await over(world, alert)
    number = str(alert.id)
    offered = await world.admin.autocomplete(world.channel, "alerts resolve-note", "alert", "surv", note="x")
    assert [(choice["name"], choice["value"]) for choice in offered] == [
        ("Survival: memory, resolved", number)
    ]
    noted = await run(world, "resolve-note", note="**World** border too large", alert=number)
    assert "📝 Note saved" in text(shown(noted))
    await sent(world)

    past = await run(world, "history")
    history = text(shown(past))
    assert "✅ **Survival**: memory" in history
    assert "for 10 min, peak 93%" in history
    assert "📝 \\*\\*World\\*\\* border too large" in history
    assert "border too large" in text(seen(world, message))
    await world.admin.click(shown(past), label="Open")
    assert "**It lasted 10 min, peak 93%.**" in text(shown(past))
    await world.admin.click(shown(past), label="◀ Alerts")
    assert text(shown(past)) == history


async def test_an_alert_is_chosen_while_typing(world: World) -> None:
    (alert,) = await begun(world, incident(world))
    offered = await world.admin.autocomplete(world.channel, "alerts ack", "alert", "surv")
    assert [choice["value"] for choice in offered] == [str(alert.id)]
    taken = await run(world, "ack", alert=str(alert.id))
    assert "Acknowledged" in text(shown(taken))
    assert "Already acknowledged" in text(shown(await run(world, "ack")))


async def test_snoozing_by_command(world: World) -> None:
    await begun(world, incident(world))
    assert "Snoozed **Survival**" in text(shown(await run(world, "snooze", **{"for": "1 hour"})))
    ended = await run(world, "snooze", **{"for": "end snooze"})
    assert "notifications about **Survival** (memory) are on again" in text(shown(ended))


async def test_several_alerts_are_never_guessed_among(world: World) -> None:
    await begun(world, incident(world), incident(world, rule=RuleKind.CPU, value=95.0))
    asked = await run(world, "ack")
    assert "Which alert?" in text(shown(asked))
    assert options(shown(asked)) == ["Survival", "Survival"]
    chosen = await world.admin.select(shown(asked), ["1"], custom_id=menus(asked)[0])
    assert "Acknowledged **Survival**" in text(shown(asked)), chosen
    assert "No alert matches." in text(shown(await run(world, "ack", alert="9" * 40)))
    everything = await run(world, "snooze", **{"for": "1 hour"})
    await world.admin.click(shown(everything), label="All 2")
    assert "and 1 more" in text(shown(everything))


async def test_all_alerts_are_offered_while_typing_where_all_can_be_meant(world: World) -> None:
    await begun(world, incident(world), incident(world, rule=RuleKind.CPU, value=95.0))
    offered = await world.admin.autocomplete(world.channel, "alerts ack", "alert", "")
    assert (offered[0]["name"], offered[0]["value"]) == ("All 2 active alerts", "all")
    offered = await world.admin.autocomplete(world.channel, "alerts resolve-note", "alert", "", note="x")
    assert "all" not in [choice["value"] for choice in offered]
    everything = await run(world, "ack", alert="all")
    assert "and 1 more" in text(shown(everything))


# --- rules ---------------------------------------------------------------------------------------------


async def test_a_rule_is_changed_for_one_server_and_set_back(world: World) -> None:
    page = await run(world, "rules", server="Survival")
    assert "**disk**: warns above 85%, critical above 95%" in text(shown(page))

    await change_rule(world, page, RuleKind.DISK, {"Warning (%)": "70", "Critical (%)": "80,5"})
    assert "✅ **disk**: warning at 70%, critical at 80.5%." in text(shown(page))
    override = (await changed(world)).of_one[world.survival.uuid][RuleKind.DISK]
    assert (override.warn, override.critical, override.for_s) == (70.0, 80.5, None)

    await world.admin.select(shown(page), ["disk"], custom_id=menus(page)[1])
    assert "**disk** is back to its defaults" in text(shown(page))
    assert (await changed(world)).of_one == {}


async def test_a_rule_is_turned_off_for_all_servers(world: World) -> None:
    page = await run(world, "rules")
    assert "Memory is off on Java servers" in text(shown(page))
    await change_rule(world, page, RuleKind.SUSPENDED, {"Enabled": ["off"]})
    assert (await changed(world)).of_all[RuleKind.SUSPENDED].enabled is False
    assert "**suspended**: off · *changed: turned off*" in text(shown(page))


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
    assert stands | typed == stands, "what was typed is kept"
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
    await world.admin.click(shown(page), label="Back")
    assert "**disk**: warns above 85%, critical above 95%" in text(shown(page))


async def test_times_of_a_rule_are_typed_as_the_list_shows_them(world: World) -> None:
    page = await run(world, "rules", server="Survival")
    assert "**offline**: after 50 s" in text(shown(page))
    form = await world.admin.select(shown(page), [RuleKind.STATE.value], custom_id=menus(page)[0])
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
    assert "**memory**: off" in text(shown(page))
    assert "Memory is off here: Java keeps its heap" in text(shown(page))
    await change_rule(world, page, RuleKind.MEMORY, {"Enabled": ["on"]})
    assert (await changed(world)).of_one[world.survival.uuid][RuleKind.MEMORY].enabled is True


async def test_a_guild_with_a_list_changes_its_own_servers_only(tmp_path: Path) -> None:
    scope: dict[int, GuildScope] = {GUILD_ID: "all"}
    async with new_world(tmp_path, scope) as world:
        mine = world.survival.uuid
        other = world.sandbox.world.add_server(name="Theirs", owner="owner")
        world.services.access._guilds[PANEL_ID] = {GUILD_ID: frozenset({mine})}
        await world.advance(60)
        page = await run(world, "rules")
        assert "a change here is saved for each of them" in text(shown(page))
        await change_rule(world, page, RuleKind.DISK, {"Warning (%)": "70"})
        assert "Saved for 1 server." in text(shown(page))
        known = await changed(world)
        assert (set(known.of_one), known.of_all) == ({mine}, {})
        assert other.uuid not in known.of_one


# --- maintenance ---------------------------------------------------------------------------------------


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


async def test_where_nothing_is_chosen_a_menu_chooses_it(world: World) -> None:
    for command, empty, said in (
        ("channel", "No alert channel yet", "The test alert arrived in"),
        ("board", "No board", "The board appears in"),
    ):
        answer = await run(world, command)
        assert empty in text(shown(answer))
        await world.admin.select(shown(answer), [world.channel])
        assert said in text(shown(answer))


async def test_all_servers_take_the_right_on_all(world: World) -> None:
    quiet = await world.operator.slash(world.channel, "alerts maintenance", **{"for": "1 hour"})
    assert "**All servers** until" in text(shown(quiet))
    refused = await world.stranger.slash(world.channel, "alerts maintenance", **{"for": "1 hour"})
    assert "You don't have access to Quetzal here." in text(shown(refused))


# --- channel -------------------------------------------------------------------------------------------


async def test_choosing_a_channel_sends_a_test_and_tells_what_fires(world: World) -> None:
    alerts = world.guild.create_text_channel("alerts")
    role = world.guild.create_role("On call", mentionable=True)
    await begun(world, incident(world))

    answer = await run(world, "channel", channel=alerts, role=role)

    assert f"✅ The test alert arrived in <#{alerts.id}>." in text(shown(answer))
    assert "1 active alert will be posted there too." in text(shown(answer))
    assert "the last console lines to everyone who can read that channel" in text(shown(answer))
    assert f"Critical ones mention <@&{role.id}>" in text(shown(answer))
    test, firing = alerts.history()[-2:]
    assert test.embeds[0].title == "🔔 This is a test"
    assert firing.embeds[0].title == "🔴 Survival: memory at 93%"
    settings = await world.services.guild_settings.get(GUILD_ID, PANEL_ID)
    assert (settings.alerts_by, settings.alert_role_id) == (world.admin.id, role.id)


async def test_what_waited_for_a_closed_channel_comes_into_the_new_one(world: World) -> None:
    (alert,) = await begun(world, incident(world))
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    waiting = await notify(world, [alert])
    assert waiting.discord_id is None
    alerts = world.guild.create_text_channel("alerts")
    await run(world, "channel", channel=alerts)

    titles = [message.embeds[0].title for message in alerts.history()]
    assert sorted(titles, key=str) == ["🔔 This is a test", "🔴 Survival: memory at 93%"]


async def test_the_role_can_be_taken_away_and_a_silent_one_is_told(world: World) -> None:
    role = world.guild.create_role("Nobody hears", mentionable=False)
    silent = discord.PermissionOverwrite(mention_everyone=False)
    alerts = world.guild.create_text_channel("alerts", overwrites={world.guild.default_role: silent})
    answer = await run(world, "channel", channel=alerts, role=role)
    assert "⚠️ Quetzal can't mention that role" in text(shown(answer))
    assert "Mention nobody" in buttons(shown(answer))
    await world.admin.click(shown(answer), label="Mention nobody")
    assert "mention nobody" in text(shown(answer))


async def test_without_a_channel_it_says_so_and_everyone_is_no_role(world: World) -> None:
    assert "No alert channel yet" in text(shown(await run(world, "channel")))
    alerts = world.guild.create_text_channel("alerts")
    everyone = await run(world, "channel", channel=alerts, role=world.guild.default_role)
    assert "That role can't be mentioned." in text(shown(everyone))


async def test_names_of_servers_do_no_harm(world: World) -> None:
    evil = world.sandbox.world.add_server(name="@everyone ```x``` <@1>", owner="owner")
    crash = Annotations(exit_code=1, lines=("```\n@everyone", "\x1b[31mred"))
    _, message = await fired(world, incident(world, evil, rule=RuleKind.CRASH, value=1.0, facts=crash))
    shown_text = text(seen(world, message))
    assert "\x1b" not in shown_text
    assert "<@1>" not in shown_text
    listed = await run(world, "list")
    assert "<@1>" not in text(shown(listed))
    await world.admin.click(shown(listed), label="Open")
    assert "\x1b" not in text(shown(listed))
    assert "<@1>" not in text(shown(listed))
    assert message.kind is MessageKind.ALERT
