"""Sends a console line and reads the server's output after it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import N_
from bot.core.secret_masking import mask_line
from bot.domain.audit import Facts, Outcome, of_text
from bot.domain.console_line import is_one_line
from bot.panel.errors import OutcomeUnknown, PanelError
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.servers.live_feed import LiveFeed, open_live_feed
from bot.workers import WorkerPool

FOLLOW_S = 5.0
_QUIET_S = 2.0
_SEARCHED_S = 10.0
_LINES_KEPT = 20_000
_CHARACTERS_KEPT = 2 * 1024 * 1024
_TEXT_KEPT = 200

Begins = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConsoleOutcome:
    """The output after a line. `lines` are raw; `dropped` counts those over the limit.

    `unanswered` says why the panel did not confirm the line, if it didn't; `watched` is False when nothing
    could be read, and `unwatched` says why, if known.
    """

    lines: tuple[str, ...]
    dropped: int
    unanswered: PanelError | None
    watched: bool
    unwatched: PanelError | None = None


class ConsoleService:
    """Sends a line and returns some seconds of output."""

    def __init__(self, audit: Audit, workers: WorkerPool, clock: Clock) -> None:
        self._audit = audit
        self._workers = workers
        self._clock = clock

    async def send(self, permit: Permit, text: str, begins: Begins) -> ConsoleOutcome:
        """Send the line; raises BadInput for anything but one line, ServerOffline.

        `begins` is awaited once the line is valid, since node and panel may take a while.
        """
        line = one_line(text)
        await begins()
        async with open_live_feed(permit.panel, permit.uuid, self._clock, self._workers, poll=False) as feed:
            feed.skip()
            watched = feed.live
            unanswered = await self._send(permit, line)
            before = feed.dropped
            lines, over = await self._follow(feed) if watched else ([], 0)
            lost = feed.dropped - before
        return ConsoleOutcome(tuple(lines), over + lost, unanswered, watched, feed.trouble)

    async def type(self, permit: Permit, text: str) -> PanelError | None:
        """Send a line without reading output, for a person who sees the console already.

        Returns the reason when the panel did not confirm it; raises as `send` does.
        """
        return await self._send(permit, one_line(text))

    async def _send(self, permit: Permit, line: str) -> PanelError | None:
        """Send it; return the reason when the panel did not confirm it."""
        facts: Facts = {**of_text(line), "text": mask_line(line)[:_TEXT_KEPT]}
        async with self._audit.act(permit, "server.command", facts) as act:
            try:
                await permit.panel.servers.command(permit.uuid, line)
            except OutcomeUnknown as error:
                act.outcome = Outcome.UNKNOWN
                return error.cause or error
        return None

    async def _follow(self, feed: LiveFeed) -> tuple[list[str], int]:
        """Read until no line came for a while, or time is up; count lines over the limit."""
        lines: list[str] = []
        over, room = 0, _CHARACTERS_KEPT
        end = self._clock.monotonic() + FOLLOW_S
        latest, quiet_at = end + _SEARCHED_S, end
        while (now := self._clock.monotonic()) < min(end, quiet_at):
            due = min(end, quiet_at)
            event = await feed.next(due - now)
            # While a long line was searched for secrets, no later one could be read.
            end = min(latest, end + max(0.0, self._clock.monotonic() - due))
            if event is not None and event.line is not None:
                room -= len(event.line)
                if len(lines) < _LINES_KEPT and room > 0:
                    lines.append(event.line)
                else:
                    over += 1
                quiet_at = self._clock.monotonic() + _QUIET_S
        return lines, over


def one_line(text: str) -> str:
    """Check a console line."""
    line = text.strip()
    if not line:
        raise BadInput(N_("There is nothing to send."), state=N_("Nothing was sent."))
    if not is_one_line(line):
        raise BadInput(
            N_("A console command is one line without control characters."),
            state=N_("Nothing was sent."),
            next_step=N_("Send each line with a command of its own."),
        )
    return line
