"""Name, description, image and reinstall of a server (docs/reference/servers.md#settings)."""

from aiohttp import web

from sandbox.answers import (
    Refusal,
    WingsError,
    accepted,
    no_content,
)
from sandbox.node_link import on_node
from sandbox.power import stop
from sandbox.routing import Call, Route

INSTALL_SECONDS = 5.0
BUSY = "Cannot execute server reinstall event while another power action is running."


async def rename(call: Call) -> web.Response:
    """Give a server another name; Pelican does the description elsewhere."""
    call.validate({"name": "required|string|min:1|max:191", "description": "nullable|string"})
    server = call.server
    old, server.name = server.name, call.data["name"]
    if old != server.name:
        call.log("server:settings.rename", old=old, new=server.name)
    if "description" in call.data and not call.world.mode.is_pelican:
        _describe(call)
    return no_content()


async def describe(call: Call) -> web.Response:
    """Give a server another description (Pelican)."""
    call.validate({"description": "nullable|string"})
    _describe(call)
    return no_content()


async def reinstall(call: Call) -> web.Response:
    """Run the egg's installation again; the server is closed meanwhile."""
    world, server = call.world, call.server

    def finish() -> None:
        if server.status == "installing":
            server.status = None
            world.publish(server, "install completed", "")

    def act() -> None:
        if server.power.action is not None:
            raise WingsError(409, BUSY)
        if server.state != "offline":
            stop(world, server, patience=10.0)
        world.publish(server, "install started", "")
        world.publish(
            server, "daemon message", "Starting installation process, this could take a few minutes..."
        )
        world.later(INSTALL_SECONDS / 2, lambda: world.publish(server, "install output", "Installing"))
        world.later(INSTALL_SECONDS, finish)

    on_node(server, act)
    server.status = "installing"
    call.log("server:reinstall")
    return accepted()


async def image(call: Call) -> web.Response:
    """Choose another of the egg's images."""
    server = call.server
    allowed = list(server.egg.docker_images.values())
    call.validate({"docker_image": f"required|string|max:191|in:{','.join(allowed)}"})
    if server.docker_image not in allowed:
        raise Refusal(
            400,
            "BadRequestHttpException",
            "This server's Docker image has been manually set by an administrator and cannot be updated.",
        )
    old, server.docker_image = server.docker_image, call.data["docker_image"]
    if old != server.docker_image:
        call.log("server:startup.image", old=old, new=server.docker_image)
    return no_content()


def _describe(call: Call) -> None:
    old, call.server.description = call.server.description, call.data.get("description") or ""
    if old != call.server.description:
        call.log("server:settings.description", old=old, new=call.server.description)


BASE = "/servers/{server}/settings"
ROUTES = [
    Route("POST", f"{BASE}/rename", rename, "settings.rename"),
    Route("POST", f"{BASE}/description", describe, "settings.description", only_pelican=True),
    Route("POST", f"{BASE}/reinstall", reinstall, "settings.reinstall"),
    Route("PUT", f"{BASE}/docker-image", image, "startup.docker-image"),
]
