"""Who may do what: authorization, grants, member keys, guild settings."""

from bot.services.access.authorizer import (
    AnyServerOn,
    Authorizer,
    OneServer,
    Permit,
    Rights,
    Scope,
    Where,
    WholePanel,
)
from bot.services.access.cached_rows import CachedRows
from bot.services.access.grants import GrantService, Subject, place_of
from bot.services.access.guild_settings import GuildSettingsService
from bot.services.access.member_keys import MemberKeys
from bot.services.access.member_keys_link import LinkedKey, MemberKeyLinking

__all__ = [
    "AnyServerOn",
    "Authorizer",
    "CachedRows",
    "GrantService",
    "GuildSettingsService",
    "LinkedKey",
    "MemberKeyLinking",
    "MemberKeys",
    "OneServer",
    "Permit",
    "Rights",
    "Scope",
    "Subject",
    "Where",
    "WholePanel",
    "place_of",
]
