"""The alert channel of a guild: choosing one sends active alerts and waiting messages there at once."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.guild_settings import GuildSettings
from bot.domain.levels import Actor, Level
from bot.domain.notifications import Delivery, Message, MessageKind
from bot.services.access import Authorizer, GuildSettingsService, Rights, WholePanel
from bot.services.alerts.visibility import visible
from bot.services.servers import ServerDirectory
from bot.storage import Store
from bot.storage.repositories import alerts, closed_channels, notifications, outbox, outbox_reroute

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

TEST, NOW = "test", "now"
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """The result of a choice: the queued test message, and how many active alerts were queued."""

    settings: GuildSettings
    test: Message
    firing: int


class AlertChannelService:
    """Chooses the alert channel, and tests it in the way that alerts are sent."""

    def __init__(  # noqa: PLR0913, PLR0917 - its dependencies
        self,
        store: Store,
        access: Authorizer,
        directory: ServerDirectory,
        settings: GuildSettingsService,
        clock: Clock,
        wake: Callable[[], None],
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """`wake` is called when there is something to send, `idle` waits until it is sent."""
        self._store = store
        self._access = access
        self._directory = directory
        self._settings = settings
        self._clock = clock
        self._wake = wake
        self._idle = idle

    async def choose(
        self, actor: Actor, panel_id: str, channel_id: int, role_id: int | None
    ) -> ChannelChoice:
        """Send alerts to this channel, critical ones with a mention of this role; raises AccessDenied."""
        rights = await self._access.check(actor, WholePanel(panel_id), Level.ADMIN)

        async def also(conn: "AsyncConnection", settings: GuildSettings) -> tuple[Message, int]:
            now = self._clock.now()
            await outbox_reroute.move(
                conn, guild_id=settings.guild_id, panel_id=panel_id, to=channel_id, now=now
            )
            await closed_channels.reopen(conn, channel_id)
            test = await self._post(conn, settings, TEST, [])
            firing = await self._unposted(conn, rights, panel_id, channel_id)
            if firing:
                await self._post(conn, settings, NOW, firing)
            return test, len(firing)

        settings, (test, firing) = await self._settings.choose_alerts(
            actor, panel_id, channel_id, role_id, also
        )
        self._wake()
        return ChannelChoice(settings, test, firing)

    async def test(self, actor: Actor, panel_id: str) -> Message:
        """Send a test message to the chosen channel."""
        await self._access.check(actor, WholePanel(panel_id), Level.ADMIN)
        settings = await self._settings.get(actor.guild_id or 0, panel_id)
        if settings.alert_channel_id is None:
            raise BadInput(
                _("No alert channel is chosen."), next_step=_("Choose one with `/alerts channel`.")
            )
        test = await self._store.write(lambda conn: self._post(conn, settings, TEST, []))
        self._wake()
        return test

    async def arrived(self, message: Message) -> bool:
        """Wait for a short while until a message is delivered; return whether it is."""
        with suppress(TimeoutError):
            await self._clock.timeout(_PATIENCE_S, self._idle())
        async with self._store.read() as conn:
            stored = await notifications.get(conn, message.id)
        return stored is not None and stored.delivery is not Delivery.WAITING

    async def _unposted(
        self, conn: "AsyncConnection", rights: Rights, panel_id: str, channel_id: int
    ) -> list[int]:
        """Return active, unsuppressed incidents that have no message in this channel yet."""
        numbers = []
        for incident in visible(rights, await alerts.active(conn, [panel_id]), self._directory):
            messages = await notifications.of_incident(conn, incident.id)
            is_posted = any(
                each.channel_id == channel_id and each.delivery is not Delivery.GONE for each in messages
            )
            if incident.suppression is None and not is_posted:
                numbers.append(incident.id)
        return numbers

    async def _post(
        self, conn: "AsyncConnection", settings: GuildSettings, group_key: str, incident_ids: list[int]
    ) -> Message:
        return await outbox.post(
            conn,
            guild_id=settings.guild_id,
            panel_id=settings.panel_id,
            channel_id=settings.alert_channel_id or 0,
            kind=MessageKind.ALERT,
            group_key=group_key,
            incident_ids=incident_ids,
            now=self._clock.now(),
        )
