"""The mission's ten steps. A part that brings a command brings the `play` of its step."""

from datetime import timedelta

from bot.domain.formatting import about
from demo.player import Guide, Step
from sandbox.node.volumes import disk_of

_NOTICED_S, _UP_S = 180.0, 60.0


async def list_plugins(guide: Guide) -> None:
    """Step 1: every file that lies there is named, and nothing else is counted."""
    answer = await guide.run("files list", path="/plugins", server=guide.server.name)
    names = sorted(path.name for path in (disk_of(guide.server).tree.root / "plugins").iterdir())
    seen = "\n".join(guide.read(answer))
    guide.check(f"all {len(names)} entries of /plugins are named", all(name in seen for name in names))


async def health_check(guide: Guide) -> None:
    """Step 4: every check says what was measured, and what is measured is what the panel has."""
    answer = await guide.run("server health", server=guide.server.name)
    seen = "\n".join(guide.read(answer))
    wanted = ("Panel", "Node", "State", "Memory", "CPU", "Disk", "Last backup", "Database limit")
    guide.check("every part was checked", all(f"{name}: " in seen or name in seen for name in wanted))
    usable = [backup for backup in guide.server.backups if backup.is_successful and not backup.deleted]
    age = (guide.panel.now() - max(backup.created_at for backup in usable)).total_seconds()
    guide.check("the last backup is as old as the panel says", f"{about(age)} old" in seen)
    guide.check(
        "rooms are counted as the panel counts",
        f"{len(guide.server.databases)} of {guide.server.feature_limits.databases}" in seen,
    )
    guide.check("the verdict stands first", guide.server.name in seen.splitlines()[1])


async def performance(guide: Guide) -> None:
    """Step 6: the history of 24 hours as numbers and as a chart, which has a description."""
    answer = await guide.run("server performance", server=guide.server.name)
    seen = "\n".join(guide.read(answer))
    guide.check("it is about the last 24 hours", "· 24h" in seen)
    guide.check(
        "each has its means and peaks",
        all(f"{name} mean " in seen for name in ("Memory", "CPU", "Disk")),
    )
    (chart,) = answer.attachments
    guide.check("there is a chart, a PNG", guide.opened(chart).startswith(b"\x89PNG"))
    guide.check(
        "it is described for those who do not see it",
        "Memory (of 4 GiB)" in (chart.description or ""),
    )


async def detailed_status(guide: Guide) -> None:
    """Step 5: state, limits and use are those of the panel, and the buttons fit the state."""
    answer = await guide.run("server status", server=guide.server.name)
    seen = "\n".join(guide.read(answer))
    limits = guide.server.limits
    guide.check("it runs, as the panel says", guide.server.power.state == "running" and "Running" in seen)
    guide.check(
        "memory and disk are shown against their limits",
        all(f"/ {mib / 1024:.0f} GiB" in seen for mib in (limits.memory, limits.disk)),
    )
    guide.check(
        "the buttons fit a running server",
        "[Restart]  [Stop]  [Back up]" in seen and "[Start]" not in seen,
    )


async def show_databases(guide: Guide) -> None:
    """Step 3: every database is named with its user, and no password is."""
    answer = await guide.run("database list", server=guide.server.name)
    seen = "\n".join(guide.read(answer))
    rows = guide.server.databases
    guide.check(
        f"all {len(rows)} databases are named, each with its user",
        bool(rows) and all(row.name in seen and row.username in seen for row in rows),
    )
    guide.check("no password is shown", not any(row.password in seen for row in rows))


async def create_database(guide: Guide) -> None:
    """Step 8: the name it will have is shown first; then it is there, and its login works."""
    before = [*guide.server.databases]
    question = await guide.run("database create", name="essentials", server=guide.server.name)
    guide.check(
        "the name with the panel's prefix is shown before anything is made",
        f"s{guide.server.id}_essentials" in "\n".join(guide.read(question))
        and guide.server.databases == before,
    )
    answer = await guide.press(question, "Create")
    made = [row for row in guide.server.databases if row not in before]
    guide.check(
        "the panel has one more database", [row.name for row in made] == [f"s{guide.server.id}_essentials"]
    )
    guide.check(
        "its login is shown, only to who asked",
        answer.ephemeral and made[0].password in "\n".join(guide.read(answer)),
    )


