"""The real bot between a sandbox panel and a simulated Discord: what demo, tour and tests play on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

import discord
from pydantic import SecretStr
from simcord import ChannelHandle, GuildHandle, MemberActor, RoleHandle
from typing_extensions import override

from bot.client import QuetzalBot
from bot.composition.discord_bot import build_bot
from bot.composition.services import build_services
from bot.container import Services
from bot.core.attachments import CHUNK_BYTES, AttachmentLost, Attachments
from bot.core.clock import Clock
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import GuildScope, Level
from bot.services.backup_copies import CopyPlace
from bot.settings import NodeSettings, PanelSettings, Settings
from bot.storage.encryption import SecretBox
from bot.storage.repositories import grants
from demo.discord.simulated import SimulatedDiscord
from sandbox import Sandbox

GUILD_ID = 100000000000000001
"""The guild that the settings allow. Any other guild is a foreign one."""
PANEL_ID = "main"
OWNER = "owner"
"""The panel account whose key the bot has."""

D = TypeVar("D", bound=SimulatedDiscord)
T = TypeVar("T")


class Outside:
    """How the bot awaits what comes from outside; needed before there is a Discord to ask."""

    def __init__(self) -> None:
        self.discord: SimulatedDiscord | None = None

    async def __call__(self, awaitable: Awaitable[T], /) -> T:
        """Await it."""
        return await (awaitable if self.discord is None else self.discord.wait(awaitable))


class SentFiles(Attachments):
    """What people attach, from the simulation's memory."""

    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self._outside = outside

    @override
    async def chunks(self, url: str) -> AsyncIterator[bytes]:
        """Read it piece by piece, as from Discord's file servers."""
        if self._outside.discord is None or (held := self._outside.discord.attachment(url)) is None:
            raise AttachmentLost
        for start in range(0, len(held), CHUNK_BYTES):
            yield held[start : start + CHUNK_BYTES]


@dataclass
class Harness(Generic[D]):
    """Everything and everybody; made by `open_harness`."""

    sandbox: Sandbox
    settings: Settings
    clock: Clock
    attachments: Attachments
    copy_places: Mapping[str, CopyPlace]
    discord: D
    guild: GuildHandle
    channel: ChannelHandle
    admin: MemberActor
    operator: MemberActor
    stranger: MemberActor
    _running: AsyncExitStack
    services: Services
    bot: QuetzalBot

    async def restart(self) -> None:
        """Stop the bot with all it depends on, and start it again; Discord and panel go on."""
        await self.bot.close()
        await self._running.aclose()
        self.services, self.bot = await _build(
            self._running, self.settings, self.clock, self.attachments, self.copy_places
        )
        await self.discord.env.restart_bot(self.bot)

    async def close(self) -> None:
        """Close Discord with the bot, then what the bot leans on."""
        await self.discord.close()
        await self._running.aclose()


@asynccontextmanager
async def open_harness(  # noqa: PLR0913 - all that differs between demo, tour and tests
    sandbox: Sandbox,
    *,
    clock: Clock,
    outside: Outside,
    make_discord: Callable[[QuetzalBot], D],
    data_dir: Path,
    guilds: Mapping[int, GuildScope] = MappingProxyType({GUILD_ID: "all"}),
    watch_s: int | None = None,
    reads_node: bool = False,
    asks_games: bool = False,
    copy_places: Mapping[str, CopyPlace] = MappingProxyType({}),
) -> AsyncIterator[Harness[D]]:
    """Put the bot on a simulated Discord with an admin, an operator and a stranger in its guild.

    `guilds` are those that the settings allow, with what each may see. `watch_s`: how often each server is
    looked at; None: never. `reads_node`: the settings hold the node's token. `asks_games`: running games are
    asked for their players. `copy_places`: where backups can be copied to.
    """
    settings = _settings(sandbox, data_dir, guilds, watch_s, reads_node=reads_node, asks_games=asks_games)
    async with AsyncExitStack() as running:
        sent = SentFiles(outside)
        services, bot = await _build(running, settings, clock, sent, copy_places)
        simulated = outside.discord = make_discord(bot)
        guild = simulated.env.create_guild("Acme Games", id=GUILD_ID)
        admins = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
        operators = guild.create_role("Operators")

        def member(name: str, shown: str, *roles: RoleHandle) -> MemberActor:
            return guild.add_member(simulated.env.create_user(name, global_name=shown), roles=roles)

        harness = Harness(
            sandbox,
            settings,
            clock,
            sent,
            copy_places,
            simulated,
            guild,
            guild.create_text_channel("servers"),
            member("ada", "Ada (admin)", admins),
            member("otto", "Otto (operator)", operators),
            member("sam", "Sam (stranger)"),
            running,
            services,
            bot,
        )
        await _grant(services, harness.admin, operators)
        try:
            await simulated.start()
            yield harness
        finally:
            await harness.close()


async def _build(
    running: AsyncExitStack,
    settings: Settings,
    clock: Clock,
    attachments: Attachments,
    copy_places: Mapping[str, CopyPlace],
) -> tuple[Services, QuetzalBot]:
    services = await running.enter_async_context(
        build_services(settings, clock=clock, attachments=attachments, copy_places=copy_places)
    )
    return services, build_bot(services)


async def _grant(services: Services, admin: MemberActor, operators: RoleHandle) -> None:
    """Give the role of the operators its level, as an administrator did some time ago."""
    now = services.clock.now()
    grant = Grant(GUILD_ID, SubjectKind.ROLE, operators.id, PANEL_ID, None, Level.OPERATOR, admin.id, now)
    await services.access.granted.change(GUILD_ID, lambda conn: grants.put(conn, grant))


def _settings(  # noqa: PLR0913 - all that differs between demo, tour and tests
    sandbox: Sandbox,
    data_dir: Path,
    guilds: Mapping[int, GuildScope],
    watch_s: int | None,
    *,
    reads_node: bool,
    asks_games: bool,
) -> Settings:
    node = NodeSettings(url=sandbox.node_url, token=SecretStr(sandbox.world.node.secret))
    panel = PanelSettings(
        url=sandbox.panel_url,
        key=SecretStr(sandbox.world.key_of(OWNER)),
        guilds=guilds,
        node_hosts=("127.0.0.1",),
        nodes={"first": node} if reads_node else {},
    )
    return Settings(
        discord_token=SecretStr("not-used-by-the-simulation"),
        panels={PANEL_ID: panel},
        encryption_keys=(SecretBox.new_key(),),
        data_dir=data_dir,
        watch=watch_s is not None,
        watch_seconds=watch_s or 60,
        watch_players=asks_games,
    )
