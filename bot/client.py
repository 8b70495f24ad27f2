"""The Discord client: loads the cogs, and passes on what Discord reports."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from importlib import import_module

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.command_registration import REQUEST_ERRORS, CommandRegistration
from bot.container import Services
from bot.core.discord_answers import LONGEST_LIMIT_S
from bot.core.discord_gateway import GlobalPause, guard_parsers
from bot.core.i18n import CATALOGUES
from bot.ui.kit import discord_errors
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.command_tree import QuetzalTree
from bot.ui.kit.languages import CatalogueTranslator

log = logging.getLogger(__name__)

# By name, so that nothing in `bot` imports a cog.
EXTENSIONS = (
    "cogs.servers",
    "cogs.server_jobs",
    "cogs.players",
    "cogs.alerts",
    "cogs.files",
    "cogs.files_change",
    "cogs.files_search",
    "cogs.files_transfer",
    "cogs.quetzal",
    "cogs.access",
    "cogs.defaults",
    "cogs.databases",
    "cogs.network",
    "cogs.activity",
    "cogs.users",
    "cogs.backups",
    "cogs.schedules",
    "cogs.startup",
)

# READY comes this long after the last guild; discord.py's two seconds are for fetching members too.
_GUILDS_ARRIVE_WITHIN_S = 0.5


class QuetzalBot(QuetzalClient):
    """Quetzal on Discord: slash commands in the guilds that the settings name, and nowhere else."""

    def __init__(self, services: Services, *, extensions: Sequence[str] = EXTENSIONS) -> None:
        self._extensions = extensions
        self.token_doubted = asyncio.Event()
        """Set when Discord rejected a request with the bot's token as unauthorized."""
        super().__init__(
            services,
            command_prefix=commands.when_mentioned,  # never used: without message intents no message arrives
            help_command=None,
            tree_cls=QuetzalTree,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=LONGEST_LIMIT_S,
            guild_ready_timeout=_GUILDS_ARRIVE_WITHIN_S,
            http_trace=trace_of_answers(
                partial(services.clock_check.note, "Discord"), self.token_doubted.set
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        guard_parsers(self._connection.parsers)
        self._registration = CommandRegistration(self)

    @property
    def is_connected(self) -> bool:
        """Whether every shard is connected to Discord."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    @override
    async def setup_hook(self) -> None:
        """Load every cog, then register their commands; raises when a cog fails."""
        self.http._global_over = GlobalPause()  # noqa: SLF001 - nothing public does it
        for name in self._extensions:
            await self._load(name)
        if CATALOGUES:
            await self.tree.set_translator(CatalogueTranslator())
        for guild_id in sorted(self.services.settings.guild_ids):
            await self._registration.register(guild_id)

    @override
    async def close(self) -> None:
        """Disconnect, and stop registering commands."""
        self._registration.close()
        await super().close()

    async def _load(self, name: str) -> None:
        """Add the cogs of a module, which is imported once a process.

        `load_extension` would execute it again for every bot, with all its commands.
        """
        try:
            await import_module(name).setup(self)
        except Exception as error:
            raise commands.ExtensionFailed(name, error) from error

    async def on_ready(self) -> None:
        """Log where the bot is."""
        self.came_up.set()
        self.services.dispatcher.retry()
        log.info("ready as %s in %d guilds, %d shards", self.user, len(self.guilds), len(self.shards))

    async def on_shard_resumed(self, _: int) -> None:
        """Send at once what waited for Discord."""
        self.services.dispatcher.retry()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Send what waited for a guild that was away."""
        self._retry(guild.id)

    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Send what waited for a permission in a channel, or in its category."""
        if before.overwrites != after.overwrites or before.category_id != after.category_id:
            self._retry(after.guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Find out at once what can't be written any more, so that people are notified."""
        self._retry(channel.guild.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Find out at once what can't be written any more, so that people are notified."""
        self._retry(payload.guild_id)

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Send what waited for a thread that was locked or archived."""
        if (before.archived, before.locked) != (after.archived, after.locked):
            self._retry(after.guild.id)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Retry notifications that waited for a permission, and clear the warning about a role."""
        if before.permissions != after.permissions:
            self._retry(after.guild.id)
        if after.mentionable and not before.mentionable:
            await self.services.closed_channels.reopened(after.id)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Send what waited for one of the bot's roles; without the intent only its own member is reported."""
        is_itself = self.user is not None and after.id == self.user.id
        if is_itself and (before.roles != after.roles or before.timed_out_until != after.timed_out_until):
            self._retry(after.guild.id)

    def _retry(self, guild_id: int) -> None:
        self.services.dispatcher.retry(guild_id)
        self.services.boards.retry(guild_id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Register the commands in a guild of the settings; in any other one do nothing."""
        if guild.id not in self.services.settings.guild_ids:
            log.warning(
                "was added to guild %d, which the settings do not name: doing nothing there", guild.id
            )
            return
        self._registration.forget(guild.id)
        await self._registration.register(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget the guild's commands, since Discord drops them."""
        self._registration.forget(guild.id)

    async def until_token_refused(self) -> None:
        """Return when Discord rejects the token, confirmed by a second request."""
        while True:
            await self.token_doubted.wait()
            self.token_doubted.clear()
            with suppress(*REQUEST_ERRORS):
                try:
                    await self.http.request(discord.http.Route("GET", "/users/@me"))
                except discord.HTTPException as error:
                    if error.status == HTTPStatus.UNAUTHORIZED:
                        return


def trace_of_answers(
    note_date: Callable[[str | None], None] | None = None, doubt_token: Callable[[], None] | None = None
) -> aiohttp.TraceConfig:
    """Record every response and its `Date`, also those after which discord.py retries by itself.

    `doubt_token` is called when Discord rejected the bot's token.
    """
    trace = aiohttp.TraceConfig()

    async def ended(_: object, __: object, request: aiohttp.TraceRequestEndParams) -> None:
        discord_errors.answered(request.response.status)
        if note_date is not None:
            note_date(request.response.headers.get("Date"))
        # Interactions and their webhooks have tokens of their own.
        is_by_token = not {"interactions", "webhooks"}.intersection(request.url.parts)
        if doubt_token is not None and request.response.status == HTTPStatus.UNAUTHORIZED and is_by_token:
            doubt_token()

    async def broke(_: object, __: object, ___: object) -> None:
        discord_errors.answered(discord_errors.NO_ANSWER)

    trace.on_request_end.append(ended)
    trace.on_request_exception.append(broke)
    return trace
