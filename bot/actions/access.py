"""The one place that says yes or no."""

from collections.abc import Mapping

from bot.actions.directory import Target
from bot.domain.access import Actor, GuildScope, Level, allowed_guilds, guild_level, in_scope
from bot.errors import AccessDenied


class Access:
    """Knows which guild may see which server, and what a person may do there."""

    def __init__(self, guilds: Mapping[str, Mapping[int, GuildScope]]) -> None:
        """Take, for each panel's id, its guilds and what each may see."""
        self._guilds = guilds
        self._allowed = allowed_guilds(guilds)

    def serves(self, guild_id: int | None) -> bool:
        """Whether the bot is set up in this guild."""
        return guild_id in self._allowed

    def panels_of(self, guild_id: int | None) -> list[str]:
        """List the panels that serve a guild."""
        return [panel_id for panel_id, scopes in self._guilds.items() if guild_id in scopes]

    def level(self, actor: Actor, target: Target | None = None) -> Level:
        """How much somebody may do, on one server when it is given."""
        if target is not None and not self._in_scope(actor, target):
            return Level.NONE
        return guild_level(actor, guild_allowed=self.serves(actor.guild_id))

    def sees(self, actor: Actor, target: Target) -> bool:
        """Whether the server may be shown to the person at all."""
        return self.level(actor, target) >= Level.VIEWER

    def require(self, actor: Actor, target: Target | None, level: Level) -> None:
        """Raise AccessDenied unless the person has at least this level."""
        has = self.level(actor, target)
        if has >= level:
            return
        if has is Level.NONE:
            raise AccessDenied(
                "You may not use Quetzal here.",
                next_step="It takes the Manage Server permission: ask an administrator of this server.",
            )
        raise AccessDenied(f"That takes the level {level.word}, and yours is {has.word}.")

    def _in_scope(self, actor: Actor, target: Target) -> bool:
        if actor.guild_id is None:
            return False
        scope = self._guilds[target.panel_id].get(actor.guild_id)
        return in_scope(scope, target.server.identifier, target.server.uuid)
