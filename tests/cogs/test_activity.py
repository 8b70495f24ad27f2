"""/activity: what people did on a server, in the panel and through Quetzal, in words and as a file."""

import csv
import io
from datetime import timedelta

import pytest
from simcord import InteractionResult, ResponseMessage

from bot.panel.models import Activity
from bot.ui.activity.sentences import panel_deed
from sandbox import Fault
from sandbox.model import Variable
from tests.contract.recordings import Exchange, recordings
from tests.support.console import run_command
from tests.support.messages import buttons, text
from tests.support.world import World, shown


async def asked(world: World, **typed: object) -> ResponseMessage:
    result = await world.admin.slash(world.channel, "activity list", server="Survival", **typed)
    await world.until(lambda: bool(text(shown(result))))
    return shown(result)


def happened(
    world: World, event: str, *, who: str | None = "owner", ago_h: float = 0, **properties: object
) -> None:
    """Let the panel log something."""
    panel = world.sandbox.world
    actor = None if who is None else panel.user(who)
    at = panel.now() - timedelta(hours=ago_h)
    panel.log(world.survival, event, properties, actor=actor, ip="203.0.113.7", at=at)


async def table(world: World, message: ResponseMessage) -> list[dict[str, str]]:
    """Read the file behind the button."""
    result = await world.admin.click(message, label="Save as file")
    (attachment,) = shown(result).attachments
    return [*csv.DictReader(io.StringIO((await attachment.read()).decode("utf-8-sig")))]


async def restarted(world: World) -> InteractionResult:
    question = await world.admin.slash(world.channel, "server power", action="restart", server="Survival")
    await world.admin.click(shown(question), label="Restart")
    await world.until(lambda: "was restarted" in text(shown(question)), within_s=400)
    return question


async def test_both_logs_stand_side_by_side_newest_first(world: World) -> None:
    happened(world, "server:file.write", who="maria", ago_h=2, file="/server.properties")
    await world.admin.slash(world.channel, "server rename", name="Survival", server="Survival")
    await world.advance(1)
    happened(world, "server:power.stop", who="maria")

    said = text(await asked(world))

    stopped = said.index("🖥️ **maria** stopped the server")
    renamed = said.index(f"🪶 ✅ <@{world.admin.id}> renamed `Survival`")
    wrote = said.index("🖥️ **maria** wrote `/server.properties`")
    assert stopped < renamed < wrote


async def test_what_quetzal_did_in_the_panel_is_marked_as_its_accounts(world: World) -> None:
    await restarted(world)

    said = text(await asked(world, event="power"))

    assert "🖥️ **owner** (Quetzal's account) restarted the server" in said
    assert f"🪶 ✅ <@{world.admin.id}> restarted **Survival**" in said


async def test_an_entry_without_an_account_is_the_panels(world: World) -> None:
    happened(world, "server:backup.complete", who=None, name="nightly")

    assert "🖥️ **The panel** finished the backup `nightly`" in text(await asked(world))


async def test_a_kind_of_event_can_be_chosen(world: World) -> None:
    happened(world, "server:power.stop")
    happened(world, "server.backup.restore-failed", name="old")
    happened(world, "server:backup.start", name="new")

    said = text(await asked(world, event="backups"))

    assert "couldn't restore the backup `old`" in said
    assert "started the backup `new`" in said
    assert "stopped" not in said


async def test_an_account_can_be_chosen_and_is_suggested(world: World) -> None:
    happened(world, "server:power.stop", who="maria")
    happened(world, "server:power.start", who="otto")
    await world.admin.slash(world.channel, "server rename", name="Survival", server="Survival")

    offered = await world.admin.autocomplete(world.channel, "activity list", "who", "MAR", server="Survival")
    said = text(await asked(world, who="MARIA"))

    assert [choice["value"] for choice in offered] == ["maria"]
    assert "**1 entry**" in said
    assert "**maria** stopped" in said


async def test_a_person_of_this_discord_server_can_be_chosen(world: World) -> None:
    happened(world, "server:power.stop", who="maria")
    await world.admin.slash(world.channel, "server rename", name="Survival", server="Survival")

    said = text(await asked(world, who=f"<@{world.admin.id}>"))

    assert "**1 entry**" in said
    assert "renamed" in said
    assert "entry" not in text(await asked(world, who=f"<@{world.operator.id}>"))


async def test_a_period_can_be_chosen(world: World) -> None:
    happened(world, "server:power.stop", ago_h=30)
    happened(world, "server:power.start", ago_h=2)

    assert "**1 entry**" in text(await asked(world, period="today"))
    assert "**2 entries**" in text(await asked(world, period="this week"))
    assert "No activity found" in text(await asked(world, period="the last hour"))


async def test_a_long_log_says_that_there_is_more_and_a_filter_finds_it(world: World) -> None:
    happened(world, "server:file.read", who="maria", ago_h=5, file="/old.txt")
    for number in range(250):
        happened(world, "server:file.read", who="otto", ago_h=1, file=f"/{number}.txt")

    answer = await asked(world)

    assert "**200 entries** · older ones exist" in text(answer)
    assert "read `/old.txt`" in text(await asked(world, who="maria"))
    assert buttons(answer) == ["▶", "Save as file"]
    assert "read `/10.txt`" in text(shown(await world.admin.click(answer, label="▶")))


