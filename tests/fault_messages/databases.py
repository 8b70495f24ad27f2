"""Everything that goes wrong with databases."""

from collections.abc import Callable

from simcord import InteractionResult, ResponseMessage

from sandbox import Fault as Broken
from sandbox import Mode
from sandbox.resources import Database
from tests.fault_messages.page import Fault, Play
from tests.support.forms import submit
from tests.support.panel_accounts import only_may
from tests.support.world import World, shown

_RETRIES_S = 40.0
_CHANGES = "*/databases*"
_PASSWORD = "c4naryOldPassword!@=.xyz"
Before = Callable[[World], object]


def given(world: World, name: str = "shop") -> Database:
    """Make a database that is there already."""
    server = world.survival
    row = Database(
        id=world.sandbox.world.next_id("database"),
        name=f"s{server.id}_{name}",
        username=f"u{server.id}_{name}",
        password=_PASSWORD,
        remote="%",
    )
    server.databases.append(row)
    return row


async def run(world: World, command: str, **typed: str) -> InteractionResult:
    """Run a command as the admin."""
    return await world.admin.slash(world.channel, f"database {command}", server="Survival", **typed)


def asked(command: str, before: Before, **typed: str) -> Play:
    """Run a command that fails before anything is asked."""

    async def play(world: World) -> ResponseMessage:
        if command not in ("create", "list"):
            given(world)
        before(world)
        result = await run(world, command, **typed)
        await world.advance(_RETRIES_S)
        return shown(result)

    return play


def confirmed(command: str, before: Before) -> Play:
    """Run a command, make something go wrong while it asks, and say yes."""

    async def play(world: World) -> ResponseMessage:
        row = None if command == "create" else given(world)
        question = shown(await run(world, command, **({"database": "shop"} if row else {"name": "shop"})))
        before(world)
        click = await world.admin.click(question, label=_YES[command])
        if row is not None and command == "delete":
            click = await submit(world.admin, click, row.name)
        await world.advance(_RETRIES_S)
        return shown(click)

    return play


_YES = {"create": "Create", "rotate": "Rotate", "delete": "Delete…"}


def breaks(fault: Broken, method: str, times: int = 1) -> Before:
    """Break the next request of this kind."""
    return lambda world: world.sandbox.faults.add(fault, _CHANGES, method=method, times=times)


def breaks_permanently(fault: Broken, method: str, reads_before: int = 0) -> Before:
    """Break the change, and all reads after it."""

    def before(world: World) -> None:
        world.sandbox.faults.add(fault, _CHANGES, method=method)
        gone = Broken.status(502, html=True)
        world.sandbox.faults.add(gone, "*/databases", method="GET", skip=reads_before)

    return before


def switched_off(setting: str) -> Before:
    """Switch something off in the panel."""
    return lambda world: setattr(world.sandbox.world.settings, setting, False)


def filled(world: World) -> None:
    """Use the limit up."""
    for name in ("one", "two", "three"):
        given(world, name)


def pelican(world: World) -> None:
    """Be Pelican, whose account may not see passwords."""
    world.sandbox.world.mode = Mode.PELICAN
    only_may(world, "database.read", "database.update", "database.view_password")


def down(world: World) -> None:
    """Let nobody answer for the panel."""
    world.sandbox.faults.add(Broken.status(502, html=True), origin="panel")


async def taken_meanwhile(world: World) -> ResponseMessage:
    """Let somebody make the same name while it is asked."""
    question = shown(await run(world, "create", name="shop"))
    given(world, "SHOP")
    return shown(await world.admin.click(question, label="Create"))


async def none_allowed(world: World) -> ResponseMessage:
    """Let the panel allow the server no databases."""
    world.survival.feature_limits.databases = 0
    await world.advance(90)  # the list of servers, with their limits, is fetched again
    return shown(await run(world, "create", name="shop"))


