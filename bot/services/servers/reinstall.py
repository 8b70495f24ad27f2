"""Reinstalls a server: runs the egg's install script again, and follows it to its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from bot.core.clock import Clock
from bot.core.errors import Refused
from bot.core.i18n import _
from bot.domain.audit import Outcome
from bot.panel.availability import unavailable_reason
from bot.panel.errors import NodeFault, OutcomeUnknown, PanelError, PanelFault, ServerStateConflict
from bot.panel.models import Server, ServerStatus
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.servers.directory import ServerDirectory

PATIENCE_S = 2 * 3600.0
SILENCE_S = 60.0
"""How long to look for a sign of a reinstallation whose response was lost."""
_EVERY_S = 3.0


@dataclass(frozen=True, slots=True)
class ReinstallProgress:
    """How far it is, `took_s` after the request.

    `unanswered` says why no response came, as long as there is no sign of the installation either.
    """

    took_s: float
    unanswered: PanelError | None = None


Progress = Callable[[ReinstallProgress], Awaitable[None]]


class ReinstallEnd(Enum):
    """How it ended, as far as the panel says."""

    DONE = "done"
    """The panel counts it as installed, which it does also when the install script failed."""
    FAILED = "failed"
    NO_TRACE = "not seen"
    """The request got no response, and there was no sign of the installation afterwards."""
    STILL_RUNNING = "not yet"


@dataclass(frozen=True, slots=True)
class ReinstallResult:
    """How it ended. `unanswered` says why the request got no response."""

    end: ReinstallEnd
    took_s: float
    unanswered: PanelError | None = None


class ReinstallService:
    """Reinstalls servers."""

    def __init__(self, directory: ServerDirectory, audit: Audit, clock: Clock) -> None:
        self._directory = directory
        self._audit = audit
        self._clock = clock

    async def check(self, permit: Permit) -> Server:
        """Return the server as it is now. Raises ServerStateConflict, Refused while it is being installed."""
        server = await permit.panel.servers.view(permit.uuid, fresh=True)
        if server.status is ServerStatus.INSTALLING:
            raise Refused(
                _("The server is being installed already."), next_step=_("Wait until that is over.")
            )
        reason = unavailable_reason(server)
        if reason is not None:
            raise ServerStateConflict(reason)
        return server

    async def run(self, permit: Permit, progress: Progress) -> ReinstallResult:
        """Begin it, and follow the server's status until the panel releases the server."""
        server = await self.check(permit)
        began = self._clock.monotonic()
        facts = {"egg": server.egg_name, "image": server.docker_image}
        async with self._audit.act(permit, "server.reinstall", facts) as act:
            unanswered = await self._begin(permit)
            end = await self._end(permit, began, unanswered, progress)
            act.outcome = {ReinstallEnd.DONE: Outcome.DONE, ReinstallEnd.FAILED: Outcome.FAILED}.get(
                end, Outcome.UNKNOWN
            )
        await self._directory.refresh_server(permit.panel_id, permit.uuid)
        return ReinstallResult(end, self._clock.monotonic() - began, unanswered)

    @staticmethod
    async def _begin(permit: Permit) -> PanelError | None:
        """Send the request; return the reason when no response came."""
        try:
            await permit.panel.servers.reinstall(permit.uuid)
        except OutcomeUnknown as error:
            return error.cause or error
        except (PanelFault, NodeFault) as error:  # part of it may have been done
            return error
        return None

    async def _end(
        self, permit: Permit, began: float, unanswered: PanelError | None, progress: Progress
    ) -> ReinstallEnd:
        has_begun = unanswered is None
        while (took_s := self._clock.monotonic() - began) < PATIENCE_S:
            status = await self._status(permit)
            has_begun = has_begun or status is ServerStatus.INSTALLING
            if status in {ServerStatus.REINSTALL_FAILED, ServerStatus.INSTALL_FAILED} and has_begun:
                return ReinstallEnd.FAILED
            if status is None and has_begun:
                return ReinstallEnd.DONE
            if not has_begun and took_s >= SILENCE_S:
                return ReinstallEnd.NO_TRACE
            await progress(ReinstallProgress(took_s, None if has_begun else unanswered))
            await self._clock.sleep(_EVERY_S)
        return ReinstallEnd.STILL_RUNNING

    @staticmethod
    async def _status(permit: Permit) -> ServerStatus | None:
        """Read the status; UNKNOWN while the panel doesn't say."""
        try:
            return (await permit.panel.servers.view(permit.uuid, fresh=True)).status
        except PanelError:
            return ServerStatus.UNKNOWN
