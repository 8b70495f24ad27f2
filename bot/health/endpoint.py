"""`/healthz` on loopback: what the newest check found, as JSON."""

from collections.abc import Callable

from aiohttp import web

from bot.core.loopback_server import serve_on_loopback
from bot.core.supervisor import Pulse
from bot.health.report import HealthReport, Verdict


async def serve_health(port: int, newest: Callable[[], HealthReport], pulse: Pulse) -> None:
    """Serve `/healthz` forever: 200 while healthy, else 503. SetupError when the port is taken."""

    async def answer(_: web.Request) -> web.Response:
        report = newest()
        status = 200 if report.verdict is Verdict.OK else 503
        return web.json_response(described(report), status=status)

    await serve_on_loopback(
        {"/healthz": answer}, port, purpose="/healthz", setting="QUETZAL_HEALTH_PORT", pulse=pulse
    )


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
