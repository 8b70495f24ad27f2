"""The account behind the key (docs/reference/panel-api.md#account-and-keys)."""

from bot.panel.account_session import AccountSession
from bot.panel.models.account import Account, SystemPermissions
from bot.panel.request import Request, item

_account = item(Account)
_permissions = item(SystemPermissions)


class AccountInfo:
    """Who the key belongs to."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def view(self) -> Account:
        """Fetch the account. KeyRefused and its subclasses say what is wrong with the key."""
        return await self._channel.send(Request("GET", "/account", parse=_account))

    async def permissions(self) -> SystemPermissions:
        """List all permissions that this panel knows."""
        return await self._channel.send(Request("GET", "/permissions", parse=_permissions))
