"""What was done to a server (docs/reference/servers.md#activity-log)."""

from bot.panel.account_session import AccountSession, page_of
from bot.panel.models.account import Activity
from bot.panel.models.base import ItemList, Page
from bot.panel.request import Request, server_ids

_list = ItemList[Activity].model_validate_json


class ActivityLog:
    """A server's activity, newest first."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def page(
        self, uuid: str, page: int = 1, per_page: int = 25, event: str | None = None
    ) -> Page[Activity]:
        """One page, newest first; at most 100 a page. `event` is part of an event's name."""
        params = {"page": str(page), "per_page": str(per_page), "sort": "-timestamp", "include": "actor"}
        if event:
            params["filter[event]"] = event
        request = Request("GET", "/servers/{server}/activity", server_ids(uuid), params=params, parse=_list)
        return page_of(await self._channel.send(request))
