"""Authorization: the only place that decides who may do what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.core.errors import AccessDenied
from bot.core.i18n import N_, Message, _
from bot.domain.grants import NOTHING, Grant, Standing, standing
from bot.domain.levels import (
    Actor,
    GuildScope,
    Level,
    allowed_guilds,
)
from bot.domain.observation import ServerKey
from bot.domain.target import Target
from bot.panel import Lane, PanelClient
from bot.panel.models import Server
from bot.services.access.cached_rows import CachedRows
from bot.services.access.member_keys import MemberKeys
from bot.storage import Store
from bot.storage.repositories import grants

_SHORT_ID = 8
IdentifierOf = Callable[[str, str], str]


def usual_identifier(panel_id: str, uuid: str) -> str:
    """Guess the short id of a server: in most panels it is the beginning of the uuid."""
    return uuid[:_SHORT_ID]


class Scope(Enum):
    """Where a level is required, if neither on one server nor on one panel."""

    ALL_SERVERS = "guild"
    """Everything that the guild may see, on each of its panels."""
    ANY_SERVER = "somewhere"
    """Any one server: for requests that are narrowed to servers later."""


@dataclass(frozen=True, slots=True)
class WholePanel:
    """All servers of a panel that the guild may see."""

    panel_id: str


@dataclass(frozen=True, slots=True)
class OneServer:
    """A server by its uuid, whether its panel lists it at the moment or not."""

    panel_id: str
    uuid: str


@dataclass(frozen=True, slots=True)
class AnyServerOn:
    """Any one server of a panel: for facts that concern the whole panel."""

    panel_id: str


Where = Target | OneServer | WholePanel | AnyServerOn | Scope


@dataclass(frozen=True, slots=True)
class Permit:
    """Proof that a person may act on a server now.

    Only the `Authorizer` makes it, and every action requires one. `panel` uses the person's own key when they
    linked one, else the bot's.
    """

    actor: Actor
    target: Target
    level: Level
    panel: PanelClient

    @property
    def server(self) -> Server:
        """The server."""
        return self.target.server

    @property
    def uuid(self) -> str:
        """The server's uuid."""
        return self.target.server.uuid

    @property
    def panel_id(self) -> str:
        """The panel's id in the settings."""
        return self.target.panel_id

    @property
    def key(self) -> ServerKey:
        """The server's key in the store."""
        return self.target.key


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do in their guild at this moment; for many checks in a row."""

    actor: Actor
    standings: Mapping[str, Standing]
    panels: Mapping[str, PanelClient]
    """The guild's panels, with this person's keys."""
    identifier_of: IdentifierOf = usual_identifier
    """Returns the short id of a server by its uuid."""

    def level(self, where: Where) -> Level:
        """Return the person's level there."""
        match where:
            case Target(panel_id, server):
                panel_standing = self.standings.get(panel_id, NOTHING)
                return panel_standing.on(identifier=server.identifier, uuid=server.uuid)
            case OneServer(panel_id, uuid):
                panel_standing = self.standings.get(panel_id, NOTHING)
                return panel_standing.on(identifier=self.identifier_of(panel_id, uuid), uuid=uuid)
            case WholePanel(panel_id):
                return self.standings.get(panel_id, NOTHING).everywhere
            case AnyServerOn(panel_id):
                panel_standing = self.standings.get(panel_id, NOTHING)
                return max(panel_standing.everywhere, *panel_standing.by_server.values(), Level.NONE)
            case Scope.ALL_SERVERS:
                return min(
                    (panel_standing.everywhere for panel_standing in self.standings.values()),
                    default=Level.NONE,
                )
            case Scope.ANY_SERVER:
                return max(
                    (
                        level
                        for standing in self.standings.values()
                        for level in (standing.everywhere, *standing.by_server.values())
                    ),
                    default=Level.NONE,
                )

    def sees(self, target: Target) -> bool:
        """Return whether the server may be shown to the person at all."""
        return self.level(target) >= Level.VIEWER

    def check(self, where: Where, level: Level) -> None:
        """Raise AccessDenied unless the person has at least this level there."""
        has = self.level(where)
        if has >= level:
            return
        if has is Level.NONE and self.level(Scope.ANY_SERVER) is Level.NONE:
            raise AccessDenied(
                N_("You don't have access to Quetzal here."),
                next_step=(
                    N_(
                        "An administrator of this Discord server can give you, or one of your roles, a "
                        "level with `/quetzal access grant`."
                    )
                ),
            )
        yours = _("you have {has}", has=has.word) if has else _("you have none")
        raise AccessDenied(_(_needed(where), level=level.word, yours=yours))

    def permit(self, target: Target, level: Level) -> Permit:
        """Give the proof that the person may act on this server; raises AccessDenied."""
        self.check(target, level)
        return Permit(self.actor, target, self.level(target), self.panels[target.panel_id])


