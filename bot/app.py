"""Runs the bot from its start to its end, and says why it could not start or had to stop."""

import asyncio
import gc
import logging
import signal

import discord
from discord.ext import commands

from bot import shutdown
from bot.client import QuetzalBot
from bot.command_registration import REQUEST_ERRORS
from bot.composition.discord_bot import build_bot
from bot.composition.services import build_services
from bot.core import log as logs
from bot.core.clock import Clock
from bot.core.detached_task import cancel_all
from bot.core.discord_answers import make_answers_readable
from bot.core.discord_endpoint import point_discord_at
from bot.core.discord_gateway import make_gateway_resilient
from bot.core.errors import QuetzalError, SetupError, TokenRefused
from bot.core.heartbeat import forget_heartbeat, write_heartbeat
from bot.health import HealthCheck, HealthReport, HeartbeatPing, serve_health
from bot.settings import Settings

log = logging.getLogger(__name__)

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
_AUTHENTICATION_FAILED = 4004
_CANCELLED_AGAIN_S = 0.2


async def run(settings: Settings, *, clock: Clock | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT; raises SetupError when it cannot start."""
    logs.set_up(settings.log_level, settings.log_format, settings.secrets())
    # Quetzal uses no voice, so discord.py need not warn at each start that voice support is missing.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    make_gateway_resilient()
    make_answers_readable()
    if settings.discord_api_url:
        point_discord_at(settings.discord_api_url)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with build_services(settings, clock=clock) as services:
        bot = build_bot(services)
        spare_collector()
        start_health(bot)
        try:
            await _connected_until(stop, bot, settings.discord_token.get_secret_value())
        finally:
            log.info("stopping")
            await asyncio.gather(
                shutdown.stop_taking_commands(bot),
                shutdown.stop_monitoring(services, flush=bot.came_up.is_set()),
            )
            await services.supervisor.close()
            await shutdown.close_client(bot)
            forget_heartbeat(settings.data_dir)
    log.info("stopped")


def spare_collector() -> None:
    """Exempt permanent objects from garbage collection: half a million objects of libraries.

    Otherwise a full collection blocks the event loop for 60 ms and more.
    """
    gc.collect()
    gc.freeze()


def start_health(bot: QuetzalBot) -> None:
    """Start the self-check, and what reports its result outside."""
    services, settings = bot.services, bot.services.settings

    def write(report: HealthReport) -> None:
        write_heartbeat(settings.data_dir, at=services.clock.now().timestamp(), problems=report.problems)

    check = HealthCheck(services.monitors, services.dispatcher, bot, services.clock, write)
    services.supervisor.start("self-check", check.run)
    if settings.heartbeat_url is not None:
        ping = HeartbeatPing(settings.heartbeat_url, lambda: check.report, services.clock)
        services.supervisor.start("heartbeat", ping.run)
    if (port := settings.health_port) is not None:
        services.supervisor.start(
            "health endpoint", lambda pulse: serve_health(port, lambda: check.report, pulse)
        )


async def _connected_until(stop: asyncio.Event, bot: QuetzalBot, token: str) -> None:
    connection = asyncio.create_task(bot.start(token), name="discord")
    stopping = asyncio.create_task(stop.wait(), name="wait for a signal")
    refused = asyncio.create_task(bot.until_token_refused(), name="wait for a refused token")
    try:
        await asyncio.wait({connection, stopping, refused}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return
        if refused.done() and refused.exception() is None:
            raise TokenRefused
        await connection
        raise _stopped("Discord closed the connection.")
    except discord.LoginFailure:
        raise TokenRefused from None
    except commands.ExtensionError as error:
        log.exception("an extension failed")
        raise _stopped(f"The part {error.name} could not be loaded; the log says why.") from error
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise TokenRefused from error
        raise _stopped(f"Discord ended the session permanently (code {error.code}).") from error
    except REQUEST_ERRORS as error:
        log.error("the connection to Discord failed: %s: %s", type(error).__name__, error)  # noqa: TRY400 - the message says it all
        raise _stopped("Discord can't be reached, or returned an error.") from error
    finally:
        await cancel_all((stopping, refused))
        await _cancel_until_ended(connection)


async def _cancel_until_ended(connection: asyncio.Task[None]) -> None:
    """Cancel the connection to Discord again while it goes on.

    discord.py connects under `asyncio.wait_for`, which loses a cancellation at the moment when the connection
    is made (python/cpython#86296, before Python 3.12): a bot that is stopped then would run on.
    """
    while not connection.done():
        connection.cancel()
        await asyncio.wait({connection}, timeout=_CANCELLED_AGAIN_S)


def _stopped(happened: str) -> QuetzalError:
    return SetupError(happened, state="Quetzal stopped.")
