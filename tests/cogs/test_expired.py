"""A message whose buttons have expired, by time or by a restart of the bot, offers one to its page."""

import pytest
from simcord import InteractionResult

from bot.domain.levels import Level
from bot.ui.kit.place import PAGE_WORDS
from bot.ui.kit.server_hub import HubPage, ServerHub
from tests.attacks.forging import forge_press
from tests.support.backups import content
from tests.support.file_changes import furnish
from tests.support.forms import submit
from tests.support.grants import grant
from tests.support.messages import buttons, text
from tests.support.panel_requests import count_requests
from tests.support.world import World, shown

EXPIRES_S = 301.0


async def status(world: World, **options: object) -> InteractionResult:
    return await world.admin.slash(world.channel, "server status", server="Survival", **options)


async def test_after_a_restart_the_page_is_one_tap_away_and_nothing_else_happens(world: World) -> None:
    report = await status(world)
    await world.restart()
    answer = await world.admin.click(shown(report), label="Stop")
    assert "Quetzal was restarted since this message, so this did nothing." in text(shown(answer))
    assert shown(answer).ephemeral
    assert buttons(shown(answer)) == ["Open status"]
    assert count_requests(world, "/power") == 0

    await world.admin.click(shown(answer), label="Open status")
    assert "🟢 Survival" in text(shown(answer))
    assert "Refresh" in buttons(shown(answer))


async def test_the_button_works_after_another_restart(world: World) -> None:
    report = await status(world)
    await world.restart()
    answer = await world.admin.click(shown(report), label="Refresh")
    await world.restart()
    await world.admin.click(shown(answer), label="Open status")
    assert "🟢 Survival" in text(shown(answer))


@pytest.mark.parametrize(
    ("command", "press", "leads_to"),
    [
        ("backup list", "Create", "Open backups"),
        ("schedule list", "Create", "Open schedules"),
        ("server health", "Check again", "Open health"),
        ("server performance", "6h", "Open performance"),
        ("database list", "Create", "Open databases"),
        ("players list", "Refresh", "Open players"),
        ("network list", "Refresh", "Open addresses"),
    ],
)
async def test_it_leads_to_the_page_that_the_command_showed(
    world: World, command: str, press: str, leads_to: str
) -> None:
    world.survival.feature_limits.backups = 5
    world.survival.feature_limits.databases = 5
    page = await world.admin.slash(world.channel, command, server="Survival")
    offered = buttons(shown(page))
    await world.restart()
    answer = await world.admin.click(shown(page), label=press if press in offered else offered[0])
    assert buttons(shown(answer)) == [leads_to]
    await world.admin.click(shown(answer), label=leads_to)
    assert "restarted since" not in text(shown(answer))
    assert world.survival.backups == []


async def test_it_leads_to_the_page_that_was_opened_last(world: World) -> None:
    report = await status(world)
    await world.admin.click(shown(report), label="Files")
    await world.restart()
    answer = await world.admin.click(shown(report), label="◀ Status")
    assert buttons(shown(answer)) == ["Open files"]


async def test_what_is_about_several_servers_names_its_command(world: World) -> None:
    listed = await world.admin.slash(world.channel, "server list")
    await world.restart()
    answer = shown(await world.admin.click(shown(listed), label="Refresh"))
    assert "Run `/server list` again." in text(answer)
    assert "</server list:" in str(answer.components)
    assert buttons(answer) == []


async def test_when_the_time_is_over_the_page_is_opened_in_its_place(world: World) -> None:
    report = await status(world)
    await world.advance(EXPIRES_S)
    assert buttons(shown(report)) == ["Open status"]
    before = len(report.followups)
    await world.admin.click(shown(report), label="Open status")
    assert "Refresh" in buttons(shown(report))
    assert len(report.followups) == before


async def test_what_expired_in_public_is_opened_privately(world: World) -> None:
    report = await status(world, public=True)
    await world.advance(EXPIRES_S)
    message = shown(report)
    opened = shown(await world.operator.click(message, label="Open status"))
    assert opened.ephemeral
    assert "🟢 Survival" in text(opened)
    assert buttons(message) == ["Open status"]

    refused = shown(await world.stranger.click(message, label="Open status"))
    assert refused.ephemeral
    assert "You don't have access to Quetzal here." in text(refused)


