"""Pictures of what takes its time: restarts with warnings, bulk actions, stops of empty servers."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import ARRIVES_S, OLD_BACKUP, SERVER

_EMPTY, _IDLE_S = "Skyblock", 400.0


async def jobs(camera: Camera) -> None:
    """Restart a server with warnings, abort a restart, restart many, and let an empty server stop."""
    person = camera.person
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)  # by then every game was asked
    await person.responds_to("server command", text="leave", server=_EMPTY)
    await camera.run("restart", "server restart", server=SERVER)
    await camera.press("restart-waiting", "Restart", f"{SERVER} will restart")
    await camera.take("restart-done", "Back up after", within_s=ARRIVES_S)
    await person.run("server restart", server=SERVER, when="in 30 minutes")
    await person.press("Restart")
    await person.sees(f"{SERVER} will restart")
    await person.press("Abort")
    await camera.take("restart-aborted", "Aborted by")
    await camera.run("idle-choice", "server idle", server=SERVER)
    await camera.run("idle", "server idle", server=_EMPTY, after="5 minutes")
    await camera.press("idle-on", "Stop when empty", "stops when it's empty")
    await camera.take("idle-warning", f"{_EMPTY} is empty", within_s=_IDLE_S)
    await camera.take("idle-stopped", "Stopped because it was empty", within_s=_IDLE_S)
    await camera.run("idle-list", "server list", search=_EMPTY)
    await person.press_on("Stopped because it was empty", "Start")
    await camera.take("idle-started", f"{_EMPTY} is running", within_s=ARRIVES_S)
    await camera.run("bulk", "server bulk", action="restart", filter="node:heron")
    await person.press("Restart")
    await camera.take("bulk-done", "3 servers restarted", within_s=ARRIVES_S)
