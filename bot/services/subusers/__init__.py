"""The panel's subusers: who has which of its permissions on a server."""

from bot.services.subusers.errors import NoSuchSubuser
from bot.services.subusers.manage import SubuserChange, SubuserService

__all__ = ["NoSuchSubuser", "SubuserChange", "SubuserService"]
