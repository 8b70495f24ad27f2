"""The client API's routes, one module a resource group; each exports ROUTES."""

from sandbox.routes import (
    account,
    activity,
    backups,
    control,
    databases,
    files,
    network,
    player_counter,
    schedules,
    servers,
    settings,
    startup,
    tasks,
    users,
)
from sandbox.routing import Route

MODULES = (
    account,
    activity,
    backups,
    control,
    databases,
    files,
    network,
    player_counter,
    schedules,
    servers,
    settings,
    startup,
    tasks,
    users,
)


def all_routes() -> list[Route]:
    """Return every route of the client API."""
    return [route for module in MODULES for route in module.ROUTES]
