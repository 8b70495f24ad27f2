"""Allocations (docs/reference/servers.md#allocations)."""

from aiohttp import web

from sandbox.answers import (
    json_answer,
    listing,
    no_content,
    refused,
)
from sandbox.model import Allocation
from sandbox.routing import Call, Route, Throttle
from sandbox.transform import allocation_item


async def index(call: Call) -> web.Response:
    """List the allocations of a server."""
    items = (allocation_item(call.server, allocation) for allocation in call.server.allocations)
    return json_answer(listing(items))


async def store(call: Call) -> web.Response:
    """Assign another allocation, if the panel does that at all."""
    server = call.server
    limit = server.feature_limits.allocations or 0
    if len(server.allocations) >= limit:
        raise refused("Cannot assign additional allocations to this server: limit has been reached.")
    if not call.world.settings.allocations_enabled:
        raise refused(
            "Server auto-allocation is not enabled for this instance.", "AutoAllocationNotEnabledException"
        )
    number = call.world.next_id()
    allocation = Allocation(10_000 + number, server.allocations[0].ip, 40_000 + number)
    server.allocations.append(allocation)
    call.log("server:allocation.create", allocation=f"{allocation.ip}:{allocation.port}")
    return json_answer(allocation_item(server, allocation))


async def destroy(call: Call) -> web.Response:
    """Take an allocation away."""
    allocation: Allocation = call.models["allocation"]
    if not call.server.feature_limits.allocations:
        raise refused("You cannot delete allocations for this server: no allocation limit is set.")
    if allocation is call.server.allocations[0]:
        raise refused("You cannot delete the primary allocation for this server.")
    call.server.allocations.remove(allocation)
    call.log("server:allocation.delete", allocation=f"{allocation.ip}:{allocation.port}")
    return no_content()


BASE = "/servers/{server}/network/allocations"
ROUTES = [
    Route("GET", BASE, index, "allocation.read"),
    Route("POST", BASE, store, "allocation.create", v1_12=Throttle("allocations", 2, 60, per_server=True)),
    Route("DELETE", f"{BASE}/{{allocation}}", destroy, "allocation.delete"),
]
