"""What people do while secrets are about. A part that has more of either adds its stories to STORIES.

`belongs` is what a secret was shown in on purpose: the one private answer that somebody asked for.
"""

from typing_extensions import override
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace

from simcord import InteractionResult, MemberActor, ResponseMessage

from sandbox import Fault
from sandbox.games import Game
from sandbox.model import Variable
from tests.support import databases
from tests.support.console import run_command
from tests.support.forms import submit
from tests.support.live_console import open_console, pages, read, thread_of
from tests.support.messages import text
from tests.support.panel_accounts import friend
from tests.support.panel_links import link
from tests.support.schedules import scheduled
from tests.support.whitelist import requested
from tests.support.world import World, shown


@dataclass
class Secrets:
    """Every secret there is in a story's world, by what it is."""

    known: dict[str, str] = field(default_factory=dict)
    belongs: set[int] = field(default_factory=set)
    """Ids of the messages that may show one."""

    def add(self, what: str, secret: str) -> str:
        """Look for this from now on, everywhere."""
        self.known[what] = secret
        return secret


Story = Callable[[World, Secrets], Awaitable[None]]


async def a_key_is_linked_used_and_removed(world: World, secrets: Secrets) -> None:
    key = secrets.add("a linked key", friend(world, "control.console", "websocket.connect"))
    await link(world, world.operator, key)
    await run_command(world, world.operator)
    world.sandbox.faults.add(Fault.status(401), path="*/command")
    await run_command(world, world.operator)
    world.sandbox.faults.clear()
    await world.restart()
    await run_command(world, world.operator)


async def keys_that_are_none_are_typed(world: World, secrets: Secrets) -> None:
    wrong = secrets.add("a refused key", "ptlc_" + "W" * 43)
    application = secrets.add("an application key", "ptla_" + "A" * 43)
    for key in (wrong, application, secrets.add("a password in the wrong field", "hunter2-hunter2")):
        await link(world, world.operator, key)
    form = await world.operator.slash(world.channel, "quetzal link")
    await world.restart()
    await submit(world.operator, form, secrets.add("a key in a dead form", "ptlc_" + "D" * 43))


async def everything_fails_in_every_way(world: World, _: Secrets) -> None:
    for fault in (Fault.status(401), Fault.status(500), Fault.cut(), Fault.status(502, html=True)):
        world.sandbox.faults.add(fault, path="*")
        await world.admin.slash(world.channel, "server status", server="Survival")
        await world.admin.slash(world.channel, "files list", server="Survival")
        world.sandbox.faults.clear()
        await world.advance(120)
    await run_command(world, world.admin, "say something")
    await world.admin.slash(world.channel, "quetzal about")
    await world.admin.slash(world.channel, "quetzal audit")
    setup = await world.admin.slash(world.channel, "quetzal setup")
    await world.admin.click(shown(setup), label="Check the panel")
    assert "Quetzal reaches the panel" in text(shown(setup))


async def a_database_is_read_rotated_and_deleted(world: World, secrets: Secrets) -> None:
    row = databases.given(world)
    secrets.add("a database password", row.password)
    asked = shown(await databases.run(world, "connection", database="luckperms"))
    secrets.belongs.add((await databases.press(world, asked, "Show password")).id)
    await databases.run(world, "list")
    await databases.run(world, "usage")
    world.survival.disk.write("/plugins/LuckPerms/config.yml", f"password: '{row.password}'\n".encode())
    question = shown(await databases.run(world, "rotate", database="luckperms"))
    rotated = await databases.press(world, question, "Rotate")
    secrets.add("a rotated password", row.password)
    secrets.belongs.add(rotated.id)
    deleted = shown(await databases.run(world, "delete", database="luckperms"))
    form = await world.admin.click(deleted, label="Delete…")
    await databases.type_name(world, form, row.name)
    assert world.survival.databases == []
    await world.admin.slash(world.channel, "quetzal audit")


async def a_file_with_secrets_is_changed(world: World, secrets: Secrets) -> None:
    old = secrets.add("a password in a file", "c4nary-in-a-file")
    world.survival.disk.write("/server.properties", f"rcon.password={old}\nmotd=Hello\n".encode())
    question = await world.admin.slash(
        world.channel, "files set", path="/server.properties", key="motd", value="Hi", server="Survival"
    )
    secrets.belongs.add(shown(question).id)  # the difference shows lines of the file, to who asked
    await world.admin.click(shown(question), label="Save")
    assert "motd=Hi" in databases.read(world, "server.properties")
    await world.admin.slash(world.channel, "files history", server="Survival")
    await world.admin.slash(world.channel, "quetzal audit")


async def a_game_prints_its_secrets(world: World, secrets: Secrets) -> None:
    server = world.survival
    hidden = secrets.add("a hidden variable", "hush-hush-hidden")
    server.egg.startup += " --join {{JOIN_CODE}}"
    server.egg.variables.append(Variable("Join code", "JOIN_CODE", hidden, viewable=False, editable=False))
    printed = secrets.add("a password printed at the start", "c4nary-in-rcon")
    server.game = Telltale(boot_lines=(f"[RCON] rcon password: '{printed}'", f"Joined by {hidden}", "Done"))
    row = databases.given(world)
    server.game.said = f"connected as {secrets.add('a database password', row.password)}"
    asked = shown(await databases.run(world, "connection", database="luckperms"))
    secrets.belongs.add((await databases.press(world, asked, "Show password")).id)
    await open_console(world, world.operator)
    await _restart(world)
    said = await run_command(world, world.admin)
    assert "connected as" in said, said
    request = await requested(world)
    approved = await world.admin.click(request, label="Approve")
    await world.until(lambda: "Approving" not in text(shown(approved)))
    assert "connected as" in text(shown(approved)), text(shown(approved))
    thread = thread_of(world)
    await world.until(lambda: "connected as" in read(thread))
    await world.operator.click(pages(thread)[-1], label="Save as file")
    server.game.never_done = True
    said = text(shown(await _restart(world)))
    assert "Last console lines" in said, said
    assert any(hidden in line for line in server.console)


