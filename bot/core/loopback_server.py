"""Serves a few paths by HTTP on this machine alone: for checks, and for a reverse proxy."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.core.errors import SetupError
from bot.core.supervisor import Pulse

HOST = "127.0.0.1"

Handler = Callable[[web.Request], Awaitable[web.Response]]


async def serve_on_loopback(
    handlers: Mapping[str, Handler], port: int, *, purpose: str, setting: str, pulse: Pulse
) -> None:
    """Answer GET and HEAD of these paths forever. SetupError when the port is taken."""
    app = web.Application()
    for path, handler in handlers.items():
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise SetupError(
                f"Port {port} for {purpose} can't be used: {error.strerror}.",
                state="Everything else works.",
                next_step=f"Set another one in {setting}.",
            ) from error
        pulse.beat()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
