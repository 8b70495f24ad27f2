"""What happened between two recordings without a request, or with one that was not kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote

from typing_extensions import override

from sandbox.games import Game
from sandbox.node.volumes import archive_of
from sandbox.power import crash, stop
from tests.contract.recorded_world import RecordedWorld
from tests.contract.recordings import exchange
from tests.contract.rig import UUIDS
from tests.contract.steps import Change

SERVERS = "/api/client/servers"


def signed(name: str, path: str | None = None, *, backup: str | None = None) -> Change:
    """Have a URL signed: for a file, for a backup, or for an upload without either."""

    async def change(recorded: RecordedWorld) -> None:
        below = f"{SERVERS}/{UUIDS[name]}"
        if backup:
            route = f"{below}/backups/{recorded.ids['backup', backup]}/download"
        else:
            route = f"{below}/files/" + (f"download?file={quote(path, safe='')}" if path else "upload")
        recorded.signed_url = (await recorded.request("GET", route, "wings"))["attributes"]["url"]

    return change


def denied(name: str, *patterns: str) -> Change:
    """Put names onto the deny list of a server's egg."""
    return lambda recorded: recorded.servers[name].egg.denylist.extend(patterns)


def lock(name: str, backup: str) -> Change:
    """Turn the lock of a backup, known by its recorded uuid."""
    return lambda recorded: recorded.request("POST", f"{_backup(recorded, name, backup)}/lock", "wings")


def restore(name: str, backup: str, *, truncate: bool) -> Change:
    """Ask for a backup's restoration."""
    body = {"truncate": truncate}
    return lambda recorded: recorded.request(
        "POST", f"{_backup(recorded, name, backup)}/restore", "wings", json=body
    )


def vanished(name: str, backup: str) -> Change:
    """Take the archive of a backup off the node."""

    def change(recorded: RecordedWorld) -> None:
        _archive_of(recorded, name, backup).unlink()

    return change


def corrupted(name: str, backup: str) -> Change:
    """Let the archive of a backup break off in the middle."""

    def change(recorded: RecordedWorld) -> None:
        archive = _archive_of(recorded, name, backup)
        archive.write_bytes(archive.read_bytes()[:-100])

    return change


def crashed(name: str, exit_code: int) -> Change:
    """Let a server's process end by itself."""
    return lambda recorded: crash(recorded.sandbox.world, recorded.servers[name], exit_code)


def suspended(name: str) -> Change:
    """Let an administrator suspend a server: the panel notifies the node, which stops it."""

    def change(recorded: RecordedWorld) -> None:
        recorded.servers[name].status = "suspended"
        stop(recorded.sandbox.world, recorded.servers[name])

    return change


def deleted(name: str) -> Change:
    """Let an administrator delete a server."""

    def change(recorded: RecordedWorld) -> None:
        server = recorded.sandbox.world.servers.pop(recorded.servers[name].uuid)
        recorded.sandbox.world.publish(server, "deleted", "null")

    return change


def daemon_killed(recorded: RecordedWorld) -> None:
    """Kill the daemon, and start it again."""
    recorded.sandbox.node_down()
    recorded.sandbox.node_down(down=False)


def permitted(name: str, user: str, *permissions: str) -> Change:
    """Set what a subuser may do."""
    route = f"{SERVERS}/{UUIDS[name]}/users"
    body = {"permissions": list(permissions)}
    return lambda recorded: recorded.request(
        "POST", f"{route}/{recorded.sandbox.world.user(user).uuid}", "wings", json=body
    )


def scheduled(name: str, recorded_id: str) -> Change:
    """Make the schedule that the recordings know under an id."""

    async def change(recorded: RecordedWorld) -> None:
        cron = {"minute": "0", "hour": "4", "day_of_month": "*", "month": "*", "day_of_week": "*"}
        body = {"name": "nightly", "is_active": True, **cron}
        made = await recorded.request("POST", f"{SERVERS}/{UUIDS[name]}/schedules", "wings", json=body)
        recorded.ids["server_schedule", recorded_id] = str(made["attributes"]["id"])

    return change


def logged(
    name: str, recording: str, *, by_time: bool = False, reader: str = "wings", others: str | None = None
) -> Change:
    """Write the rows of a recorded activity list, as `reader` saw it, into a server's log.

    Rows without an address are those of `others`.
    """

    def change(recorded: RecordedWorld) -> None:
        rows = [row["attributes"] for row in exchange(recording).answer["data"]]
        world = recorded.sandbox.world
        for row in sorted(rows, key=itemgetter("timestamp")) if by_time else rows:
            by = reader if row["ip"] else others
            actor = None if by is None else world.user(by)
            world.log(
                recorded.servers[name],
                row["event"],
                row["properties"],
                actor=actor,
                ip=row["ip"],
                is_api=row["is_api"],
                at=datetime.fromisoformat(row["timestamp"]),
            )

    return change


@dataclass(slots=True)
class Flood(Game):
    """A game whose help is far too long."""

    @override
    def reply(self, command: str) -> Iterable[str]:
        """Print more at once than Wings passes on."""
        return (f"help line {number}" for number in range(5000))


def _backup(recorded: RecordedWorld, name: str, backup: str) -> str:
    return f"{SERVERS}/{UUIDS[name]}/backups/{recorded.ids['backup', backup]}"


def _archive_of(recorded: RecordedWorld, name: str, backup: str) -> Path:
    return archive_of(recorded.sandbox.world, recorded.servers[name], recorded.ids["backup", backup])
