"""What a cog test plays on: the real bot and panel client, a sandbox panel over sockets, a simulated Discord.

Time stands still. `await world.advance(30)` moves it for all of them at once: the panel's power states and
backups, the bot's pauses and time-outs, the work beside the bot. What a person does (`slash`, `click`,
`select`, `autocomplete`, `submit_modal` of `world.admin` and the others, as simcord has them) returns when
the bot is at rest: it has answered, or waits for a person, for the panel or for time to pass.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import discord
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, ResponseMessage

from bot.client import QuetzalBot
from bot.container import Services
from bot.domain.levels import GuildScope
from bot.services.backup_copies import CopyPlace
from demo.discord.connection_faults import ResponseTrouble
from demo.discord.simulated import SteppedDiscord
from demo.harness import (
    GUILD_ID,
    Harness,
    Outside,
    open_harness,
)
from demo.manual_clock import SteppedClock, advance
from sandbox import ManualClock, Sandbox
from sandbox.model import GameServer
from sandbox.panel_version import Mode
from tests.support.forks import forked_workers
from tests.support.stores import place_store, stores_without_threads

FOREIGN_GUILD_ID = 100000000000000002
_LONGEST_STEP_S = 2.0
ONE_GUILD: Mapping[int, GuildScope] = {GUILD_ID: "all"}


class World:
    """A panel with one running server, `Survival`, and the bot in a guild that may see it."""

    def __init__(
        self,
        harness: Harness[SteppedDiscord],
        clock: SteppedClock,
        survival: GameServer,
        *,
        asks_games: bool = False,
    ) -> None:
        self._harness = harness
        self._clock = clock
        self._errors_seen = 0
        self._asks_games = asks_games
        self.sandbox: Sandbox = harness.sandbox
        self.survival = survival
        self.env: Env = harness.discord.env
        self.guild: GuildHandle = harness.guild
        self.channel: ChannelHandle = harness.channel
        self.admin: MemberActor = harness.admin
        """A Discord administrator."""
        self.operator: MemberActor = harness.operator
        self.stranger: MemberActor = harness.stranger
        # The bot was invited to a guild that the settings do not name; its admin is an admin only there.
        self.foreign_guild: GuildHandle = self.env.create_guild("Elsewhere", id=FOREIGN_GUILD_ID)
        self.foreign_channel: ChannelHandle = self.foreign_guild.create_text_channel("general")
        chief = self.foreign_guild.create_role("Chief", permissions=discord.Permissions(administrator=True))
        self.foreign_admin: MemberActor = self.foreign_guild.add_member(
            self.env.create_user("fay", global_name="Fay (admin elsewhere)"), roles=[chief]
        )

    @cached_property
    def trouble(self) -> ResponseTrouble:
        """What can cut the connection in the middle of a response; not over a restart."""
        return ResponseTrouble(self.env, self._clock)

    @property
    def bot(self) -> QuetzalBot:
        """The running bot; another one after a restart."""
        return self._harness.bot

    @property
    def services(self) -> Services:
        """What the running bot leans on; another one after a restart."""
        return self._harness.services

    async def advance(self, seconds: float) -> None:
        """Let time pass for everybody."""
        await advance(seconds, self.sandbox, self._clock, self._harness.discord)

    async def sleep_through(self, seconds: float) -> None:
        """Let time pass at once, as when the machine was suspended: for hours without events."""
        await advance(seconds, self.sandbox, self._clock, self._harness.discord, at_once=True)

    async def until(self, met: Callable[[], bool], *, within_s: float = 120.0, step_s: float = 0.5) -> None:
        """Let time pass until something is so; fails with the transcript when it does not come true.

        What takes long is looked for less often: after a tenth of what has passed, two seconds at most.
        """
        await self._harness.discord.run_due()
        passed_s = 0.0
        while passed_s < within_s and not met():
            await self._workers_answer()
            await self.games_answer()
            next_s = max(step_s, min(passed_s / 10, _LONGEST_STEP_S))
            await self.advance(next_s)
            passed_s += next_s
        assert met(), f"not so within {within_s:g} s\n{self.env.transcript()}"

    async def _workers_answer(self) -> None:
        """Let simulated time stand still while a worker process computes: it does so in real time."""
        await _while(lambda: self.services.workers.is_working)

    async def games_answer(self) -> None:
        """Let simulated time stand still while games are asked: their answers come in real time."""
        if self._asks_games:
            await self.until_asleep("query of ")

    async def until_asleep(self, tasks: str) -> None:
        """Let simulated time stand still while tasks with such a name wait for something real."""
        await _while(lambda: any(task.get_name().startswith(tasks) for task in self._clock.awake()))

    async def restart(self) -> None:
        """Stop the bot and start it again, as a new deployment would; Discord and the panel go on."""
        await self._harness.restart()
        await self.watch_begins()

    async def stop(self) -> None:
        """Stop the bot with all it depends on."""
        await self._harness.close()

    async def watch_begins(self) -> None:
        """Wait until the watch, if there is one, has looked for the first time and sleeps by the clock."""
        async with asyncio.timeout(300):
            await self._clock.until_asleep(
                {f"watch of {monitor.panel_id}" for monitor in self.services.monitors}
            )

    def errors(self) -> Sequence[BaseException]:
        """Take the exceptions that reached the central handler without being meant for a person."""
        new = self.env.errors_since(self._errors_seen)
        self._errors_seen = self.env.error_cursor
        return new


async def _while(is_so: Callable[[], bool]) -> None:
    """Wait in real time until something is over."""
    async with asyncio.timeout(60):
        while is_so():  # noqa: ASYNC110 - the product needs no event for it
            await asyncio.sleep(0.002)


def shown(result: InteractionResult) -> ResponseMessage:
    """Return the message a person sees last in answer to what they did."""
    messages = [*([result.response] if result.response else []), *result.followups]
    assert messages, f"nothing was answered: {result!r}"
    return messages[-1]


@asynccontextmanager
async def new_world(
    data_dir: Path,
    guilds: Mapping[int, GuildScope] = ONE_GUILD,
    *,
    watch: bool = False,
    reads_node: bool = False,
    asks_games: bool = False,
    copy_places: Mapping[str, CopyPlace] = MappingProxyType({}),
    mode: Mode = Mode.V1_11,
) -> AsyncIterator[World]:
    """Set up a world; when it ends well, nothing may have gone wrong unseen.

    `watch`: servers are watched; `reads_node`: with the node's token, which the settings hold then;
    `asks_games`: running games are asked for their players; `copy_places`: where backups can be copied to;
    `mode`: which panel it is.
    """
    manual = ManualClock()
    outside = Outside()
    clock = SteppedClock(manual, outside)
    await place_store(data_dir)
    with forked_workers(), stores_without_threads():
        async with Sandbox(clock=manual, mode=mode) as sandbox:
            survival = sandbox.world.add_server(name="Survival", state="running")
            async with open_harness(
                sandbox,
                clock=clock,
                outside=outside,
                make_discord=lambda bot: SteppedDiscord(bot, manual),
                data_dir=data_dir,
                guilds=guilds,
                watch_s=60 if watch else None,
                reads_node=reads_node,
                asks_games=asks_games,
                copy_places=copy_places,
            ) as harness:
                world = World(harness, clock, survival, asks_games=asks_games)
                await world.watch_begins()
                yield world
            unseen = world.errors()
            if unseen:
                raise BaseExceptionGroup("the bot raised what no test took", unseen)
            assert not sandbox.unknown_routes, sandbox.unknown_routes


__all__ = ["FOREIGN_GUILD_ID", "GUILD_ID", "World", "new_world", "shown"]