async def hidden(world: World) -> ResponseMessage:
    """Let the account not see passwords, and ask for one."""
    given(world)
    only_may(world, *_READ)
    answer = shown(await run(world, "connection", database="shop"))
    return shown(await world.admin.click(answer, label="Show password"))


def nothing(_: World) -> None:
    """Break nothing: what is typed is wrong."""


_READ = ("database.read", "database.create", "database.update", "database.delete")

FAULTS = (
    Fault("a name with other signs", "database create", asked("create", nothing, name="größe-1")),
    Fault("a name that is too short", "database create", asked("create", nothing, name="ab")),
    Fault("a name that the panel cuts", "database create", asked("create", nothing, name="x" * 48)),
    Fault("`remote` is no mask", "database create", asked("create", nothing, name="shop", remote="my host")),
    Fault("the limit is reached", "database create", asked("create", filled, name="shop")),
    Fault(
        "the limit is 0",
        "database create",
        none_allowed,
    ),
    Fault(
        "the name is taken, in other letters",
        "database create",
        asked("create", lambda world: given(world, "SHOP"), name="shop"),
    ),
    Fault("the name is taken while it is asked", "database create", taken_meanwhile),
    Fault(
        "databases are switched off (500)",
        "database create",
        confirmed("create", switched_off("databases_enabled")),
    ),
    Fault("the panel has no host", "database create", confirmed("create", switched_off("database_hosts"))),
    Fault(
        "the database host is down (500)",
        "database create",
        confirmed("create", switched_off("database_host_up")),
    ),
    Fault(
        "too many in a minute (429)",
        "database create",
        confirmed("create", breaks(Broken.status(429, retry_after=40), "POST")),
    ),
    Fault(
        "no answer, and it was not made", "database create", confirmed("create", breaks(Broken.cut(), "POST"))
    ),
    Fault(
        "no answer, and nobody can look",
        "database create",
        confirmed("create", breaks_permanently(Broken.cut(), "POST", reads_before=1)),
    ),
    Fault(
        "the account may not create",
        "database create",
        confirmed("create", lambda world: only_may(world, "database.read")),
    ),
    Fault(
        "there is no such database", "database connection", asked("connection", nothing, database="elsewhere")
    ),
    Fault(
        "the password is not permitted (null_resource)",
        "database rotate",
        asked("rotate", lambda world: only_may(world, *_READ), database="shop"),
    ),
    Fault(
        "the password is not permitted, on Pelican",
        "database rotate",
        asked("rotate", pelican, database="shop"),
    ),
    Fault("the password is not permitted (null_resource)", "database connection", hidden),
    Fault(
        "the database host is down (500)",
        "database rotate",
        confirmed("rotate", switched_off("database_host_up")),
    ),
    Fault(
        "no answer, and nothing was changed",
        "database rotate",
        confirmed("rotate", breaks(Broken.cut(), "POST")),
    ),
    Fault(
        "no answer, and nobody can look",
        "database rotate",
        confirmed("rotate", breaks_permanently(Broken.cut(), "POST")),
    ),
    Fault(
        "it was deleted meanwhile",
        "database rotate",
        confirmed("rotate", lambda world: world.survival.databases.clear()),
    ),
    Fault(
        "the database host is down (500)",
        "database delete",
        confirmed("delete", switched_off("database_host_up")),
    ),
    Fault(
        "no answer, and it is still there",
        "database delete",
        confirmed("delete", breaks(Broken.cut(), "DELETE")),
    ),
    Fault(
        "no answer, and nobody can look",
        "database delete",
        confirmed("delete", breaks_permanently(Broken.cut(), "DELETE")),
    ),
    Fault(
        "it was deleted meanwhile",
        "database delete",
        confirmed("delete", lambda world: world.survival.databases.clear()),
    ),
    Fault("the panel is down", "database list", asked("list", down)),
    Fault(
        "the account may not see databases",
        "database list",
        asked("list", lambda world: only_may(world, "file.read")),
    ),
)
