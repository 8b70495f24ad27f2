"""Who a job acts as: the person who asked for it, as long as they may."""

from dataclasses import dataclass, replace

from bot.core.errors import AccessDenied
from bot.core.i18n import N_
from bot.domain.jobs import Job, JobKind, JobServer
from bot.domain.levels import Actor, Level
from bot.domain.observation import ServerKey
from bot.domain.target import Target
from bot.services.access import Authorizer, Permit
from bot.services.jobs.errors import ServerUnlisted
from bot.services.servers import ServerDirectory
from bot.services.standing_work import Members, MemberUnknown

_AGAIN = N_("Somebody with access can run the command again.")


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Who asked for what goes on later, where, and by which interaction."""

    guild_id: int
    user_id: int
    interaction_id: int | None


class JobAuthority:
    """Gives jobs their permits. Before `begin`, no job acts."""

    def __init__(self, access: Authorizer, directory: ServerDirectory) -> None:
        self._access = access
        self._directory = directory
        self._members: Members | None = None

    def begin(self, members: Members) -> None:
        """Start with a source of members."""
        self._members = members

    async def permit(self, job: Job, server: JobServer) -> Permit:
        """Return the permit of the person who asked for the job, with the roles that they have now.

        An idle stop is the guild's: it acts with the guild's key while they have the level.

        Raises AccessDenied when they lost the level, ServerUnlisted, MemberUnknown.
        """
        permit = await self.acting(
            AskedBy(job.guild_id, job.user_id, job.interaction_id), server.key, job.kind.level
        )
        return await self.own(job, server) if job.kind is JobKind.IDLE else permit

    async def acting(self, asked_by: AskedBy, server: ServerKey, level: Level) -> Permit:
        """Return the permit of somebody who asked for something earlier, with the roles that they have now.

        Raises AccessDenied when they lost the level, ServerUnlisted, MemberUnknown.
        """
        target = await self._target(server)
        if self._members is None:
            raise MemberUnknown
        actor = await self._members.find(asked_by.guild_id, asked_by.user_id)
        if actor is None:
            raise AccessDenied(
                N_("Whoever asked for it is no longer a member of this Discord server."),
                next_step=_AGAIN,
            )
        acting = replace(actor, interaction_id=asked_by.interaction_id)
        try:
            return await self._access.require(acting, target, level)
        except AccessDenied as error:  # it addresses whoever reads it
            raise AccessDenied(
                N_(
                    "<@{user_id}>, who asked for it, no longer has {level} access to this server.",
                    user_id=asked_by.user_id,
                    level=level.word,
                ),
                next_step=_AGAIN,
            ) from error

    async def own(self, job: Job, server: JobServer) -> Permit:
        """Return the guild's own permit: to bring back what the job has stopped, whoever asked for it."""
        guild = Actor.standing(job.guild_id, job.user_id)
        return self._access.guild_permit(guild, await self._target(server.key), job.kind.level)

    async def _target(self, server: ServerKey) -> Target:
        target = await self._directory.find(server.panel_id, server.uuid)
        if target is None:
            raise ServerUnlisted
        return target
