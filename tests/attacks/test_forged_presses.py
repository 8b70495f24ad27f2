"""Presses, choices and forms with ids that are forged, or replayed from elsewhere.

Discord's documentation (Receiving and Responding) promises that an interaction comes from Discord, and not
that its custom id stands on a message of this channel, or that a value was offered. Everything that answers a
press is found by itself: a new persistent button needs a line in IDS, and a new view or form none, since all
of them leave the check to their base.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from simcord import ChannelHandle, MemberActor, ResponseMessage, UserHandle

from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
from bot.domain.audit import AuditFilter
from bot.domain.idle import IdleRule
from bot.domain.levels import Level
from bot.domain.notifications import Board
from bot.domain.observation import ServerKey
from bot.storage.repositories import audit, backup_copies, boards, idle_rules
from bot.ui.alerts.board_button import BoardServerButton
from bot.ui.alerts.buttons import AcknowledgeButton, DetailsButton, SilenceButton
from bot.ui.alerts.fix_button import FixButton
from bot.ui.alerts.power_button import PowerButton
from bot.ui.backups.copy_reports import ShowCopyButton
from bot.ui.jobs.abort_button import AbortButton
from bot.ui.jobs.idle_flow import IdleStartButton
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.expired import OpenPageButton
from bot.ui.kit.late_result import LateResults, Result, ShowResult
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseModal, BaseView
from bot.ui.players.whitelist_buttons import ApproveButton, RefuseButton, RequestWhitelistButton
from bot.ui.servers.console_buttons import CloseButton, FilterButton, SaveButton, SendButton, StopButton
from bot.ui.servers.open_consoles import Consoles
from bot.ui.setup.welcome import SetUpButton
from tests.access_matrix.components import classes_below
from tests.attacks.forging import forge, forge_press
from tests.support.alerts import edit_rule, fired, incident, seen
from tests.support.copies import copy_of
from tests.support.grants import grant
from tests.support.jobs_begun import restart_begun
from tests.support.live_console import open_console
from tests.support.messages import menus, nodes, text
from tests.support.whitelist import requested, takes_requests, turn_off
from tests.support.world import FOREIGN_GUILD_ID, GUILD_ID, World, new_world, shown

REFUSALS = (
    "that takes viewer access.",
    "You don't have access to Quetzal here.",
    " access on that server; you have ",
    " access for all servers here; you have ",
    " access; you have ",
    "You don't have access to the servers of this alert.",
    "That alert no longer exists.",
    "That result is no longer kept",
    "This has ended.",
    "That board no longer exists.",
    "That job no longer exists.",
    "That copy is no longer known.",
    "That server wasn't stopped because it was empty",
    "That whitelist request no longer exists.",
    "This server doesn't take whitelist requests at the moment.",
    "This button belongs to another Discord server.",
)
pytestmark = pytest.mark.shows("Ready", "what came out")
SECRETS = ("Survival", "falcon", "out of memory", "what came out")


@dataclass(frozen=True)
class Scene:
    """An alert of the server `Survival`, and a late result about it."""

    world: World
    number: int
    message: ResponseMessage
    key: str
    console: str
    job: int
    request: str
    copy: int

    async def trace(self) -> tuple[int, int, int]:
        """Count what was changed on the panel, what was done, and what was sent."""
        changes = sum(entry.method != "GET" for entry in self.world.sandbox.requests)
        acts = 0
        async with self.world.services.store.read() as conn:
            for guild_id in (GUILD_ID, FOREIGN_GUILD_ID):
                refused = await audit.count(conn, AuditFilter(guild_id, action="access.refused"))
                acts += await audit.count(conn, AuditFilter(guild_id)) - refused
        return changes, acts, len(self.world.channel.history())


IDS: Mapping[type[BaseDynamicItem], Callable[[Scene], str]] = {
    AcknowledgeButton: lambda scene: f"alert:ack:{scene.number}",
    SilenceButton: lambda scene: f"alert:snooze:{scene.number}",
    PowerButton: lambda scene: f"alert:power:{scene.number}:Restart:{scene.world.survival.uuid}",
    FixButton: lambda scene: f"alert:fix:{scene.number}:eula:{scene.world.survival.uuid}",
    DetailsButton: lambda scene: f"alert:details:{scene.number}",
    BoardServerButton: lambda scene: f"board:server:main:{scene.world.survival.uuid}",
    SetUpButton: lambda _: f"setup:begin:{GUILD_ID}",
    ShowResult: lambda scene: f"later:{scene.key}",
    SendButton: lambda scene: f"console:send:{scene.console}",
    FilterButton: lambda scene: f"console:filter:{scene.console}",
    SaveButton: lambda scene: f"console:save:{scene.console}",
    CloseButton: lambda scene: f"console:close:{scene.console}",
    StopButton: lambda scene: f"console:stop:{scene.console}",
    AbortButton: lambda scene: f"job:abort:restart:{scene.job}",
    IdleStartButton: lambda scene: f"idle:start:main:{scene.world.survival.uuid}",
    RequestWhitelistButton: lambda _: "whitelist:request:main",
    ApproveButton: lambda scene: f"whitelist:approve:{scene.request}",
    RefuseButton: lambda scene: f"whitelist:refuse:{scene.request}",
    ShowCopyButton: lambda scene: f"copy:show:{scene.copy}",
    OpenPageButton: lambda scene: f"open:files:main:{scene.world.survival.uuid}",
}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with new_world(tmp_path, {GUILD_ID: "all", FOREIGN_GUILD_ID: "all"}) as world:
        crash = incident(
            world, rule=RuleKind.CRASH, value=1.0, facts=Annotations(gave_up=True, offer="eula:")
        )
        _, message = await fired(world, crash)

        async def show(interaction: Interaction) -> None:
            await respond(interaction, card=theme.card("Ready", "what came out"))

        target = await world.services.directory.find("main", world.survival.uuid)
        assert target is not None
        result = Result(GUILD_ID, AccessCheck(Level.OPERATOR, target), show)
        key = world.bot.shared(LateResults).keep(result)
        now = world.services.clock.now()
        board = Board(GUILD_ID, "main", world.channel.id, world.admin.id, now, "1")
        await world.services.store.write(lambda conn: boards.put(conn, board))
        await open_console(world, world.admin)
        (console,) = world.bot.shared(Consoles)._open
        job = await restart_begun(world)
        request = await whitelist_request(world)
        kept = copy_of(ServerKey("main", world.survival.uuid), "what came out", now)
        copy = await world.services.store.write(lambda conn: backup_copies.create(conn, kept))
        yield Scene(world, message.id, seen(world, message), key, console, job.id, request, copy)


async def whitelist_request(world: World) -> str:
    """Let somebody have asked while the server took requests, which it does no longer; return the number."""
    message = await requested(world)
    await turn_off(world)
    (number,) = [
        button["custom_id"].rpartition(":")[2]
        for button in nodes(message)
        if button.get("label") == "Approve"
    ]
    return str(number)


Place = tuple[MemberActor | UserHandle, ChannelHandle]
Attacker = Callable[[World], Awaitable[Place]]


async def nobody(world: World) -> Place:
    return world.stranger, world.channel


async def admin_of_another_server(world: World) -> Place:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="running")
    await world.advance(60)
    await grant(world, world.stranger.id, Level.ADMIN, lobby.uuid)
    return world.stranger, world.channel


async def admin_elsewhere(world: World) -> Place:
    return world.foreign_admin, world.foreign_channel


async def admin_in_private(world: World) -> Place:
    user = world.env.create_user("dora")
    world.guild.add_member(user)
    await grant(world, user.id, Level.ADMIN)
    return user, ChannelHandle(world.env, None, world.env.backend.get_dm_channel(user.id))


ATTACKERS = (nobody, admin_of_another_server, admin_elsewhere, admin_in_private)


def test_every_persistent_button_is_forged() -> None:
    assert set(IDS) == {item for item in classes_below(BaseDynamicItem) if not item.__subclasses__()}


@pytest.mark.parametrize(
    "attacker",
    [
        pytest.param(attacker, id=attacker.__name__, marks=() if attacker is nobody else pytest.mark.sweep)
        for attacker in ATTACKERS
    ],
)
async def test_a_persistent_button_does_and_shows_nothing(attacker: Attacker, scene: Scene) -> None:
    who, channel = await attacker(scene.world)
    before = await scene.trace()
    for item, make in IDS.items():
        if item is OpenPageButton and attacker is admin_elsewhere:
            continue  # both Discord servers see the server, so `/files list` shows the same there
        answer = shown(await forge_press(who, channel, scene.message, make(scene)))
        said = text(answer)
        assert answer.ephemeral, item
        assert any(refusal in said for refusal in REFUSALS), (item, said)
        assert not [word for word in SECRETS if word in said], (item, said)
    assert await scene.trace() == before


async def test_whoever_may_is_let_through_by_the_same_presses(scene: Scene) -> None:
    world, now = scene.world, scene.world.services.clock.now()
    rule = IdleRule("main", world.survival.uuid, GUILD_ID, 600, world.channel.id, world.admin.id, now, now)
    await world.services.store.write(lambda conn: idle_rules.put(conn, rule))
    await takes_requests(world)
    for item, make in IDS.items():
        answer = await forge_press(world.admin, world.channel, scene.message, make(scene))
        said = text(shown(answer)) if answer.modal is None else ""
        assert not [refusal for refusal in REFUSALS if refusal in said], (item, said)


NUMBERS = ("0", "7777", "9" * 18, "9" * 60, "\u0661", "-1", "1e3", "")


@pytest.mark.sweep
async def test_numbers_that_no_button_has_are_answered_in_a_sentence(scene: Scene) -> None:
    world, before = scene.world, await scene.trace()
    for make in IDS.values():
        usual = make(scene)
        for number in NUMBERS:
            forged = usual.replace(f":{scene.number}", f":{number}", 1).replace(scene.key, number)
            forged = forged.replace(scene.console, number)
            if forged.startswith("whitelist:"):
                forged = f"{forged.rpartition(':')[0]}:{number}"
            answer = shown(await forge_press(world.admin, world.channel, scene.message, forged[:100]))
            assert "went wrong" not in text(answer), (forged, text(answer))
    assert (await scene.trace())[0] == before[0]


# --- views and forms, which belong to whoever opened them ------------------------------------------------


def test_every_view_and_form_leaves_the_check_to_its_base() -> None:
    checks = ("interaction_check", "_scheduled_task", "_refresh", "callback", "from_custom_id")
    bases = (BaseView, BaseModal, BaseDynamicItem)
    own = [
        f"{cls.__qualname__}.{name}"
        for base in bases
        for cls in classes_below(base)
        for name in checks
        if name in vars(cls)
    ]
    assert own == []


@pytest.fixture
async def both(scene: Scene) -> tuple[MemberActor, MemberActor]:
    """Somebody who is an administrator of both Discord servers, as a member of each."""
    world = scene.world
    user = world.env.create_user("bea")
    chief = world.foreign_guild.roles["Chief"]
    here, second_guild = world.guild.add_member(user), world.foreign_guild.add_member(user, roles=[chief])
    await grant(world, user.id, Level.ADMIN)
    return here, second_guild


async def refusals(world: World, guild_id: int) -> list[tuple[int, object]]:
    wanted = AuditFilter(guild_id, action="access.refused")
    page = await world.services.audit.page(wanted, size=100)
    return [(act.user_id, act.facts["why"]) for act in page.acts]


async def test_a_view_is_pressed_by_its_opener_where_it_was_opened_only(
    scene: Scene, both: tuple[MemberActor, MemberActor]
) -> None:
    world, (here, second_guild) = scene.world, both
    asked = await here.slash(world.channel, "server power", action="stop", server="Survival")
    button = next(item for item in nodes(shown(asked)) if item.get("label") == "Stop")
    before = await scene.trace()
    for who, channel in ((world.admin, world.channel), (second_guild, world.foreign_channel)):
        answer = shown(await forge_press(who, channel, shown(asked), button["custom_id"]))
        assert "These buttons belong to someone else." in text(answer)
        assert answer.ephemeral
    assert await scene.trace() == before
    assert await refusals(world, GUILD_ID) == [(world.admin.id, "The buttons belong to someone else.")]
    assert await refusals(world, FOREIGN_GUILD_ID) == [
        (second_guild.id, "The buttons belong to someone else.")
    ]
    assert "Stopping Survival" in text(shown(await here.click(shown(asked), label="Stop")))


async def test_a_form_is_sent_off_by_its_opener_where_it_was_opened_only(
    scene: Scene, both: tuple[MemberActor, MemberActor]
) -> None:
    world, (here, second_guild) = scene.world, both
    page = await here.slash(world.channel, "alerts rules", server="Survival")
    form = await edit_rule(here, page, RuleKind.DISK)
    before = await scene.trace()
    assert form.modal is not None
    warning, *_, switch = (row["component"] for row in form.modal["components"])
    on = switch["options"][0]["value"]
    filled = {warning["custom_id"]: "70", switch["custom_id"]: [on]}
    answer = await forge(second_guild, world.foreign_channel, form, filled)
    assert "This form belongs to someone else. Nothing was changed." in text(shown(answer))
    assert await scene.trace() == before

    # The owner's own client lets nobody type more than ten characters, nor choose a third thing.
    for forged in ({warning["custom_id"]: "7" * 11}, {switch["custom_id"]: ["neither"]}):
        answer = await forge(here, world.channel, form, filled, instead=forged)
        assert "Invalid input" in text(shown(answer))
    assert await scene.trace() == before
    assert "✅" in text(shown(await here.submit_modal(form, filled)))


@pytest.mark.sweep
async def test_a_menu_takes_what_it_offers_only(scene: Scene) -> None:
    world = scene.world
    page = await world.admin.slash(world.channel, "alerts rules", server="Survival")
    before = await scene.trace()
    for menu in menus(page):
        for values in (["-1"], ["999"], ["x" * 200], [], ["cpu", "memory"], ["memory", "memory"]):
            answer = await forge_press(world.admin, world.channel, shown(page), menu, values)
            assert answer.modal is None
            assert "That isn't one of the choices you were offered." in text(shown(answer)), values
    assert await scene.trace() == before
