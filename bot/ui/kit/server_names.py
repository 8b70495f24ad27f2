"""Names of servers that are known by uuid only."""

from collections.abc import Iterable

from bot.services.servers import ServerDirectory


async def server_names(
    directory: ServerDirectory, places: Iterable[tuple[str, str | None]]
) -> dict[str, str]:
    """Map the uuids of (panel, uuid) to names; those that are gone or not for servers are left out."""
    names = {}
    for panel_id, uuid in set(places):
        if uuid is not None and (target := await directory.find(panel_id, uuid)) is not None:
            names[uuid] = target.server.name
    return names
