"""Registers the commands in each guild when they or who may see them changed, or Discord lost them."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import Any, TypeAlias

import aiohttp
import discord
from discord import app_commands

from bot.registered_commands import COMMANDS_FILE, RegisteredCommands
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.command_mentions import CommandMentions, command_paths

log = logging.getLogger(__name__)

REQUEST_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What a request to Discord may raise."""
_REGISTER_AGAIN_S = (2.0, 10.0, 60.0, 300.0)
# "0" leaves administrators, and those to whom they open a command in their server's settings (Integrations).
# https://docs.discord.com/developers/interactions/application-commands#permissions
_ADMINISTRATORS_ONLY = "0"
AnyCommand: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


class CommandRegistration:
    """Keeps the bot's commands registered, and shown to those who may use them."""

    def __init__(self, bot: QuetzalClient) -> None:
        self._bot = bot
        self._clock = bot.services.clock
        self._registered = RegisteredCommands(bot.services.settings.data_dir / COMMANDS_FILE)
        self._unregistered: set[int] = set()
        self._retries: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        """Held while commands are registered, so that the access that is read last decides who sees them."""
        self._open: dict[int, bool] = {}
        """In which guilds everybody sees the commands, as registered last."""
        bot.services.granting.on_change(self._show_or_hide)

    async def register(self, guild_id: int) -> None:
        """Register the commands in a guild; on failure the bot runs on and tries again later."""
        async with self._lock:
            await self._register_or_retry(guild_id)

    def forget(self, guild_id: int) -> None:
        """Forget what is registered in a guild: Discord dropped it, or may have."""
        self._registered.forget(guild_id)

    def close(self) -> None:
        """Stop trying."""
        if self._retries is not None:
            self._retries.cancel()

    async def _register_or_retry(self, guild_id: int) -> None:
        try:
            await self._register(guild_id)
        except REQUEST_ERRORS as error:
            log.error(  # noqa: TRY400 - the sentence says it all
                "could not register commands in guild %d, and tries again: %s", guild_id, error
            )
            self._unregistered.add(guild_id)
            if self._retries is None or self._retries.done():
                self._retries = self._clock.spawn_detached(
                    self._register_rest(), name="register commands later"
                )

    async def _register_rest(self) -> None:
        """Retry until it has worked everywhere."""
        for pause_s in chain(_REGISTER_AGAIN_S, repeat(_REGISTER_AGAIN_S[-1])):
            await self._clock.sleep(pause_s)
            for guild_id in sorted(self._unregistered):
                with suppress(*REQUEST_ERRORS):
                    async with self._lock:
                        await self._register(guild_id)
                    self._unregistered.discard(guild_id)
            if not self._unregistered:
                return

    def _show_or_hide(self, guild_id: int) -> None:
        """Register again when the first person was given access, or the last one lost it."""
        self._clock.spawn_detached(
            self._register_if_seen_by_others(guild_id), name=f"who sees the commands in {guild_id}"
        )

    async def _register_if_seen_by_others(self, guild_id: int) -> None:
        async with self._lock:
            if self._open.get(guild_id) != await self._is_open(guild_id):
                await self._register_or_retry(guild_id)

    async def _is_open(self, guild_id: int) -> bool:
        """Return whether anybody but Discord's administrators may use Quetzal in a guild.

        Discord can't show a command only to those to whom Quetzal gave access: it knows its own permissions,
        of whole commands. So either everybody sees them, or administrators alone.
        """
        return bool(await self._bot.services.access.granted.get(guild_id))

    async def _described(self, command: AnyCommand) -> dict[str, Any]:
        """Describe a command to Discord, in every language that there is."""
        tree = self._bot.tree
        if tree.translator is None:
            return command.to_dict(tree)
        return await command.get_translated_payload(tree, tree.translator)

    async def _register(self, guild_id: int) -> None:
        bot, guild, is_open = self._bot, discord.Object(guild_id), await self._is_open(guild_id)
        seen_by = {"default_member_permissions": None if is_open else _ADMINISTRATORS_ONLY}
        payload = [await self._described(command) | seen_by for command in bot.tree.get_commands()]
        digest = hashlib.sha256(
            json.dumps([bot.application_id, payload], sort_keys=True).encode()
        ).hexdigest()
        bot.tree.copy_global_to(guild=guild)
        try:
            # Commands can be removed without the bot: its own file alone proves nothing.
            if self._registered.digest(guild_id) == digest and await self._are_registered(guild_id, payload):
                self._open[guild_id] = is_open
                return
            registered = await bot.http.bulk_upsert_guild_commands(
                bot.application_id or 0, guild_id, payload=payload
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
        bot.shared(CommandMentions).note(guild_id, registered)
        self._registered.note(guild_id, digest)
        self._open[guild_id] = is_open
        log.info("registered %d commands in guild %d", len(payload), guild_id)

    async def _are_registered(self, guild_id: int, payload: Sequence[Mapping[str, Any]]) -> bool:
        """Return whether Discord has every command of this version."""
        bot = self._bot
        registered = await bot.http.get_guild_commands(bot.application_id or 0, guild_id)
        if command_paths(registered) != command_paths(payload):
            return False
        bot.shared(CommandMentions).note(guild_id, registered)
        return True
