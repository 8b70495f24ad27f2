"""`python -m tests.panel.routes`: every route of the client API that the panel's web page uses, as a table.

For each: the page, the route, our command, and what holds our side to it: recordings of a real panel that
the client understands, the sandbox's route, and contract stories that replay those recordings.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sandbox.routes import all_routes
from tests.contract.coverage import coverage
from tests.panel.recorded_calls import CALLS
from tests.support.recordings import http_recordings

ROOT = Path(__file__).parents[2]
_COMMANDS = re.compile(r"^\| `/([a-z -]+)` \|", re.MULTILINE)
_CALL = re.compile(r"\b([a-z]+\.[a-z_]+)\(")
_OWN_CALL = re.compile(r"self\.([a-z_]+)\(")
_ID = re.compile(r"\{[a-z]+\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A route as the web page uses it. `without`: why there is no command for it."""

    page: str
    method: str
    path: str
    command: str | None = None
    without: str | None = None

    @property
    def name(self) -> str:
        """Method and path, with `S` for a server and `ID` for anything else."""
        return f"{self.method} {self.path}"


def _page(page: str, *rows: tuple[str, str, str]) -> list[Route]:
    return [Route(page, method, path, command) for method, path, command in rows]


_ACCOUNT = "it is about the panel account: its password belongs on the panel's page, not into Discord"
_KEYS = "a bot makes no keys: `/quetzal link` takes one that a person made"
_SERVER = "/servers/S"

# Source: *panel* `routes/api-client.php` and `resources/scripts/api`.
ROUTES: list[Route] = [
    *_page(
        "Dashboard",
        ("GET", "/", "server list"),
        ("GET", "/permissions", "users invite"),
    ),
    Route("Account", "GET", "/account", "quetzal link"),
    Route("Account", "PUT", "/account/email", without=_ACCOUNT),
    Route("Account", "PUT", "/account/password", without=_ACCOUNT),
    Route("Account", "GET", "/account/two-factor", without=_ACCOUNT),
    Route("Account", "POST", "/account/two-factor", without=_ACCOUNT),
    Route("Account", "POST", "/account/two-factor/disable", without=_ACCOUNT),
    Route(
        "Account", "GET", "/account/activity", without="it lists sign-ins of the account, nothing of servers"
    ),
    Route("Account", "GET", "/account/api-keys", without=_KEYS),
    Route("Account", "POST", "/account/api-keys", without=_KEYS),
    Route("Account", "DELETE", "/account/api-keys/ID", without=_KEYS),
    Route("Account", "GET", "/account/ssh-keys", without=_ACCOUNT),
    Route("Account", "POST", "/account/ssh-keys", without=_ACCOUNT),
    Route("Account", "POST", "/account/ssh-keys/remove", without=_ACCOUNT),
    *_page(
        "Console",
        ("GET", _SERVER, "server status"),
        ("GET", f"{_SERVER}/resources", "server status"),
        ("GET", f"{_SERVER}/websocket", "server console"),
        ("POST", f"{_SERVER}/command", "server command"),
        ("POST", f"{_SERVER}/power", "server power"),
    ),
    *_page(
        "Files",
        ("GET", f"{_SERVER}/files/list", "files list"),
        ("GET", f"{_SERVER}/files/contents", "files read"),
        ("GET", f"{_SERVER}/files/download", "files download"),
        ("GET", f"{_SERVER}/files/upload", "files upload"),
        ("POST", f"{_SERVER}/files/write", "files edit"),
        ("PUT", f"{_SERVER}/files/rename", "files move"),
        ("POST", f"{_SERVER}/files/copy", "files copy"),
        ("POST", f"{_SERVER}/files/create-folder", "files mkdir"),
        ("POST", f"{_SERVER}/files/delete", "files delete"),
        ("POST", f"{_SERVER}/files/compress", "files compress"),
        ("POST", f"{_SERVER}/files/decompress", "files extract"),
    ),
    Route(
        "Files",
        "POST",
        f"{_SERVER}/files/chmod",
        without="an upload or an archive sets it; games that run in a container need no other",
    ),
    Route(
        "Files",
        "POST",
        f"{_SERVER}/files/pull",
        without="the node would fetch from any address that is typed here; `/files upload` takes a file",
    ),
    *_page(
        "Databases",
        ("GET", f"{_SERVER}/databases", "database list"),
        ("POST", f"{_SERVER}/databases", "database create"),
        ("POST", f"{_SERVER}/databases/ID/rotate-password", "database rotate"),
        ("DELETE", f"{_SERVER}/databases/ID", "database delete"),
    ),
    *_page(
        "Schedules",
        ("GET", f"{_SERVER}/schedules", "schedule list"),
        ("POST", f"{_SERVER}/schedules", "schedule create"),
        ("GET", f"{_SERVER}/schedules/ID", "schedule show"),
        ("POST", f"{_SERVER}/schedules/ID", "schedule edit"),
        ("POST", f"{_SERVER}/schedules/ID/execute", "schedule run"),
        ("DELETE", f"{_SERVER}/schedules/ID", "schedule delete"),
        ("POST", f"{_SERVER}/schedules/ID/tasks", "schedule task add"),
        ("POST", f"{_SERVER}/schedules/ID/tasks/ID", "schedule task edit"),
        ("DELETE", f"{_SERVER}/schedules/ID/tasks/ID", "schedule task remove"),
    ),
    *_page(
        "Users",
        ("GET", f"{_SERVER}/users", "users list"),
        ("POST", f"{_SERVER}/users", "users invite"),
        ("GET", f"{_SERVER}/users/ID", "users edit"),
        ("POST", f"{_SERVER}/users/ID", "users edit"),
        ("DELETE", f"{_SERVER}/users/ID", "users remove"),
    ),
    *_page(
        "Backups",
        ("GET", f"{_SERVER}/backups", "backup list"),
        ("POST", f"{_SERVER}/backups", "backup create"),
        ("GET", f"{_SERVER}/backups/ID", "backup info"),
        ("GET", f"{_SERVER}/backups/ID/download", "backup download"),
        ("POST", f"{_SERVER}/backups/ID/lock", "backup lock"),
        ("POST", f"{_SERVER}/backups/ID/restore", "backup restore"),
        ("DELETE", f"{_SERVER}/backups/ID", "backup delete"),
    ),
    *_page(
        "Network",
        ("GET", f"{_SERVER}/network/allocations", "network list"),
        ("POST", f"{_SERVER}/network/allocations", "network add"),
        ("POST", f"{_SERVER}/network/allocations/ID", "network note"),
        ("POST", f"{_SERVER}/network/allocations/ID/primary", "network primary"),
        ("DELETE", f"{_SERVER}/network/allocations/ID", "network remove"),
    ),
    *_page(
        "Startup",
        ("GET", f"{_SERVER}/startup", "startup show"),
        ("PUT", f"{_SERVER}/startup/variable", "startup set"),
        ("PUT", f"{_SERVER}/settings/docker-image", "server image"),
    ),
    *_page(
        "Settings",
        ("POST", f"{_SERVER}/settings/rename", "server rename"),
        ("POST", f"{_SERVER}/settings/reinstall", "server reinstall"),
    ),
    *_page("Activity", ("GET", f"{_SERVER}/activity", "activity list")),
]


