"""The power state machine of Wings: what a signal leads to, and when.

Source: docs/reference/servers.md#power-signals.
"""

from collections.abc import Callable, Iterable

from sandbox.console import (
    catch_up,
    daemon_says,
    publish_stats,
    put,
)
from sandbox.event_bus import EventBus
from sandbox.model import GameServer

SIGNALS = ("start", "stop", "restart", "kill")
PERMISSIONS = {"start": "start", "stop": "stop", "restart": "restart", "kill": "stop"}
PREPARE_SECONDS = 0.1
KILL_SECONDS = 0.05
STOP_PATIENCE_SECONDS = 600.0
CRASH_SPAN_SECONDS = 60.0
KILLED = 137
REFUSAL_SECONDS = 2.0
NO_CONTAINER = 1  # what Wings calls the end of a process that never was


class PowerBusy(Exception):
    """Another power action holds the lock; the panel drops the request silently, the websocket says so."""


class PowerRefused(Exception):
    """Wings will not do it (start of a server that runs); the websocket says only that something failed."""


class ServerOffline(Exception):
    """There is no process to type into."""


def signal(world: EventBus, server: GameServer, name: str) -> None:
    """Carry out a power signal in the background.

    Raises PowerBusy or PowerRefused, which the panel's API never reports.
    """
    power = server.power
    if name == "kill":
        _kill(world, server)
        return
    if power.action is not None:
        raise PowerBusy
    if name in {"start", "restart"} and server.state == "offline":
        power.action = name
        _start(world, server)
    elif name == "start":
        raise PowerRefused
    elif server.state != "offline":
        power.action = name
        stop(world, server)


def send_command(world: EventBus, server: GameServer, text: str) -> None:
    """Type into the console; a newline makes several commands. Raises ServerOffline."""
    if server.power.container_started is None:
        raise ServerOffline
    catch_up(world, server)
    for line in text.split("\n"):
        put(world, server, line)
        if line == server.egg.stop_command and server.state in {"starting", "running"}:
            _set_state(world, server, "stopping")
            _exit_after_stop(world, server)
        elif server.state == "running":
            last_words = [*server.game.last_words(line)]
            for answer in last_words or server.game.reply(line):
                put(world, server, answer)
            if last_words:
                server.game.failing_boots = 1
                crash(world, server, server.game.exit_code)
                return


def crash(
    world: EventBus, server: GameServer, exit_code: int = KILLED, *, out_of_memory: bool = False
) -> None:
    """Let the process of a server end by itself; Wings starts it again unless it just had to."""
    _offline(world, server)
    server.power.action = None

    def detected() -> None:
        daemon_says(world, server, "---------- Detected server process in a crashed state! ----------")
        daemon_says(world, server, f"Exit code: {exit_code}")
        daemon_says(world, server, f"Out of memory: {str(out_of_memory).lower()}")
        last = server.power.crashed_at
        if last is not None and world.seconds() - last < CRASH_SPAN_SECONDS:
            daemon_says(
                world,
                server,
                "Aborting automatic restart, last crash occurred less than 60 seconds ago.",
            )
            return
        server.power.crashed_at = world.seconds()
        server.power.action = "start"
        _start(world, server)

    _later(world, server, KILL_SECONDS, detected)


def enforce_disk(world: EventBus, server: GameServer) -> None:
    """Stop a running server that is over its disk limit, as Wings does when it measures."""
    limit = server.limits.disk_bytes
    if limit and server.state == "running" and server.disk.used_bytes() > limit:
        daemon_says(world, server, "Server is exceeding the assigned disk space limit, stopping process now.")
        stop(world, server)


def stop(world: EventBus, server: GameServer, *, patience: float = STOP_PATIENCE_SECONDS) -> None:
    """Ask a process to end, and kill it when it has not after `patience` seconds."""
    catch_up(world, server)
    _set_state(world, server, "stopping")
    if server.power.container_started is None:  # the image is still being pulled
        _cancel_plans(server)
        _later(world, server, KILL_SECONDS, lambda: _stopped(world, server))
        return
    if not server.egg.stop_command.startswith("^"):  # those are signals
        put(world, server, server.egg.stop_command)
    _exit_after_stop(world, server)
    _later(world, server, patience, lambda: _kill(world, server))


def resume(world: EventBus, server: GameServer) -> None:
    """Plan what a server that is already up when the world begins will do by itself."""
    started = server.power.container_started
    if started is not None and server.game.crash_after is not None:
        _plan_crash(world, server, max(0.0, started + server.game.crash_after - world.seconds()))


