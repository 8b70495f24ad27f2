"""Console commands and power signals (docs/reference/servers.md)."""

from aiohttp import web

from sandbox.answers import Refusal, no_content
from sandbox.node_link import on_node
from sandbox.power import (
    PERMISSIONS,
    SIGNALS,
    PowerBusy,
    PowerRefused,
    ServerOffline,
    send_command,
    signal,
)
from sandbox.routing import Call, Route


async def command(call: Call) -> web.Response:
    """Type a line into the console."""
    call.validate({"command": "required|string|min:1"})
    text = call.data["command"]
    try:
        on_node(call.server, lambda: send_command(call.world, call.server, text))
    except ServerOffline as error:
        sentence = "Server must be online in order to send commands."
        raise Refusal(502, "HttpException", sentence) from error
    call.log("server:console.command", command=text)
    return no_content()


async def power(call: Call) -> web.Response:
    """Send a power signal; the response doesn't say what came of it."""
    call.validate({"signal": f"required|string|in:{','.join(SIGNALS)}"})
    name = call.data["signal"]

    def act() -> None:
        try:
            signal(call.world, call.server, name)
        except (PowerBusy, PowerRefused):
            return  # dropped silently

    on_node(call.server, act)
    call.log(f"server:power.{name}")
    return no_content()


def power_permission(call: Call) -> str:
    """Return what a signal needs; one nobody knows needs what no subuser has."""
    return f"control.{PERMISSIONS.get(str(call.data.get('signal')), 'unknown')}"


ROUTES = [
    Route("POST", "/servers/{server}/command", command, "control.console"),
    Route("POST", "/servers/{server}/power", power, power_permission),
]
