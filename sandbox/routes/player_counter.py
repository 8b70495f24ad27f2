"""Pelican's plugin "Player Counter" (docs/reference/versions.md#player-counter)."""

from aiohttp import web

from sandbox.answers import Refusal, json_answer
from sandbox.resources import PlayerCount
from sandbox.routing import Call, Route, Throttle


async def query(call: Call) -> web.Response:
    """Return what the game reported, without the names."""
    count = _counted(call)
    return json_answer(
        {
            "hostname": count.hostname,
            "map": count.map,
            "current_players": count.current_players,
            "max_players": count.max_players,
        }
    )


async def players(call: Call) -> web.Response:
    """Name who is on; an empty list is refused like a missing one."""
    names = _counted(call).players
    if not names:
        raise _not_acceptable("Server query has no player list")
    return json_answer(names)


def _counted(call: Call) -> PlayerCount:
    server = call.server
    if not call.world.settings.player_counter:
        shown = call.request.path.strip("/")
        raise Refusal(404, "NotFoundHttpException", f"The route {shown} could not be found.")
    if server.primary.ip in {"0.0.0.0", "::"}:  # noqa: S104 - what the plugin compares with
        raise _not_acceptable("Server has invalid allocation")
    if server.power.state == "offline":
        raise _not_acceptable("Server is offline")
    if server.counted is None:
        raise _not_acceptable("Server has no query")
    return server.counted


def _not_acceptable(detail: str) -> Refusal:
    return Refusal(406, "HttpException", detail)


_LIMIT = Throttle("query", 2, 60, per_server=True)
ROUTES = [
    Route("GET", "/servers/{server}/query", query, only_pelican=True, v1_12=_LIMIT),
    Route("GET", "/servers/{server}/query/players", players, only_pelican=True, v1_12=_LIMIT),
]
