"""Pictures of /server: how it is, power, settings, the console."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import (
    ARRIVES_S,
    FULL,
    OLD_BACKUP,
    OTHER_GAME,
    SERVER,
    SMALL,
    TROUBLED,
)


async def look(camera: Camera) -> None:
    """See the servers and how they are doing."""
    await camera.take("welcome", "Welcome")
    await camera.run("help", "quetzal help")
    await camera.choose("help-group", "Show commands for", "Backups", "backup create")
    await camera.run("about", "quetzal about")
    await camera.run("server-list", "server list")
    await camera.run("status", "server status", server=SERVER)
    await camera.press("status-details", "Details", "Less")
    await camera.run("health", "server health", server=FULL)
    await camera.run("performance", "server performance", server=FULL)
    await camera.press("performance-disk", "Disk", "of 10 GiB")
    await camera.run("defaults", "server default")
    await camera.run("default-set", "server default", server=SERVER)
    await camera.person.sees(OLD_BACKUP, within_s=ARRIVES_S)
    await camera.run("status-warning", "server status", server=TROUBLED)
    await camera.person.become("Sam")
    await camera.run("stranger", "server list")


async def power(camera: Camera) -> None:
    """Stop, start, restart and kill."""
    await camera.person.responds_to("server status", server=SERVER)
    await camera.press("confirm", "Restart", f"Restart {SERVER}?")
    await camera.press("power", "Restart", "was restarted")
    await camera.run("kill", "server power", action="kill", server=SERVER)
    await camera.press("cancelled", "Cancel", "Cancelled.")
    await camera.run("stop", "server power", action="stop", server=SERVER)
    await camera.press("stopped", "Stop", f"{SERVER} is stopped")
    await camera.run("already-offline", "server power", action="kill", server=SERVER)
    await camera.press("started", "Start", f"{SERVER} is running")


async def settings(camera: Camera) -> None:
    """Change what a server is called and made of, and install it again."""
    await camera.run("renamed", "server rename", name="Trains", server=OTHER_GAME)
    await camera.run("description", "server describe", server=SERVER)
    await camera.run("described", "server describe", description="The main world. Be kind.", server=SERVER)
    await camera.run("image", "server image", image="Java 17", server=SERVER)
    await camera.press("image-changed", "Change image", "Docker image is")
    await camera.run("reinstall", "server reinstall", server=SMALL)
    await camera.person.press("Reinstall…")
    await camera.fill("reinstall-typed", {"to confirm": SMALL})
    await camera.take("reinstalled", f"{SMALL} is installed", within_s=ARRIVES_S)


async def console(camera: Camera) -> None:
    """Send a line, then follow a server's console in its thread, and type into it."""
    person = camera.person
    await camera.finish("console-line", "players online", "server command", text="list", server=SERVER)
    await person.run("server console", server=SERVER)
    await person.sees("running · live")
    await person.press("Send…")
    await person.fill({"Command": "tps"})
    await person.submit()
    await camera.take("console", "TPS from")


async def errors(camera: Camera) -> None:
    """Mistype, ask for what isn't there or isn't allowed, and press what is too old."""
    await camera.run("mistyped", "files read", path="/sever.properties", server=SERVER)
    await camera.run("not-there", "files list", path="/mods", server=SERVER)
    await camera.run("which-server", "files list")
    await camera.person.become("Otto")
    await camera.run("not-allowed", "backup retention", server=SERVER)