async def create_backup(guide: Guide) -> None:
    """Step 2: it is followed to its end, and what is shown of it is what the panel has."""
    before = len(guide.server.backups)
    answer = await guide.run("backup create", server=guide.server.name)
    await guide.wait(guide.server.backup_seconds + 10, answer)
    seen = "\n".join(guide.read(answer))
    newest = guide.server.backups[-1]
    guide.check("the panel has one more backup, and it is done", len(guide.server.backups) == before + 1)
    guide.check(
        "the name is that of the panel",
        newest.is_successful and newest.name in seen,
    )


async def delete_backup(guide: Guide) -> None:
    """Step 10: last month's backup goes after a yes, and no other."""
    last_month = (guide.panel.now().replace(day=1) - timedelta(days=1)).strftime("auto_%Y%m")
    listed = [backup for backup in guide.server.backups if not backup.deleted]
    victim = [backup for backup in listed if backup.name.startswith(last_month) and not backup.is_locked][-1]
    question = await guide.run("backup delete", backup=victim.name, server=guide.server.name)
    guide.check("nothing is gone before the yes", not victim.deleted)
    answer = await guide.press(question, "Delete")
    guide.check("it is shown as deleted", f"Deleted {victim.name}" in "\n".join(guide.read(answer)))
    guide.check(
        "this one is gone and every other is there",
        [backup for backup in listed if backup.deleted] == [victim],
    )


async def edit_properties(guide: Guide) -> None:
    """Step 9: nothing is written before the difference was seen, and Undo brings back what was there."""
    place = disk_of(guide.server).tree.root / "server.properties"
    before = place.read_bytes()
    card = await guide.run("files edit", path="/server.properties", server=guide.server.name)
    await guide.fill(card, "Edit", lambda text: text.replace("max-players=", "max-players=1"))
    question = "\n".join(guide.read(card))
    guide.check("the difference is shown", "+max-players=1" in question and "-max-players=" in question)
    guide.check("nothing was written yet", place.read_bytes() == before)
    await guide.press(card, "Save")
    changed = before.replace(b"max-players=", b"max-players=1")
    guide.check("the file holds the new value and every other byte as it was", place.read_bytes() == changed)
    await guide.press(card, "Undo")
    guide.check("Undo brings the file back, byte for byte", place.read_bytes() == before)


async def check_alerts(guide: Guide) -> None:
    """Step 7: an unexpected crash is listed with what to do, and is acknowledged."""
    answer = await guide.run("alerts list", server=guide.server.name)
    guide.check("nothing fires while all is well", "No active alerts" in "\n".join(guide.read(answer)))
    crashed = await guide.run("server command", text="crash", server=guide.server.name)
    await guide.wait(_NOTICED_S, crashed)
    answer = await guide.run("alerts list", server=guide.server.name)
    seen = "\n".join(guide.read(answer))
    guide.check("the crash is an active alert", "crashed" in seen)
    opened = await guide.press_beside(answer, "crashed")  # that it is offline may be an alert, too
    guide.check("opened, it says what to do", "💡" in "\n".join(guide.read(opened)))
    answer = await guide.run("alerts ack", alert=guide.server.name)
    guide.check("Ada acknowledged it: no more reminders", "Acknowledged" in "\n".join(guide.read(answer)))
    started = await guide.run("server power", action="start", server=guide.server.name)
    await guide.wait(_UP_S, started)
    guide.check("the server is up again", guide.server.state == "running")


STEPS = (
    Step("List the files in the plugins directory", "files list", list_plugins),
    Step("Create a backup", "backup create", create_backup),
    Step("Show all databases", "database list", show_databases),
    Step("Run a health check", "server health", health_check),
    Step("Detailed server status", "server status", detailed_status),
    Step("Performance analysis for the last 24 hours", "server performance", performance),
    Step("Check for alerts", "alerts list", check_alerts),
    Step("Create a database called essentials", "database create", create_database),
    Step("Edit server.properties", "files edit", edit_properties),
    Step("Delete last month's backup, with confirmation", "backup delete", delete_backup),
)