async def test_the_file_holds_all_entries_and_no_formula(world: World) -> None:
    for number in range(12):
        happened(world, "server:file.write", who="=cmd()", file=f"/{number}.txt")

    rows = await table(world, await asked(world))

    assert len(rows) == 12
    assert rows[0]["who"] == "'=cmd()"
    assert rows[0]["event"] == "server:file.write"
    assert '"file": "/0.txt"' in rows[0]["details"]


async def test_values_that_may_be_secret_and_peoples_addresses_are_never_shown(world: World) -> None:
    world.survival.egg.variables.append(Variable("RCON", "RCON_PASSWORD", "hush-value"))
    happened(world, "server:startup.edit", variable="RCON_PASSWORD", old="old-value", new="new-value")
    happened(world, "server:task.create", name="nightly", action="command", payload="login task-value")
    happened(
        world, "server:subuser.create", email="maria.musterfrau@example.com", permissions=["control.start"]
    )
    happened(world, "server:console.command", command="login --password console-value")

    answer = await asked(world)
    rows = await table(world, answer)

    everything = text(answer) + str(rows)
    assert "changed the startup variable `RCON_PASSWORD`" in everything
    assert "gave `m…@example.com` access" in everything
    for secret in ("old-value", "new-value", "task-value", "console-value", "musterfrau", "203.0.113.7"):
        assert secret not in everything


async def test_only_admins_read_what_was_typed_into_the_console(world: World) -> None:
    happened(world, "server:console.command", who="maria", command="say hello")
    await run_command(world, world.admin, "say from Quetzal")

    as_admin = text(await asked(world))
    result = await world.operator.slash(world.channel, "activity list", server="Survival")
    as_operator = text(shown(result))

    assert "**maria** ran `say hello` in the console" in as_admin
    assert "say from Quetzal" in as_admin
    assert "**maria** ran a console command" in as_operator
    assert "say" not in as_operator


async def test_a_viewer_may_not_see_it(world: World) -> None:
    result = await world.stranger.slash(world.channel, "activity list", server="Survival")

    assert "don't have access" in text(shown(result))


async def test_names_from_the_panel_have_no_effect(world: World) -> None:
    happened(world, "server:schedule.create", who="**@everyone**", name="`@here` [x](https://evil.example)")

    said = text(await asked(world))

    assert "**\\*\\*@\u200beveryone\\*\\***" in said
    assert "`` `@here` [x](https://evil.example) ``" in said


async def test_an_account_that_may_not_read_the_log_gets_the_reason(world: World) -> None:
    shared = world.sandbox.world.add_server(name="Shared", owner="admin")
    world.sandbox.world.add_subuser(shared, "owner", ["control.console"])
    await world.advance(10)

    said = text(shown(await world.admin.slash(world.channel, "activity list", server="Shared")))

    assert "has no permission for that" in said


async def test_a_panel_that_is_down_can_be_asked_again(world: World) -> None:
    happened(world, "server:power.stop")
    world.sandbox.faults.add(Fault.status(502, html=True))

    answer = await asked(world)
    world.sandbox.faults.clear()
    await world.advance(61)

    assert "Couldn't reach the panel" in text(answer)
    assert "📜 Activity" in text(shown(await world.admin.click(answer, label="Retry")))


def recorded_rows() -> list[Activity]:
    """Collect one entry of each kind of event that real panels logged."""
    bodies = (recording.answer for recording in recordings().values() if isinstance(recording, Exchange))
    lists = (body["data"] for body in bodies if isinstance(body, dict) and isinstance(body.get("data"), list))
    rows = (row["attributes"] for entries in lists for row in entries if isinstance(row, dict))
    return [*{row["event"]: Activity(**row) for row in rows if "is_api" in row}.values()]


@pytest.mark.parametrize("row", recorded_rows(), ids=lambda row: row.event)
def test_every_event_that_a_panel_was_seen_to_log_has_a_sentence(row: Activity) -> None:
    said = panel_deed(row)

    assert "something" not in said
    assert row.event.partition(":")[2].replace(".", " ") != said


@pytest.mark.parametrize(
    ("event", "properties", "said"),
    [
        (
            "server:file.delete",
            {"directory": "/", "files": ["a", "b", "c"]},
            "deleted `/a`, `/b` and 1 more file",
        ),
        (
            "server:file.rename",
            {"directory": "/x", "files": [{"from": "a", "to": "b"}]},
            "renamed `/x/a → /x/b`",
        ),
        ("server:sftp.write", {"files": ["/a.txt"]}, "wrote `/a.txt` by SFTP"),
        ("server:file.delete", {"files": None}, "deleted files"),
        ("server:brand-new.thing", {"x": 1}, "brand new thing"),
        ("server:settings.rename", {"old": None}, "renamed the server from something to something"),
        ("plugin", {}, "plugin"),
        ("server:file.delete", {"files": {"0": "a", "2": "b"}}, "deleted `/a`, `/b`"),
        ("server:file.rename", {"directory": "/x", "files": [{"from": "a"}]}, "renamed `/x/a`"),
    ],
)
def test_odd_events_are_described_as_well_as_they_can_be(
    event: str, properties: dict[str, object], said: str
) -> None:
    row = Activity.model_validate(
        {"id": "1", "event": event, "properties": properties, "timestamp": "2026-11-27T12:00:00Z"}
    )

    assert panel_deed(row) == said
