"""The view of one server, which works in every state of the server."""

from bot.panel.models.servers import Server, ServerView
from bot.panel.request import Request, server_ids


def view_request(uuid: str) -> Request[Server]:
    """Return the request for a server with the account's permissions on it."""
    return Request("GET", "/servers/{server}", server_ids(uuid), params={"include": "egg"}, parse=_view)


def _view(body: bytes) -> Server:
    view = ServerView.model_validate_json(body)
    if view.meta is None:
        return view.attributes
    return view.attributes.model_copy(
        update={"permissions": view.meta.user_permissions, "is_owner": view.meta.is_server_owner}
    )
