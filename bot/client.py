"""The Discord client: loads the cogs, registers their commands when they changed."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from importlib import import_module
from itertools import chain, repeat
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.container import Services
from bot.core.discord_answers import LONGEST_LIMIT_S
from bot.core.discord_gateway import GlobalPause, guard_parsers
from bot.registered_commands import RegisteredCommands
from bot.ui.kit import discord_errors
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.command_mentions import CommandMentions, command_paths
from bot.ui.kit.command_tree import QuetzalTree

log = logging.getLogger(__name__)

COMMANDS_FILE = "commands.json"
# By name, so that nothing in `bot` imports a cog.
EXTENSIONS = (
    "cogs.servers",
    "cogs.alerts",
    "cogs.files",
    "cogs.files_change",
    "cogs.files_search",
    "cogs.files_transfer",
    "cogs.quetzal",
    "cogs.access",
    "cogs.defaults",
    "cogs.databases",
    "cogs.backups",
)

# READY is told this long after the last guild came; discord.py's two seconds are for fetching members too.
_GUILDS_ARRIVE_WITHIN_S = 0.5
_REGISTER_AGAIN_S = (2.0, 10.0, 60.0, 300.0)
# "0" leaves administrators, and those to whom they open a command in their server's settings (Integrations).
# https://docs.discord.com/developers/interactions/application-commands#permissions
_ADMINISTRATORS_ONLY = "0"
_REQUEST_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


class QuetzalBot(QuetzalClient):
    """Quetzal on Discord: slash commands in the guilds that the settings name, and nowhere else."""

    def __init__(self, services: Services, *, extensions: Sequence[str] = EXTENSIONS) -> None:
        self._extensions = extensions
        self.token_doubted = asyncio.Event()
        """Set when Discord rejected a request with the bot's token as unauthorized."""
        self._unregistered: set[int] = set()
        self._registration: asyncio.Task[None] | None = None
        self._registered = RegisteredCommands(services.settings.data_dir / COMMANDS_FILE)
        self._open: dict[int, bool] = {}
        """In which guilds everybody sees the commands, as registered last."""
        services.granting.on_change(self._show_or_hide_commands)
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
        for guild_id in sorted(self.services.settings.guild_ids):
            await self._register_or_retry(guild_id)

    @override
    async def close(self) -> None:
        """Disconnect, and stop registering commands."""
        if self._registration is not None:
            self._registration.cancel()
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
        """Find out at once what can't be written any more, so that people are told."""
        self._retry(channel.guild.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Find out at once what can't be written any more, so that people are told."""
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
        self._registered.forget(guild.id)
        await self._register_or_retry(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget the guild's commands, since Discord drops them."""
        self._registered.forget(guild.id)

    async def until_token_refused(self) -> None:
        """Return when Discord rejects the token, confirmed by a second request."""
        while True:
            await self.token_doubted.wait()
            self.token_doubted.clear()
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
                try:
                    await self.http.request(discord.http.Route("GET", "/users/@me"))
                except discord.HTTPException as error:
                    if error.status == HTTPStatus.UNAUTHORIZED:
                        return

    async def _register_or_retry(self, guild_id: int) -> None:
        """Register commands; on failure the bot runs on and tries again later."""
        try:
            await self._register_commands(guild_id)
        except _REQUEST_ERRORS as error:
            log.error(  # noqa: TRY400 - the sentence says it all
                "could not register commands in guild %d, and tries again: %s", guild_id, error
            )
            self._unregistered.add(guild_id)
            if self._registration is None or self._registration.done():
                self._registration = self.services.clock.spawn_detached(
                    self._register_rest(), name="register commands later"
                )

    async def _register_rest(self) -> None:
        """Retry the registration of commands until it has worked everywhere."""
        for pause_s in chain(_REGISTER_AGAIN_S, repeat(_REGISTER_AGAIN_S[-1])):
            await self.services.clock.sleep(pause_s)
            for guild_id in sorted(self._unregistered):
                with suppress(*_REQUEST_ERRORS):
                    await self._register_commands(guild_id)
                    self._unregistered.discard(guild_id)
            if not self._unregistered:
                return

    def _show_or_hide_commands(self, guild_id: int) -> None:
        """Register the commands anew when the first person was given access, or the last one lost it."""
        self.services.clock.spawn_detached(
            self._register_if_seen_by_others(guild_id), name=f"who sees the commands in {guild_id}"
        )

    async def _register_if_seen_by_others(self, guild_id: int) -> None:
        if self._open.get(guild_id) != await self._is_open(guild_id):
            await self._register_or_retry(guild_id)

    async def _is_open(self, guild_id: int) -> bool:
        """Return whether anybody but Discord's administrators may use Quetzal in a guild.

        Discord can't show a command only to those to whom Quetzal gave access: it knows its own permissions,
        of whole commands. So either everybody sees them, or administrators alone.
        """
        return bool(await self.services.access.granted.get(guild_id))

    async def _register_commands(self, guild_id: int) -> None:
        guild, is_open = discord.Object(guild_id), await self._is_open(guild_id)
        seen_by = {"default_member_permissions": None if is_open else _ADMINISTRATORS_ONLY}
        payload = [command.to_dict(self.tree) | seen_by for command in self.tree.get_commands()]
        digest = hashlib.sha256(
            json.dumps([self.application_id, payload], sort_keys=True).encode()
        ).hexdigest()
        self.tree.copy_global_to(guild=guild)
        try:
            # Commands can be removed without the bot: its own file alone proves nothing.
            if self._registered.digest(guild_id) == digest and await self._are_registered(guild_id, payload):
                self._open[guild_id] = is_open
                return
            registered = await self.http.bulk_upsert_guild_commands(
                self.application_id or 0, guild_id, payload=payload
            )
        except discord.Forbidden as error:
            if not error.code:  # a firewall in front of Discord, not Discord
                raise
            log.error(  # noqa: TRY400 - the sentence says it all
                "may not register commands in guild %d: invite the bot there with the scopes `bot` and "
                "`applications.commands`",
                guild_id,
            )
            return
        self.shared(CommandMentions).note(guild_id, registered)
        self._registered.note(guild_id, digest)
        self._open[guild_id] = is_open
        log.info("registered %d commands in guild %d", len(payload), guild_id)

    async def _are_registered(self, guild_id: int, payload: Sequence[Mapping[str, Any]]) -> bool:
        """Return whether Discord has every command of this version."""
        registered = await self.http.get_guild_commands(self.application_id or 0, guild_id)
        if command_paths(registered) != command_paths(payload):
            return False
        self.shared(CommandMentions).note(guild_id, registered)
        return True


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