@dataclass(frozen=True, slots=True)
class Row:
    """A route with what there is of it on our side."""

    route: Route
    has_command: bool
    calls: str | None
    """The panel client's method, None when there is none or nothing but tests calls it."""
    recordings: int
    in_sandbox: bool
    stories: int

    @property
    def problems(self) -> list[str]:
        """What is missing."""
        if self.route.without is not None:
            return []
        checks = {
            f"/{self.route.command} is no command": self.has_command,
            "no feature calls it": self.calls is not None,
            "no recording": self.recordings > 0,
            "not in the sandbox": self.in_sandbox,
            "no story": self.stories > 0,
        }
        return [problem for problem, is_fine in checks.items() if not is_fine]


def collect_rows() -> list[Row]:
    """Look for what there is of each route."""
    commands = {*_COMMANDS.findall((ROOT / "docs" / "access-table.md").read_text())}
    sandbox = {_named(route.method, route.path) for route in all_routes()}
    recorded = [
        (recording.name, _recorded(recording.method, recording.path)) for recording in http_recordings()
    ]
    replayed = {name.partition("/")[2] for name in coverage().replayed}
    recordings = Counter(route for _, route in recorded)
    stories = Counter(route for name, route in recorded if name in replayed)
    used = _called()
    return [
        Row(
            route,
            route.command in commands,
            _method_of(route, used),
            recordings[route.name],
            route.name in sandbox,
            stories[route.name],
        )
        for route in ROUTES
    ]


def table(rows: list[Row]) -> Iterator[str]:
    """Write the table, with what is missing behind each line."""
    yield f"{'page':10} {'route':52} {'command':22} {'client':24} {'rec':>4} {'sandbox':7} {'stories':>7}"
    for row in rows:
        route = row.route
        line = f"{route.page:10} {route.name:52} {'/' + route.command if route.command else '-':22} "
        line += (
            f"{row.calls or '-':24} {row.recordings:4} {'yes' if row.in_sandbox else '-':7} {row.stories:7}"
        )
        yield f"{line}  {route.without or '; '.join(row.problems)}".rstrip()
    missing = sum(bool(row.problems) for row in rows)
    without = sum(row.route.without is not None for row in rows)
    yield f"{len(rows)} routes, {without} without a command for a reason, {missing} with something missing"


def _named(method: str, path: str) -> str:
    return f"{method} {_ID.sub('ID', path.replace('{server}', 'S')) or '/'}"


def _recorded(method: str, path: str) -> str:
    """Name the route of a recorded request; its ids are the parts that no route has as a word."""
    parts = path.removeprefix("/api/client").strip("/").split("/")
    for route in ROUTES:
        words = route.path.strip("/").split("/")
        fits = len(words) == len(parts) and all(
            word == part or (word in {"S", "ID"} and part) for word, part in zip(words, parts, strict=True)
        )
        if route.method == method and fits:
            return route.name
    return ""


def _method_of(route: Route, used: set[str]) -> str | None:
    call = CALLS.get(route.name) or CALLS.get(route.name.replace("/tasks/ID", "/tasks/TASK"))
    names = () if call is None else call.__code__.co_names
    methods = (f"{group}.{method}" for group, method in pairwise(names))
    return next((method for method in methods if method in used), None)


def _called() -> set[str]:
    """Name the client's methods that a feature calls, or another method of the client."""
    features = [path for path in (ROOT / "bot").rglob("*.py") if path.parent.parts[-1] != "panel"]
    called = {call for path in features for call in _CALL.findall(path.read_text())}
    for module in (ROOT / "bot" / "panel").glob("*.py"):
        called |= {f"{module.stem}.{method}" for method in _OWN_CALL.findall(module.read_text())}
    return called


if __name__ == "__main__":
    all_rows = collect_rows()
    sys.stdout.writelines(f"{line}\n" for line in table(all_rows))
    sys.exit(any(row.problems for row in all_rows))
