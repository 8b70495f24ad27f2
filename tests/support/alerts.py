"""Alerts as the evaluator stores them, for tests of what people then see and do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from simcord import InteractionResult, MemberActor, ResponseMessage
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.i18n import english
from bot.domain.alerts import AlertState, Phase, RuleKind, Severity
from bot.domain.alerts.wording import rule_name
from bot.domain.annotations import Annotations, annotations
from bot.domain.incidents import Incident, Subject
from bot.domain.notifications import Message, MessageKind
from bot.domain.observation import ServerKey
from bot.storage.repositories import alert_rules, alerts, notifications, outbox
from bot.storage.repositories.alert_rules import Changed
from bot.storage.repositories.alerts import StoredAlertState
from bot.ui.kit.text import first_up
from sandbox.model import GameServer
from tests.support.messages import button_beside, text
from tests.support.world import GUILD_ID, World, shown

PANEL_ID = "main"


async def run(world: World, command: str, **options: object) -> InteractionResult:
    """Run a command as the admin."""
    return await world.admin.slash(world.channel, f"alerts {command}", **options)


def incident(
    world: World,
    server: GameServer | None = None,
    *,
    rule: RuleKind = RuleKind.MEMORY,
    level: Severity = Severity.CRITICAL,
    value: float | None = 93.0,
    facts: Annotations | None = None,
) -> Incident:
    """Make one that began ten minutes ago and is not in the store yet."""
    server = server or world.survival
    return Incident(
        0,
        Subject.server(ServerKey(PANEL_ID, server.uuid)),
        rule,
        server.name,
        server.node.name,
        level,
        level,
        world.services.clock.now() - timedelta(minutes=10),
        value=value,
        peak=value,
        evidence=annotations(facts or Annotations(memory_limit_bytes=4 * 1024**3)),
    )


async def begun(world: World, *new: Incident) -> list[Incident]:
    """Write incidents down, and the state of their rules."""

    async def change(conn: AsyncConnection) -> list[Incident]:
        made = []
        for alert in new:
            kept = await alerts.begin(conn, alert)
            state = AlertState(
                Phase.FIRING,
                alert.level,
                alert.fired_at,
                value=alert.value,
                peak=alert.peak,
                notified_level=alert.level,
                last_notified_at=alert.fired_at,
            )
            stored = {(alert.subject.about, alert.rule): StoredAlertState(state, kept.id)}
            await alerts.put_states(conn, alert.subject.panel_id, stored)
            made.append(kept)
        return made

    return await world.services.store.write(change)


async def notify(
    world: World,
    incidents: Sequence[Incident],
    *,
    kind: MessageKind = MessageKind.ALERT,
    loud: bool = False,
    reply_to: int | None = None,
    channel_id: int | None = None,
) -> Message:
    """Send one message about incidents, and wait until whatever can be sent is sent."""

    async def change(conn: AsyncConnection) -> Message:
        return await outbox.post(
            conn,
            guild_id=GUILD_ID,
            panel_id=PANEL_ID,
            channel_id=channel_id or world.channel.id,
            kind=kind,
            group_key="test",
            incident_ids=[alert.id for alert in incidents],
            now=world.services.clock.now(),
            mentions_role=loud,
            reply_to=reply_to,
        )

    message = await world.services.store.write(change)
    await sent(world)
    return await now(world, message)


async def fired(world: World, *new: Incident, loud: bool = False) -> tuple[list[Incident], Message]:
    """Let alerts fire, and send one message about them."""
    made = await begun(world, *(new or (incident(world),)))
    return made, await notify(world, made, loud=loud)


async def over(world: World, *ended: Incident) -> None:
    """Let incidents end, with what that changes in their messages."""
    at = world.services.clock.now()

    async def change(conn: AsyncConnection) -> None:
        for alert in await alerts.get(conn, [each.id for each in ended]):
            await alerts.put(conn, replace(alert, ended_at=at, value=40.0))
            stored = {(alert.subject.about, alert.rule): StoredAlertState()}
            await alerts.put_states(conn, alert.subject.panel_id, stored)
            for message in await notifications.of_incident(conn, alert.id):
                await outbox.touch(conn, message.id, at)

    await world.services.store.write(change)
    await sent(world)


async def sent(world: World) -> None:
    """Wait until everything that can be sent now is sent."""
    world.services.dispatcher.wake()
    await world.services.dispatcher.idle()
    await world.env.settle()


async def touched(world: World, message: Message) -> None:
    """Let a message show its incidents as they are now."""
    at = world.services.clock.now()
    await world.services.store.write(lambda conn: outbox.touch(conn, message.id, at))
    await sent(world)


async def now(world: World, message: Message) -> Message:
    """Read a message as the store has it."""
    async with world.services.store.read() as conn:
        result = await notifications.get(conn, message.id)
    assert result is not None
    return result


def seen(world: World, message: Message) -> ResponseMessage:
    """Give what Discord shows of it."""
    assert message.discord_id is not None, f"not delivered: {message}"
    return shown_by(world, message.channel_id, message.discord_id)


def shown_by(world: World, channel_id: int, discord_id: int) -> ResponseMessage:
    """Give a message of a channel as it is now."""
    return ResponseMessage(world.env, world.env.backend.get_message(channel_id, discord_id))


async def changed(world: World) -> Changed:
    async with world.services.store.read() as conn:
        return await alert_rules.changed(conn, PANEL_ID)


async def edit_rule(who: MemberActor, page: InteractionResult, rule: RuleKind) -> InteractionResult:
    """Press Edit beside a rule, wherever in the pages it is."""
    title = f"**{first_up(english(rule_name(rule)))}**"
    while title not in text(shown(page)):
        await who.click(shown(page), label="▶")
    return await who.click(shown(page), custom_id=button_beside(shown(page), title))