def _start(world: EventBus, server: GameServer) -> None:
    def prepare() -> None:
        limit = server.limits.disk_bytes
        if limit:
            daemon_says(world, server, "Checking server disk space usage, this could take a few seconds...")
            if server.disk.used_bytes() > limit:
                server.power.action = None
                return
        daemon_says(world, server, "Updating process configuration files...")
        daemon_says(
            world, server, "Ensuring file permissions are set correctly, this could take a few seconds..."
        )
        _set_state(world, server, "starting")
        daemon_says(
            world, server, "Pulling Docker container image, this could take a few minutes to complete..."
        )
        _later(world, server, server.game.pull_seconds, run)

    def run() -> None:
        daemon_says(world, server, "Finished pulling Docker container image")
        if not server.has_container:
            crash(world, server, NO_CONTAINER)
            return
        server.console.clear()
        server.power.container_started = server.chatted_until = world.seconds()
        server.game.hung_at = None
        server.power.action = None
        put(world, server, f"\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0m{_start_command(server)}")
        _boot(world, server)

    _later(world, server, PREPARE_SECONDS, prepare)


def _boot(world: EventBus, server: GameServer) -> None:
    game = server.game
    refusal = [*game.refusal(_eula(server))]
    if refusal:
        _later(world, server, REFUSAL_SECONDS, lambda: _refuse(world, server, refusal))
        return
    lines = game.boot_lines[:-1] if game.never_done else game.boot_lines

    def say(line: str) -> Callable[[], None]:
        return lambda: put(world, server, line)

    for number, line in enumerate(lines, start=1):
        _later(world, server, game.boot_seconds * number / len(game.boot_lines), say(line))

    def done() -> None:
        if server.state == "starting":
            _set_state(world, server, "running")

    if not game.never_done:
        _later(world, server, game.boot_seconds, done)
    if game.failing_boots:
        game.failing_boots -= 1
        _later(world, server, game.boot_seconds / 2, lambda: crash(world, server, game.exit_code))
    elif game.crash_after is not None:
        _plan_crash(world, server, game.crash_after)


def _refuse(world: EventBus, server: GameServer, lines: Iterable[str]) -> None:
    """End of a game that will not start: by itself, without an error."""
    for line in lines:
        put(world, server, line)
    crash(world, server, 0)


def _eula(server: GameServer) -> bytes | None:
    place = server.disk.root / "eula.txt"
    return place.read_bytes() if place.is_file() else None


def _plan_crash(world: EventBus, server: GameServer, delay: float) -> None:
    game = server.game
    _later(
        world,
        server,
        delay,
        lambda: crash(world, server, game.exit_code, out_of_memory=game.out_of_memory),
    )


def _exit_after_stop(world: EventBus, server: GameServer) -> None:
    seconds = server.game.stop_seconds
    if seconds is None:
        return
    _cancel_plans(server)
    for line in server.game.stop_lines:
        put(world, server, line)
    _later(world, server, seconds, lambda: _stopped(world, server))


def _kill(world: EventBus, server: GameServer) -> None:
    if server.state == "offline":
        return
    if server.state != "stopping":
        _set_state(world, server, "stopping")
    _cancel_plans(server)
    _later(world, server, KILL_SECONDS, lambda: _stopped(world, server))


def _stopped(world: EventBus, server: GameServer) -> None:
    """Go offline as expected; a restart goes on from here, even when it was a kill that ended the wait."""
    goes_on = server.power.action == "restart"
    _offline(world, server)
    if goes_on:
        _start(world, server)
    else:
        server.power.action = None


def _offline(world: EventBus, server: GameServer) -> None:
    _cancel_plans(server)
    server.power.container_started = None
    _set_state(world, server, "offline")
    publish_stats(world, server)


def _set_state(world: EventBus, server: GameServer, state: str) -> None:
    server.power.state = state
    server.power.since = world.seconds()
    world.publish(server, "status", state)


def _cancel_plans(server: GameServer) -> None:
    server.power.generation += 1


def _later(world: EventBus, server: GameServer, delay: float, action: Callable[[], None]) -> None:
    """Plan a step of the life that begins or ends; a kill or crash in between cancels it."""
    generation = server.power.generation

    def step() -> None:
        if server.power.generation == generation and server.uuid in world.servers:
            action()

    world.later(delay, step)


def invocation(server: GameServer, *, hidden: bool = False) -> str:
    """Return the startup command with its variables filled in, or hidden from who may not read them."""
    text = server.egg.startup
    for variable in server.egg.variables:
        shown = "[hidden]" if hidden or not variable.viewable else server.variable_value(variable)
        text = text.replace("{{" + variable.env_variable + "}}", shown)
    return _with_address(server, text)


def _start_command(server: GameServer) -> str:
    """Return what Wings really runs and shows as the first line: with every value, hidden ones too."""
    text = server.egg.startup
    for variable in server.egg.variables:
        text = text.replace("{{" + variable.env_variable + "}}", server.variable_value(variable))
    return _with_address(server, text)


def _with_address(server: GameServer, text: str) -> str:
    address = {"SERVER_IP": server.primary.ip, "SERVER_PORT": str(server.primary.port)}
    for name, value in address.items():
        text = text.replace("{{" + name + "}}", value)
    return text