def _needed(where: Where) -> Message:
    match where:
        case Scope.ANY_SERVER:
            return N_("You need {level} access; {yours}.")
        case Target() | OneServer():
            return N_("You need {level} access on that server; {yours}.")
        case _:
            return N_("You need {level} access for all servers here; {yours}.")


class Authorizer:
    """Decides which servers a guild may see and what a person may do there.

    Call `require` before an action on a server: it returns the `Permit` that services require, or raises
    AccessDenied.
    """

    def __init__(
        self,
        guilds: Mapping[str, Mapping[int, GuildScope]],
        store: Store,
        keys: MemberKeys,
        identifier_of: IdentifierOf = usual_identifier,
    ) -> None:
        """`panels` maps each panel's id to its guilds and what each may see."""
        self._identifier_of = identifier_of
        self._guilds = guilds
        self._allowed = allowed_guilds(guilds)
        self._keys = keys
        self.granted: CachedRows[int, tuple[Grant, ...]] = CachedRows(store, grants.of_guild)
        """The grants, by guild; grants and revocations must go through it."""

    def serves(self, guild_id: int | None) -> bool:
        """Return whether the bot is set up in this guild."""
        return guild_id in self._allowed

    def panels_of(self, guild_id: int | None) -> list[str]:
        """List the panels that serve a guild."""
        return [panel_id for panel_id, scopes in self._guilds.items() if guild_id in scopes]

    def guilds_of(self, panel_id: str) -> list[int]:
        """List the guilds that a panel serves."""
        return [*self._guilds.get(panel_id, {})]

    def scope(self, guild_id: int, panel_id: str) -> GuildScope | None:
        """Return which servers of a panel a guild may see; None: the panel doesn't serve the guild."""
        return self._guilds.get(panel_id, {}).get(guild_id)

    async def rights(self, actor: Actor) -> Rights:
        """Return what a person may do in their guild now."""
        guild_id = actor.guild_id
        if guild_id is None or not self.serves(guild_id):
            return Rights(actor, {}, {})
        granted = await self.granted.get(guild_id)
        panel_ids = self.panels_of(guild_id)
        return Rights(
            actor,
            {
                panel_id: standing(actor, panel_id, self._guilds[panel_id][guild_id], granted)
                for panel_id in panel_ids
            },
            {panel_id: await self._keys.client(panel_id, actor.user_id) for panel_id in panel_ids},
            self._identifier_of,
        )

    async def check(self, actor: Actor, where: Where, level: Level) -> Rights:
        """Raise AccessDenied unless the person has at least this level there."""
        rights = await self.rights(actor)
        rights.check(where, level)
        return rights

    async def require(self, actor: Actor, target: Target, level: Level) -> Permit:
        """Give the proof that the person may act on this server; raises AccessDenied."""
        return (await self.rights(actor)).permit(target, level)

    async def standing_permit(self, actor: Actor, target: Target, level: Level) -> Permit:
        """Return a permit for the guild's standing work if this person has the level; raises AccessDenied."""
        await self.check(actor, target, level)
        guild = Actor.standing(actor.guild_id or 0, actor.user_id)
        return self.guild_permit(guild, target, level)

    async def delegated_permit(self, actor: Actor, target: Target, level: Level) -> Permit:
        """Return a permit with the guild's key for what it lets people of this level do by its standing work.

        The actor is the person, who may do nothing else with it. Raises AccessDenied.
        """
        await self.check(actor, target, level)
        return Permit(actor, target, level, self._keys.own(target.panel_id))

    def guild_permit(self, guild: Actor, target: Target, level: Level) -> Permit:
        """Return a permit with the guild's key: only to stop or resume its standing work."""
        return Permit(guild, target, level, self._keys.own(target.panel_id).on(Lane.BACKGROUND))
