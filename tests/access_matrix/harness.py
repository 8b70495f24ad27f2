"""A world to walk in: a member whose level comes and goes, neighbours, and traces of what was done."""

import itertools
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import discord
from simcord import ChannelHandle, InteractionResult, MemberActor

from bot.domain.audit import AuditFilter
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import GuildScope, Level
from bot.storage.repositories import audit, grants
from tests.access_matrix.message import messages
from tests.access_matrix.preparation import prepare
from tests.support.alerts import sent
from tests.support.copies import silent_places
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, new_world

NEIGHBOURS_ID = 100000000000000003
_GUILDS: dict[int, GuildScope] = {GUILD_ID: "all", NEIGHBOURS_ID: frozenset({"00000000"})}
_REFUSED = (
    "You don't have access to Quetzal here.",
    " access on that server; you have ",
    " access for all servers here; you have ",
    " access; you have ",
    "that takes viewer access.",
)


class Ground:
    """A fresh world after each press that changed something."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.directory: Path
        """Of the present world."""
        self._numbers = itertools.count()
        self._stack = AsyncExitStack()
        self.dirty = True
        self.traces = (0, 0)
        self.world: World
        self.member: MemberActor
        self.neighbour: MemberActor
        """The administrator of another guild that the settings allow, with other servers."""
        self.neighbours_channel: ChannelHandle

    async def close(self) -> None:
        """End the last world."""
        await self._stack.aclose()

    async def fresh(self) -> None:
        """Have a world in which nothing has been done."""
        if not self.dirty:
            return
        await self._stack.aclose()
        directory = self.directory = self._directory / str(next(self._numbers))
        self.world = world = await self._stack.enter_async_context(
            new_world(directory, _GUILDS, copy_places=silent_places(directory, "bucket", "nas"))
        )
        await prepare(world)
        self.member = world.guild.add_member(world.env.create_user("wes", global_name="Wes"))
        guild = world.env.create_guild("Neighbours", id=NEIGHBOURS_ID)
        self.neighbours_channel = guild.create_text_channel("theirs")
        chief = guild.create_role("Chief", permissions=discord.Permissions(administrator=True))
        self.neighbour = guild.add_member(world.env.create_user("nell", global_name="Nell"), roles=[chief])
        elsewhere = discord.Object(world.foreign_guild.id)
        world.bot.tree.copy_global_to(guild=elsewhere)
        await world.bot.tree.sync(guild=elsewhere)  # as if the settings had named it once
        await sent(world)
        await world.advance(1)  # what the preparation began in the background is done before it counts
        self.traces = await self.trace()
        self.dirty = False

    async def give(self, level: Level) -> None:
        """Be somebody of this level from now on, and nothing else."""
        access = self.world.services.access
        whose = Grant(
            GUILD_ID,
            SubjectKind.PERSON,
            self.member.id,
            "main",
            None,
            Level.VIEWER,
            self.world.admin.id,
            self.world.services.clock.now(),
        )
        if level is Level.NONE:
            await access.granted.change(
                GUILD_ID,
                lambda conn: grants.remove(
                    conn,
                    guild_id=GUILD_ID,
                    subject_kind=SubjectKind.PERSON,
                    subject_id=self.member.id,
                    panel_id="main",
                    server_uuid=None,
                ),
            )
        else:
            await access.granted.change(GUILD_ID, lambda conn: grants.put(conn, replace(whose, level=level)))

    async def refused(self, result: InteractionResult, what: str) -> bool:
        """Say whether the person was refused, which must have left no trace."""
        if result.modal is not None:
            return False
        if not any(words in text(message) for message in messages(result) for words in _REFUSED):
            return False
        await self.left_no_trace(what)
        return True

    async def left_no_trace(self, what: str) -> None:
        """Compare with how things stood when the last one was let through."""
        traces = await self.trace()
        assert traces == self.traces, (
            f"{what}: refused, and yet it did something, {self.traces} -> {traces}: "
            f"{[entry.path for entry in self.world.sandbox.requests if entry.method != 'GET'][-3:]}"
        )

    async def let_through(self) -> None:
        """Take notice of what somebody did who may."""
        traces = await self.trace()
        self.dirty = self.dirty or traces != self.traces
        self.traces = traces

    async def trace(self) -> tuple[int, int]:
        """Count the changes on the panel and the acts in the audit; that somebody was refused is none."""
        changes = sum(entry.method not in {"GET", "HEAD"} for entry in self.world.sandbox.requests)
        async with self.world.services.store.read() as conn:  # one moment: a refusal may be written just now
            refused = await audit.count(conn, AuditFilter(GUILD_ID, action="access.refused"))
            return changes, await audit.count(conn, AuditFilter(GUILD_ID)) - refused
