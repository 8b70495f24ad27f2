"""Jobs that were begun some time ago."""

from datetime import timedelta

import discord

from bot.domain.idle import IdleRule
from bot.domain.jobs import CountdownPlan, Job, JobEnding, JobKind
from bot.domain.levels import Actor
from bot.services.jobs import RestartRequest
from bot.storage.repositories import idle_rules, jobs
from sandbox.model import GameServer
from tests.support.messages import text
from tests.support.world import GUILD_ID, World


async def restart_begun(world: World, *, server_uuid: str | None = None) -> Job:
    """Let the admin have asked for a restart in two hours, and return it with its message posted."""
    target = await world.services.directory.find("main", server_uuid or world.survival.uuid)
    assert target is not None
    actor = Actor(world.admin.id, "Ada", GUILD_ID, is_administrator=True)
    permit = await world.services.access.require(actor, target, JobKind.RESTART.level)
    due_at = world.services.clock.now() + timedelta(hours=2)
    request = RestartRequest(CountdownPlan((60,)), world.channel.id, due_at)
    job = await world.services.jobs.restart(permit, request)
    await world.until(lambda: any(f"job {job.id}" in text(message) for message in job_messages(world)))
    return await world.services.jobs.get(job.id, GUILD_ID)


async def idle_stopped(world: World, server: GameServer) -> int:
    """Let a server that is off have been stopped because it was empty; return the message's id."""
    target = await world.services.directory.find("main", server.uuid)
    assert target is not None
    now = world.services.clock.now()
    rule = IdleRule("main", server.uuid, GUILD_ID, 600, world.channel.id, world.admin.id, now)
    await world.services.store.write(lambda conn: idle_rules.put(conn, rule))
    job = await world.services.jobs.idle_stop(target, rule, now)
    await world.services.store.write(lambda conn: jobs.finish(conn, job.id, JobEnding.DONE, now))
    await world.services.store.write(lambda conn: idle_rules.note_stopped(conn, rule.key, now))
    world.services.job_runner.changed(job.id)

    def posted() -> list[discord.Message]:
        messages = [message for message in job_messages(world) if f"job {job.id}" in text(message)]
        return [message for message in messages if "Stopped because" in text(message)]

    await world.until(lambda: bool(posted()))
    return posted()[-1].id


def job_messages(world: World) -> list[discord.Message]:
    """Return the messages of jobs in the channel, the oldest first."""
    return [message for message in world.channel.history() if "job " in text(message)]
