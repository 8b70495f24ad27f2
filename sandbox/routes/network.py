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

FIRST_PORT, LAST_PORT = 40_000, 49_999


async def index(call: Call) -> web.Response:
    """List the allocations of a server, in the order of their ids."""
    items = (allocation_item(call.server, allocation) for allocation in call.server.allocations)
    return json_answer(listing(items))


async def store(call: Call) -> web.Response:
    """Assign another allocation, if the panel does that at all; a random one of the same address."""
    world, server = call.world, call.server
    limit = server.feature_limits.allocations or 0
    if len(server.allocations) >= limit:
        raise refused("Cannot assign additional allocations to this server: limit has been reached.")
    if not world.settings.allocations_enabled:
        raise refused(
            "Server auto-allocation is not enabled for this instance.", "AutoAllocationNotEnabledException"
        )
    number = len(server.allocations)  # any port, but the same one each time
    port = FIRST_PORT + (server.id * 977 + number * 7919) % (LAST_PORT - FIRST_PORT)
    allocation = Allocation(10_000 + world.next_id(), server.primary.ip, port)
    server.allocations.append(allocation)
    call.log("server:allocation.create", allocation=_text(allocation))
    return json_answer(allocation_item(server, allocation))


async def note(call: Call) -> web.Response:
    """Write the note on an allocation."""
    call.validate({"notes": "present|nullable|string|max:256"})
    allocation, old = call.allocation, call.allocation.notes
    allocation.notes = call.data["notes"]
    if old != allocation.notes:
        call.log("server:allocation.notes", allocation=_text(allocation), old=old, new=allocation.notes)
    return json_answer(allocation_item(call.server, allocation))


async def make_primary(call: Call) -> web.Response:
    """Make an allocation the primary one; the running game keeps the one that it was started with."""
    allocation = call.allocation
    call.server.primary_id = allocation.id
    call.log("server:allocation.primary", allocation=_text(allocation))
    return json_answer(allocation_item(call.server, allocation))


async def destroy(call: Call) -> web.Response:
    """Take an allocation away."""
    allocation = call.allocation
    if not call.server.feature_limits.allocations:
        raise refused("You cannot delete allocations for this server: no allocation limit is set.")
    if allocation is call.server.primary:
        raise refused("You cannot delete the primary allocation for this server.")
    call.server.allocations.remove(allocation)
    call.log("server:allocation.delete", allocation=_text(allocation))
    return no_content()


def _text(allocation: Allocation) -> str:
    return f"{allocation.ip}:{allocation.port}"


BASE = "/servers/{server}/network/allocations"
ONE = f"{BASE}/{{allocation}}"
ROUTES = [
    Route("GET", BASE, index, "allocation.read"),
    Route("POST", BASE, store, "allocation.create", v1_12=Throttle("allocations", 2, 60, per_server=True)),
    Route("POST", ONE, note, "allocation.update"),
    Route("POST", f"{ONE}/primary", make_primary, "allocation.update"),
    Route("DELETE", ONE, destroy, "allocation.delete"),
]