async def test_nobody_is_offered_what_they_may_not_open(world: World) -> None:
    page = await world.admin.slash(world.channel, "backup list", server="Survival", public=True)
    await world.restart()
    message = shown(page)
    answer = shown(await world.stranger.click(message, label="Schedule"))
    assert "restarted since this message" in text(answer)
    assert buttons(answer) == []


async def test_the_level_of_the_page_is_checked_at_the_press(world: World) -> None:
    await grant(world, world.stranger.id, Level.OPERATOR)
    folder = await world.stranger.slash(world.channel, "files list", server="Survival", path="/")
    await world.advance(EXPIRES_S)
    await grant(world, world.stranger.id, Level.VIEWER)
    refused = shown(await world.stranger.click(shown(folder), label="Open files"))
    assert "You need operator access on that server" in text(refused)


async def test_an_expired_question_changes_nothing_and_leads_on(world: World) -> None:
    furnish(world)
    asked = await world.admin.slash(
        world.channel, "files set", server="Survival", path="/server.properties", key="max-players=30"
    )
    await world.advance(601)
    assert "This prompt has expired. Nothing was changed." in text(shown(asked))
    assert buttons(shown(asked)) == ["Open files"]
    await world.admin.click(shown(asked), label="Open files")
    assert "server.properties" in text(shown(asked))
    assert b"max-players=30" not in content(world, "/server.properties")


async def test_a_form_that_outlived_a_restart_gives_back_its_text_and_leads_on(world: World) -> None:
    world.survival.feature_limits.backups = 5
    page = await world.admin.slash(world.channel, "backup schedule", server="Survival")
    form = await world.admin.click(shown(page), label="Custom…")
    await world.restart()
    answer = shown(await submit(world.admin, form, "30 */12 * * *"))
    assert "What you typed is in this file." in text(answer)
    assert [file.filename for file in answer.attachments] == ["what-you-typed.txt"]
    assert buttons(answer) == ["Open backups"]


async def test_a_server_that_is_gone_is_said(world: World) -> None:
    doomed = world.sandbox.world.add_server(name="Doomed", owner="owner", state="offline")
    await world.advance(10)
    report = await world.admin.slash(world.channel, "server status", server="Doomed")
    await world.advance(EXPIRES_S)
    world.sandbox.world.servers.pop(doomed.uuid)
    await world.advance(600)
    said = shown(await world.admin.click(shown(report), label="Open status"))
    assert "is no longer on its panel" in text(said)


async def test_a_lasting_button_of_a_server_that_is_gone_leads_to_the_list(world: World) -> None:
    report = shown(await status(world, public=True))
    custom_id = "idle:start:main:00000000-0000-0000-0000-000000000000"
    answer = shown(await forge_press(world.admin, world.channel, report, custom_id))
    assert "That server is no longer on its panel." in text(answer)
    assert "/server list" in text(answer)
    assert "Correct it" not in text(answer)


async def test_forged_places_open_nothing(world: World, subtests: pytest.Subtests) -> None:
    report = shown(await status(world, public=True))
    for custom_id in (
        "open:status:main:00000000-0000-0000-0000-000000000000",
        "open:status:other:" + world.survival.uuid,
        "open:back_up:main:" + world.survival.uuid,
        "open:status:main:" + "x" * 51,
    ):
        with subtests.test(custom_id):
            answer = shown(await forge_press(world.stranger, world.channel, report, custom_id))
            assert "Survival" not in text(answer)
    assert world.survival.backups == []


def test_each_page_that_is_opened_again_is_in_the_hub(world: World) -> None:
    hub = world.bot.shared(ServerHub)
    for page in PAGE_WORDS:
        hub.get(HubPage[page.upper()])
    assert {page.name.lower() for page in HubPage} - set(PAGE_WORDS) == {"back_up"}
