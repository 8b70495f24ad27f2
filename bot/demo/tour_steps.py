"""The mission's ten steps. A part that brings a command brings the `play` of its step."""

from bot.demo.guide import Guide, Step
from bot.sandbox.node.volumes import disk_of


async def list_plugins(guide: Guide) -> None:
    """Step 1: every file that lies there is named, and nothing else is counted."""
    answer = await guide.run("files list", path="/plugins", server=guide.server.name)
    there = sorted(path.name for path in (disk_of(guide.server).tree.root / "plugins").iterdir())
    seen = "\n".join(guide.read(answer))
    guide.check(f"all {len(there)} entries of /plugins are named", all(name in seen for name in there))


async def detailed_status(guide: Guide) -> None:
    """Step 5: state, limits and use are those of the panel, and the buttons fit the state."""
    answer = await guide.run("server status", server=guide.server.name)
    seen = "\n".join(guide.read(answer))
    limits = guide.server.limits
    guide.check("it runs, as the panel says", guide.server.power.state == "running" and "Running" in seen)
    guide.check(
        "memory and disk are told against their limits",
        all(f"of {mib / 1024:.0f} GiB" in seen for mib in (limits.memory, limits.disk)),
    )
    guide.check("the buttons fit a running server", "[Restart]  [Stop]" in seen and "[Start]" not in seen)


STEPS = (
    Step("List the files in the plugins directory", "files list", list_plugins),
    Step("Create a backup", "backup create"),
    Step("Show all databases", "database list"),
    Step("Run a health check", "server health"),
    Step("Detailed server status", "server status", detailed_status),
    Step("Performance analysis for the last 24 hours", "server performance"),
    Step("Check for alerts", "alerts list"),
    Step("Create a database called essentials", "database create"),
    Step("Edit server.properties", "files edit"),
    Step("Delete last month's backup, with confirmation", "backup delete"),
)
