"""/alerts: lists, history, acknowledging, silencing and notes."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.alerts import RuleKind, Severity
from bot.domain.annotations import Annotations
from bot.domain.date_words import tomorrow_morning
from bot.domain.levels import Actor
from bot.domain.notifications import MessageKind
from tests.support.alerts import begun, fired, incident, over, run, seen, sent
from tests.support.forms import submit
from tests.support.messages import buttons, menus, options, text
from tests.support.world import GUILD_ID, World, shown


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


async def test_the_list_marks_what_is_acknowledged_and_what_is_silenced(world: World) -> None:
    await begun(world, incident(world, rule=RuleKind.CPU, value=95.0))
    opened = await world.admin.click(shown(await run(world, "list")), label="Open")
    await world.admin.click(shown(opened), label="Acknowledge")
    await world.admin.click(shown(opened), label="Silence")
    await world.admin.click(shown(opened), label="1 hour")
    assert "**Survival** 👀 💤" in text(shown(await run(world, "list")))

    await world.advance(3700)
    assert "**Survival** 👀\n" in text(shown(await run(world, "list")))


async def test_nothing_fires_and_nothing_was_say_what_to_do_next(world: World) -> None:
    assert "`/alerts rules`" in text(shown(await run(world, "list")))
    assert "`/alerts rules`" in text(shown(await run(world, "history")))
    assert "No alert is active." in text(shown(await run(world, "ack")))


async def test_an_alert_opens_from_the_list(world: World) -> None:
    await begun(world, incident(world))
    listed = await run(world, "list", server="Survival")
    await world.admin.click(shown(listed), label="Open")
    assert "🔴 Survival: memory at 93%" in text(shown(listed))
    assert "💡 See what grows: `/server performance`." in text(shown(listed))
    assert buttons(shown(listed)) == ["Restart", "Acknowledge", "Silence", "Note", "Status", "◀ Alerts"]
    await world.admin.click(shown(listed), label="◀ Alerts")
    assert "🔴 1 active alert" in text(shown(listed))


async def test_an_opened_alert_is_acknowledged_silenced_and_noted_in_place(world: World) -> None:
    await begun(world, incident(world))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Open")
    await world.admin.click(shown(listed), label="Acknowledge")
    assert f"👀 Acknowledged by <@{world.admin.id}>" in text(shown(listed))
    assert "Acknowledge" not in buttons(shown(listed))
    await world.admin.click(shown(listed), label="Silence")
    await world.admin.click(shown(listed), label="1 hour")
    assert "💤 Silenced until" in text(shown(listed))
    await world.admin.click(shown(listed), label="Silence")
    await world.admin.click(shown(listed), label="End silence")
    assert "💤" not in text(shown(listed))
    form = await world.admin.click(shown(listed), label="Note")
    await submit(world.admin, form, "a *big* map")
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
    await world.admin.click(shown(listed), label="Past alerts")
    assert "1 alert in the last 7 days" in text(shown(listed))


async def test_without_past_alerts_a_longer_period_is_one_tap(world: World) -> None:
    old = replace(incident(world), fired_at=world.services.clock.now() - timedelta(days=3))
    await over(world, *await begun(world, old))
    listed = await run(world, "history", period="24 hours")
    assert buttons(shown(listed)) == ["7 days", "30 days", "90 days"]
    await world.admin.click(shown(listed), label="7 days")
    assert "1 alert in the last 7 days" in text(shown(listed))


async def test_a_crash_that_is_opened_offers_its_fix_beside_the_advice(world: World) -> None:
    facts = Annotations(gave_up=True, offer="eula:", lines=("You need to agree to the EULA",))
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


async def test_silencing_by_command(world: World) -> None:
    await begun(world, incident(world))
    assert "Silenced **Survival**" in text(shown(await run(world, "silence", **{"for": "1 hour"})))
    tomorrow = await run(world, "silence", **{"for": "until tomorrow"})
    morning = tomorrow_morning(world.services.clock.now())
    assert f"until <t:{int(morning.timestamp())}:f>" in text(shown(tomorrow))
    ended = await run(world, "silence", **{"for": "end silence"})
    assert "notifications about **Survival** (memory) are on again" in text(shown(ended))


async def test_several_alerts_are_never_guessed_among(world: World) -> None:
    await begun(world, incident(world), incident(world, rule=RuleKind.CPU, value=95.0))
    asked = await run(world, "ack")
    assert "Which alert?" in text(shown(asked))
    assert options(shown(asked)) == ["Survival", "Survival"]
    chosen = await world.admin.select(shown(asked), ["1"], custom_id=menus(asked)[0])
    assert "Acknowledged **Survival**" in text(shown(asked)), chosen
    assert "No alert matches." in text(shown(await run(world, "ack", alert="9" * 40)))
    everything = await run(world, "silence", **{"for": "1 hour"})
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