async def somebody_is_invited_to_the_panel(world: World, secrets: Secrets) -> None:
    async def users(command: str, **typed: str) -> ResponseMessage:
        result = shown(await world.admin.slash(world.channel, f"users {command}", server="Survival", **typed))
        secrets.belongs.add(result.id)
        return result

    email = secrets.add("an e-mail address", "c4nary.person@example.com")
    await databases.press(world, await users("invite", email=email, preset="operator"), "Invite")
    (invited,) = world.survival.subusers
    await users("list")
    editor = await users("edit", user=email, preset="manager")
    await databases.press(world, await databases.press(world, editor, "Save…"), "Change")
    world.sandbox.faults.add(Fault.status(500), path="*/users*")
    await users("invite", email=email, preset="viewer")
    world.sandbox.faults.clear()
    await databases.press(
        world, await users("remove", user=invited.user.username), "Remove " + invited.user.username
    )
    assert world.survival.subusers == []
    activity = await world.admin.slash(world.channel, "activity list", server="Survival")
    assert "c…@example.com" in text(shown(activity))
    await world.admin.click(shown(activity), label="Save as file")
    await world.admin.slash(world.channel, "quetzal audit")


async def a_game_wants_a_password_before_it_answers(world: World, secrets: Secrets) -> None:
    server, password = world.survival, secrets.add("a game's admin password", "c4nary-admin-password")
    wanted = Variable("Admin password", "ADMIN_PASSWORD", password, "")
    server.egg = replace(
        server.egg, name="Palworld", startup="./PalServer.sh", variables=[wanted], features=[]
    )
    for protocol in ("palworld", "auto"):
        await world.admin.slash(world.channel, "server query", server="Survival", protocol=protocol)
    await world.admin.slash(world.channel, "server query", server="Survival")
    await world.admin.slash(world.channel, "players list", server="Survival")
    world.sandbox.faults.add(Fault.status(500), path="/api/client/servers/*")
    await world.admin.slash(world.channel, "server query", server="Survival", protocol="auto")
    world.sandbox.faults.clear()


async def schedules_and_startup_hold_secrets(world: World, secrets: Secrets) -> None:
    async def run(who: MemberActor, command: str, /, **typed: object) -> ResponseMessage:
        return shown(await who.slash(world.channel, command, server="Survival", **typed))

    login = secrets.add("a password in a scheduled command", "c4nary-in-a-schedule")
    scheduled(world, "Login", ("command", f"login password={login}", 0), ("command", "say hi", 60))
    await run(world.operator, "schedule list")
    await run(world.operator, "schedule show", schedule="Login")
    for command in ("show", "run", "pause"):
        secrets.belongs.add((await run(world.admin, f"schedule {command}", schedule="Login")).id)
    world.sandbox.faults.add(Fault.status(500), path="*/tasks")
    typed = f"login token={secrets.add('a token in a new task', 'c4nary-in-a-task')}"
    await run(world.admin, "schedule task add", schedule="Login", does="command", command=typed)
    world.sandbox.faults.clear()
    old = secrets.add("a secret variable", "c4nary-old-rcon")
    variable = Variable("RCON password", "RCON_PASSWORD", old, "", "required|string|max:40")
    world.survival.egg = replace(world.survival.egg, variables=[variable], startup="run {{RCON_PASSWORD}}")
    await run(world.operator, "startup show")
    secrets.belongs.add((await run(world.admin, "startup show")).id)
    new = secrets.add("a new secret variable", "c4nary-new-rcon")
    asked = await run(world.admin, "startup set", variable="RCON_PASSWORD", value=new)
    await databases.press(world, await databases.press(world, asked, "Set"), "Undo")
    world.sandbox.faults.add(Fault.status(500), path="*/startup/variable")
    asked = await run(world.admin, "startup set", variable="RCON_PASSWORD", value=new)
    await databases.press(world, asked, "Set")
    await run(world.admin, "startup set", variable="RCON_PASSWORD", value=new * 4)
    world.sandbox.faults.clear()
    await run(world.admin, "startup save", name="Event")
    await world.admin.slash(world.channel, "quetzal audit")


async def _restart(world: World) -> InteractionResult:
    asked = await world.admin.slash(world.channel, "server power", action="restart", server="Survival")
    await world.admin.click(shown(asked), label="Restart")
    await world.until(lambda: "Restarting" not in text(shown(asked)), within_s=400)
    return asked


@dataclass
class Telltale(Game):
    """A game that says something whatever is typed."""

    said: str = ""

    @override
    def reply(self, command: str) -> Iterable[str]:
        """Say it."""
        return (self.said,)


STORIES: tuple[Story, ...] = (
    a_game_prints_its_secrets,
    a_key_is_linked_used_and_removed,
    keys_that_are_none_are_typed,
    everything_fails_in_every_way,
    a_database_is_read_rotated_and_deleted,
    a_file_with_secrets_is_changed,
    somebody_is_invited_to_the_panel,
    a_game_wants_a_password_before_it_answers,
    schedules_and_startup_hold_secrets,
)
