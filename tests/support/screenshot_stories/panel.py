"""Pictures of what else the panel's own page is for: schedules, startup, network, users, databases."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import SERVER, SMALL

_NIGHTLY = {"schedule": "Nightly restart", "server": SERVER}
_JAR = {"variable": "SERVER_JARFILE", "value": "paper.jar"}


async def schedules(camera: Camera) -> None:
    """Create a schedule; open, edit, pause, run and delete an existing one."""
    new = {"name": "Weekday restart", "when": "weekdays at 18:30", "does": "restart with warnings"}
    await camera.run("schedules", "schedule list", server=SERVER)
    await camera.press("schedule", "Open", "What it does")
    await camera.run("schedule-create", "schedule create", **new, server=SERVER)
    await camera.press("schedule-created", "Create", "18:30")
    await camera.run("schedule-edited", "schedule edit", **_NIGHTLY, when="every day at 4:00")
    await camera.run("schedule-paused", "schedule pause", **_NIGHTLY)
    await camera.run("schedule-resumed", "schedule resume", **_NIGHTLY)
    await camera.run("schedule-run", "schedule run", **_NIGHTLY)
    await camera.press("schedule-running", "Run", "is running")
    await camera.run("schedule-delete", "schedule delete", **_NIGHTLY)
    await camera.press("schedule-deleted", "Delete", "Nightly restart deleted")


async def tasks(camera: Camera) -> None:
    """Change what a schedule does, step by step."""
    warning = {"does": "command", "command": "say Restart in 5 minutes"}
    await camera.run("task-added", "schedule task add", **_NIGHTLY, **warning, place="1")
    await camera.run("task-edited", "schedule task edit", **_NIGHTLY, task="2", after="4 min 30 s")
    await camera.run("task-moved", "schedule task move", **_NIGHTLY, task="2", to="1")
    await camera.choose("task", "Change a task", "Restart in 5 minutes", "Task 2 of")
    await camera.run("task-remove", "schedule task remove", **_NIGHTLY, task="2")
    await camera.press("task-removed", "Remove task 2", "What it does")


async def startup(camera: Camera) -> None:
    """Set a startup variable, and give the same to other servers by a template."""
    await camera.run("startup", "startup show", server=SERVER)
    await camera.run("startup-set", "startup set", **_JAR, server=SMALL)
    await camera.press("startup-done", "Set", "is set")
    await camera.run("template-saved", "startup save", name="Paper", server=SMALL)
    await camera.run("template", "startup apply", name="Paper", servers="all")
    await camera.press("template-applied", "Set on", "applied")
    await camera.run("templates", "startup templates")
    await camera.press("template-delete", "Delete", "Delete the template")


async def network(camera: Camera) -> None:
    """Give a server more addresses, say what they are for, and take one away."""
    voice = {"address": "25700", "server": SERVER}
    await camera.run("network", "network list", server=SERVER)
    await camera.run("network-noted", "network note", **voice, note="Voice chat, Plasmo")
    await camera.run("network-added", "network add", server=SERVER)
    await camera.run("network-remove", "network remove", **voice)
    await camera.press("network-removed", "Remove port", "removed")


async def users(camera: Camera) -> None:
    """Give and take access in the panel, and see what was done there."""
    builder = {"user": "builder", "server": SERVER}
    await camera.run("users", "users list", server=SERVER)
    await camera.run(
        "users-invite", "users invite", email="maria@example.com", preset="operator", server=SERVER
    )
    await camera.press("users-invited", "Invite", "has access")
    await camera.run("users-edit", "users edit", **builder)
    await camera.run("users-remove", "users remove", **builder)
    await camera.press("users-removed", "Remove builder", "removed")
    await camera.run("activity", "activity list", server=SERVER)


async def databases(camera: Camera) -> None:
    """See databases and how to connect, and what is asked before one is created, changed or deleted."""
    luckperms = {"database": "luckperms", "server": SERVER}
    await camera.run("databases", "database list", server=SERVER)
    await camera.run("database-usage", "database usage", server=SERVER)
    await camera.run("database-create", "database create", name="shops", server=SERVER)
    await camera.run("database", "database connection", **luckperms)
    await camera.run("database-rotate", "database rotate", **luckperms)
    await camera.run("database-delete", "database delete", database="coreprotect", server=SERVER)
