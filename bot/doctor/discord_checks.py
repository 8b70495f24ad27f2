"""Checks the token, application, guilds and channels."""

import base64
import binascii
from collections.abc import AsyncIterator, Iterator, Sequence
from types import SimpleNamespace

import aiohttp
import discord

from bot.core.clock import Clock
from bot.core.discord_permissions import CHANNELS, CONSOLE_THREADS, INVITE, displayed, missing
from bot.doctor.findings import Finding, clock, good, note, some, wrong
from bot.registered_commands import COMMANDS_FILE, RegisteredCommands
from bot.settings import Settings

_TOKEN_PARTS = 3
_PORTAL = "https://discord.com/developers/applications"


async def check_discord(settings: Settings, now: Clock) -> AsyncIterator[Finding]:
    """Log in without connecting, and check everything the bot will need."""
    token = settings.discord_token.get_secret_value()
    dates: list[str] = []
    client = discord.Client(intents=discord.Intents.none(), http_trace=_noting_dates(dates))
    async with client:
        try:
            await client.login(token)
            yield good(f"Discord accepts the token: this is {client.user}.")
            compared = clock("Discord", dates[-1] if dates else None, now.now())
            if compared:
                yield compared
            for finding in _check_application(await client.application_info()):
                yield finding
            for guild_id in sorted(settings.guild_ids):
                async for finding in _check_guild(settings, client, guild_id):
                    yield finding
        except discord.LoginFailure:
            yield _refused(token)
        except discord.HTTPException as error:
            yield wrong(
                f"Discord answers with an error (status {error.status}).",
                "Check https://discordstatus.com, then run the doctor again.",
            )
        except (aiohttp.ClientError, OSError) as error:
            yield wrong(
                f"Discord can't be reached ({type(error).__name__}).",
                "Check this machine's network and DNS, and that no firewall blocks https://discord.com.",
            )


def looks_like_token(token: str) -> bool:
    """Return whether a text has the form of a bot token: an id in Base64 and two more parts, with dots."""
    parts = token.split(".")
    if len(parts) != _TOKEN_PARTS or not all(parts):
        return False
    try:
        return base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)).isdigit()
    except (binascii.Error, ValueError):
        return False


def _refused(token: str) -> Finding:
    if looks_like_token(token):
        return wrong(
            "Discord rejects the token.",
            f"It was reset, or belongs to a deleted bot. Create a new one: {_PORTAL}, Bot, Reset Token.",
        )
    return wrong(
        "Discord rejects the token, and it doesn't look like one (three parts separated by dots).",
        f"It is neither the client secret nor the public key: {_PORTAL}, Bot, Reset Token.",
    )


def _check_application(application: discord.AppInfo) -> Iterator[Finding]:
    if application.interactions_endpoint_url:
        yield wrong(
            "The application sends its commands to a web address, so the bot never receives them.",
            f"Empty the field Interactions Endpoint URL: {_PORTAL}, General Information.",
        )
    if application.bot_public:
        yield note(
            "Anyone can add this bot to their Discord server (it does nothing there).",
            f"Turn off Public Bot: {_PORTAL}, Bot.",
        )


def _check_commands(settings: Settings, guild: discord.Guild, number: int) -> Finding:
    if number:
        return good(f"Commands in {guild.name}: {number} registered.")
    if RegisteredCommands(settings.data_dir / COMMANDS_FILE).digest(guild.id) is None:
        return note(
            f"No commands are registered in {guild.name} yet.",
            "They are registered when the bot starts.",
        )
    return wrong(
        f"Discord has none of the bot's commands in {guild.name}: they were cleared, or the bot was removed.",
        "Restart the bot: it registers them again.",
    )


async def _check_guild(settings: Settings, client: discord.Client, guild_id: int) -> AsyncIterator[Finding]:
    invite = discord.utils.oauth_url(
        client.application_id or 0, permissions=INVITE, guild=discord.Object(guild_id)
    )
    try:
        guild = await client.fetch_guild(guild_id)
        channels = await guild.fetch_channels()
        me = await guild.fetch_member(client.user.id if client.user else 0)
    except (discord.Forbidden, discord.NotFound):
        yield wrong(f"The bot isn't in the Discord server {guild_id}.", f"Invite it: {invite}")
        return
    yield good(f"The bot is in {guild.name} ({guild_id}).")
    try:
        registered = await client.http.get_guild_commands(client.application_id or 0, guild_id)
    except discord.Forbidden:
        yield wrong(f"The bot isn't allowed to have commands in {guild.name}.", f"Invite it again: {invite}")
    else:
        yield _check_commands(settings, guild, len(registered))
    yield _check_channels(guild, channels, me)
    if any(missing(channel.permissions_for(me), CONSOLE_THREADS) for channel in _usable(channels, me)):
        yield note(
            f"The bot can't open private threads for `/server console` in some channels of {guild.name}.",
            f"Give its role {some(displayed(CONSOLE_THREADS))}.",
        )


def _check_channels(
    guild: discord.Guild, channels: Sequence[discord.abc.GuildChannel], me: discord.Member
) -> Finding:
    texts = [channel for channel in channels if isinstance(channel, discord.TextChannel)]
    lacking = {channel: missing(channel.permissions_for(me), CHANNELS) for channel in texts}
    visible = {channel: names for channel, names in lacking.items() if "View Channel" not in names}
    usable = [channel for channel, names in visible.items() if not names]
    if not usable:
        words = some(sorted({name for names in lacking.values() for name in names}))
        return wrong(
            f"The bot doesn't have all its permissions in any text channel of {guild.name}.",
            f"Give its role, in the channels meant for it: {words or 'a text channel'}.",
        )
    if len(usable) < len(visible):
        places = some(f"#{channel.name} ({', '.join(names)})" for channel, names in visible.items() if names)
        return note(
            f"The bot is missing permissions in channels of {guild.name}.",
            f"Missing there: {places}.",
        )
    return good(f"It has all its permissions in {len(usable)} of {len(texts)} text channels of {guild.name}.")


def _usable(channels: Sequence[discord.abc.GuildChannel], me: discord.Member) -> list[discord.TextChannel]:
    texts = [channel for channel in channels if isinstance(channel, discord.TextChannel)]
    return [channel for channel in texts if not missing(channel.permissions_for(me), CHANNELS)]


def _noting_dates(dates: list[str]) -> aiohttp.TraceConfig:
    async def note_date(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if "Date" in end.response.headers:
            dates.append(end.response.headers["Date"])

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note_date)
    return trace
