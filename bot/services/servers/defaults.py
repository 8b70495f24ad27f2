"""Default servers: which one is meant when a person names none."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.services.access import Authorizer, Rights, Scope
from bot.services.audit import Audit, Site
from bot.services.servers.directory import ServerDirectory
from bot.storage import Store
from bot.storage.repositories import default_servers

DEFAULT_SERVER_LEVEL = {
    DefaultScope.SELF: Level.VIEWER,
    DefaultScope.CHANNEL: Level.ADMIN,
    DefaultScope.GUILD: Level.ADMIN,
}


@dataclass(frozen=True, slots=True)
class DefaultLocation:
    """Where a person is: the channel and its parents (of a thread), the nearest first."""

    guild_id: int
    channel_ids: Sequence[int]
    user_id: int

    def subject(self, scope: DefaultScope) -> int:
        """Return the subject of a scope here: the person, the channel or the guild."""
        return {
            DefaultScope.CHANNEL: self.channel_ids[0],
            DefaultScope.SELF: self.user_id,
            DefaultScope.GUILD: self.guild_id,
        }[scope]


class DefaultServerService:
    """Sets default servers for a person, a channel or the guild, and finds the one that applies."""

    def __init__(
        self, store: Store, access: Authorizer, directory: ServerDirectory, audit: Audit, clock: Clock
    ) -> None:
        self._store = store
        self._access = access
        self._directory = directory
        self._audit = audit
        self._clock = clock

    async def here(self, spot: DefaultLocation) -> tuple[DefaultServer, ...]:
        """List the defaults that apply here, in order of precedence."""
        async with self._store.read() as conn:
            return await default_servers.applicable(
                conn, guild_id=spot.guild_id, channel_ids=spot.channel_ids, user_id=spot.user_id
            )

    async def counting(self, spot: DefaultLocation, rights: Rights) -> Target | None:
        """Return the server that applies here: the first that still exists and that the person may see."""
        for default in await self.here(spot):
            target = await self._directory.find(default.panel_id, default.server_uuid)
            if target is not None and rights.sees(target):
                return target
        return None

    async def choose(self, actor: Actor, spot: DefaultLocation, scope: DefaultScope, target: Target) -> None:
        """Set a default server; raises AccessDenied."""
        rights = await self._access.check(actor, target, Level.VIEWER)
        self._check(rights, scope)
        chosen = DefaultServer(
            spot.guild_id,
            scope,
            spot.subject(scope),
            target.panel_id,
            target.server.uuid,
            actor.user_id,
            self._clock.now(),
        )
        site = Site(target.panel_id, target.server.uuid)
        async with self._audit.act(actor, "default.choose", _facts(scope, spot), site=site):
            await self._store.write(lambda conn: default_servers.put(conn, chosen))

    async def clear(self, actor: Actor, spot: DefaultLocation, scope: DefaultScope) -> None:
        """Remove a default server, if there is one; raises AccessDenied."""
        self._check(await self._access.rights(actor), scope)
        async with self._audit.act(actor, "default.clear", _facts(scope, spot)):
            await self._store.write(
                lambda conn: default_servers.remove(
                    conn, guild_id=spot.guild_id, scope=scope, subject_id=spot.subject(scope)
                )
            )

    def _check(self, rights: Rights, scope: DefaultScope) -> None:
        rights.check(
            Scope.ANY_SERVER if scope is DefaultScope.SELF else Scope.ALL_SERVERS, DEFAULT_SERVER_LEVEL[scope]
        )


def _facts(scope: DefaultScope, spot: DefaultLocation) -> dict[str, str | int]:
    return {"scope": scope.value, "for": spot.subject(scope)}
