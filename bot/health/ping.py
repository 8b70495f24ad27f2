"""Calls a heartbeat URL while Quetzal works, and reports problems to it.

The service raises the alarm when calls stop, so no timer calls it blindly: each call reports the newest
check. Sources: https://healthchecks.io/docs/http_api/ and https://healthchecks.io/docs/signaling_failures/
(`/fail` behind the URL; the body is kept), and Uptime Kuma's
https://github.com/louislam/uptime-kuma/wiki/Internal-API (`/api/push/TOKEN?status=up&msg=OK&ping=`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.health.report import HealthReport, Verdict

log = logging.getLogger(__name__)

PING_EVERY_S = 60.0
_TIMEOUT_S = 10.0
_LONGEST_REASON = 500
_KUMA = "/api/push/"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the heartbeat service. Its URL is a secret."""

    method: str
    url: URL
    body: str | None = None


def call_for(url: str, report: HealthReport) -> Call | None:
    """Return what to call; None while Quetzal is starting, so that a failed start is noticed."""
    if report.verdict is Verdict.STARTING:
        return None
    address, reason = URL(url), " ".join(report.problems)[:_LONGEST_REASON]
    is_ok = report.verdict is Verdict.OK
    if _KUMA in address.path:
        status = {"status": "up", "msg": "OK"} if is_ok else {"status": "down", "msg": reason}
        return Call("GET", address.update_query(status))
    if is_ok:
        return Call("GET", address)
    return Call("POST", address.with_path(f"{address.path.rstrip('/')}/fail", keep_query=True), reason)


class HeartbeatPing:
    """Calls the URL once a minute. Start `run` under the supervisor; a host that fails is only logged."""

    def __init__(self, url: SecretStr, newest: Callable[[], HealthReport], clock: Clock) -> None:
        self._url = url
        self._newest = newest
        self._clock = clock
        self._trouble: str | None = None

    async def run(self, pulse: Pulse) -> None:
        """Call forever."""
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S),
            headers={"User-Agent": "Quetzal"},
        ) as session:
            while True:
                call = call_for(self._url.get_secret_value(), self._newest())
                if call is not None:
                    self._note(await self._send(session, call))
                pulse.beat()
                await self._clock.sleep(PING_EVERY_S)

    async def _send(self, session: aiohttp.ClientSession, call: Call) -> str | None:
        """Return what went wrong, without the URL, which aiohttp's errors quote."""
        try:
            async with session.request(
                call.method, call.url, data=call.body, allow_redirects=False
            ) as response:
                return None if response.ok and response.status < 300 else f"it answered {response.status}"  # noqa: PLR2004 - as HTTP has it
        except TimeoutError:
            return f"no answer in {_TIMEOUT_S:.0f} s"
        except (aiohttp.ClientError, OSError) as error:
            return f"it couldn't be reached ({type(error).__name__})"

    def _note(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            if trouble is None:
                log.info("the heartbeat URL is reached again")
            else:
                log.warning("the heartbeat URL failed: %s", trouble)
        self._trouble = trouble
