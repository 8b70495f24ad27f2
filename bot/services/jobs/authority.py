"""Who a job acts as: the person who asked for it, as long as they may."""

from dataclasses import replace

from bot.core.errors import AccessDenied
from bot.core.i18n import N_, _
from bot.domain.jobs import Job, JobKind, JobServer
from bot.domain.levels import Actor
from bot.domain.target import Target
from bot.services.access import Authorizer, Permit
from bot.services.jobs.errors import ServerUnlisted
from bot.services.servers import ServerDirectory
from bot.services.standing_work import Members, MemberUnknown

_AGAIN = N_("Somebody with access can run the command again.")


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
        target = await self._target(server)
        if self._members is None:
            raise MemberUnknown
        actor = await self._members.find(job.guild_id, job.user_id)
        if actor is None:
            raise AccessDenied(
                _("Whoever asked for it is no longer a member of this Discord server."),
                next_step=_AGAIN,
            )
        acting = replace(actor, interaction_id=job.interaction_id)
        try:
            permit = await self._access.require(acting, target, job.kind.level)
        except AccessDenied as error:  # it addresses whoever reads it
            level = job.kind.level.word
            raise AccessDenied(
                _(
                    "<@{user_id}>, who asked for it, no longer has {level} access to this server.",
                    user_id=job.user_id,
                    level=level,
                ),
                next_step=_AGAIN,
            ) from error

        return await self.own(job, server) if job.kind is JobKind.IDLE else permit

    async def own(self, job: Job, server: JobServer) -> Permit:
        """Return the guild's own permit: to bring back what the job has stopped, whoever asked for it."""
        guild = Actor.standing(job.guild_id, job.user_id)
        return self._access.guild_permit(guild, await self._target(server), job.kind.level)

    async def _target(self, server: JobServer) -> Target:
        target = await self._directory.find(server.key.panel_id, server.key.uuid)
        if target is None:
            raise ServerUnlisted
        return target
