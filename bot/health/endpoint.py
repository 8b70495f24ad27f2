"""`/healthz` on loopback: what the newest check found, as JSON."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.core.errors import SetupError
from bot.core.supervisor import Pulse
from bot.health.report import HealthReport, Verdict

HOST = "127.0.0.1"


async def serve_health(port: int, newest: Callable[[], HealthReport], pulse: Pulse) -> None:
    """Serve `/healthz` forever: 200 while healthy, else 503. SetupError when the port is taken."""

    async def answer(_: web.Request) -> web.Response:
        report = newest()
        status = 200 if report.verdict is Verdict.OK else 503
        return web.json_response(described(report), status=status)

    app = web.Application()
    app.router.add_get("/healthz", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise SetupError(
                f"Port {port} for /healthz can't be used: {error.strerror}.",
                state="Everything else works.",
                next_step="Set another one in QUETZAL_HEALTH_PORT.",
            ) from error
        pulse.beat()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def described(report: HealthReport) -> dict[str, object]:
    """Return a report as JSON; ages and limits are in seconds."""
    return {
        "status": report.verdict.value,
        "problems": list(report.problems),
        "checks": [
            {
                "name": progress.name,
                "last_success_s_ago": None if progress.age_s is None else round(progress.age_s, 1),
                "limit_s": progress.limit_s,
            }
            for progress in report.progress
        ],
    }
