"""What is done on the demo page for the pictures of docs/shots, in the order in which it is photographed."""

import re
from collections.abc import Awaitable, Callable, Mapping

from tests.support.camera import Camera

Story = Callable[[Camera], Awaitable[None]]

SERVER = "Survival"
SMALL = "Creative"
"""Its backups are copied in a moment."""
FULL = "Skyblock"
"""Its disk is filling up."""
TROUBLED, OLD_BACKUP = "Modded", "no successful backup for 41"
ARRIVES_S = 240.0
"""An alert takes a minute or two: the server has to be polled first."""
CRASHED, BACK = f"{SERVER} crashed and was not restarted", f"{SERVER} crashed and came back"
STEAM = "Anarchy"
"""It is queried by A2S, which says for how long each player is on."""
FROZEN, FREEZES_S = "Creative", 480.0
"""A game that answers nothing for three minutes has an alert."""
EMPTY, IDLE_S = "Skyblock", 400.0
REFUSED = "Old World crashed and was not restarted"


async def _servers(camera: Camera) -> None:
    await camera.take("welcome", "Welcome")
    await camera.run("help", "quetzal help")
    await camera.run("about", "quetzal about")
    await camera.run("server-list", "server list")
    await camera.run("status", "server status", server=SERVER)
    await camera.press("confirm", "Restart", f"Restart {SERVER}?")
    await camera.press("power", "Restart", "was restarted")
    await camera.run("health", "server health", server=FULL)
    await camera.run("performance", "server performance", server=FULL)
    await camera.press("performance-disk", "Disk", "7-day trend")
    await camera.run("databases", "database list", server=SERVER)
    await camera.run("rules", "alerts rules")
    await camera.person.sees(OLD_BACKUP, within_s=ARRIVES_S)
    await camera.run("alerts-list", "alerts list")
    await camera.run("status-warning", "server status", server=TROUBLED)
    await camera.person.become("Sam")
    await camera.run("stranger", "server list")


async def _files(camera: Camera) -> None:
    await camera.run("files", "files list", server=SERVER, path="/plugins")
    await camera.run("files-diff", "files set", key="max-players", value="40", server=SERVER)
    await camera.press("files-undo", "Save and restart", "was restarted")
    await camera.run("files-history", "files history", server=SERVER)


async def _backups(camera: Camera) -> None:
    await camera.run("backups", "backup list", server=SERVER)
    await camera.run("backup-analytics", "backup analytics", server=SERVER)
    await camera.run("backup-restore", "backup restore", server=SERVER, backup="auto_", truncate="True")


async def _copies(camera: Camera) -> None:
    """Copy a backup elsewhere, and see where it is."""
    await camera.person.run("backup copy", server=SMALL, backup="auto_")
    await camera.take("backup-copied", "is copied to nas")
    await camera.run("backup-copies", "backup list", server=SMALL)
    await camera.press("backup-copies-list", "Copies", "good copy")
    await camera.person.press("Open")
    await camera.press("backup-copy-delete", "Delete", "Delete the copy of")


async def _alerts(camera: Camera) -> None:
    """Let a server crash: acknowledge its alert, start the server from it, and wait until it is back."""
    person = camera.person
    await person.run("server command", text="crash", server=SERVER)
    await camera.take("alert-firing", CRASHED, within_s=ARRIVES_S)
    await person.press_on(CRASHED, "Acknowledge")
    await person.sees("Acknowledged by")
    await camera.take("alert-acknowledged", CRASHED)
    await person.press_on(CRASHED, "Start")
    await person.sees(f"{SERVER} is running")
    await camera.take("alert-recovered", BACK, within_s=ARRIVES_S)
    await person.run("alerts board", channel="#servers")
    await camera.take("board", "Game servers", within_s=ARRIVES_S)


async def _public_board(camera: Camera) -> None:
    """Show players which servers are up."""
    await camera.person.run("alerts board", channel="#servers", audience="public")
    await camera.take("public-board", "Game servers", within_s=ARRIVES_S)


async def _whitelist(camera: Camera) -> None:
    """Let somebody without access ask to be on a whitelist, and approve it."""
    person, page = camera.person, camera.person.page
    await camera.run("public-address", "network public", address="play.example.com", server=SERVER)
    await person.run("players whitelist requests", server=SERVER)
    await camera.press("whitelist-setting", "Take requests here", "takes whitelist requests")
    await person.run("alerts board", channel="#servers", audience="public")
    await person.sees("Game servers", within_s=ARRIVES_S)
    await person.become("Sam")
    await camera.take("whitelist-board", "Request whitelist")
    await person.press("Request whitelist")
    for label, typed in (("Player name", "Juno"), ("About you", "I build castles with Nora.")):
        await page.locator("#modal-root").get_by_label(label).fill(typed)
    await camera.take_form("whitelist-form")
    await page.locator("#modal-root button", has_text="Submit").click()
    await camera.take("whitelist-asked", "Request sent")
    await person.become("Ada")
    await camera.take("whitelist-request", "asks to be on the whitelist", within_s=ARRIVES_S)
    await person.press_on("asks to be on the whitelist", "Approve")
    await camera.take("whitelist-answer", "Juno is on the whitelist")
    await person.sees("Approved by", within_s=ARRIVES_S)
    await camera.take("whitelist-approved", "asks to be on the whitelist")


async def _pages(camera: Camera) -> None:
    """Show the pages of each feature, one after the other."""
    for name, (command, options) in PAGES.items():
        await camera.run(name, command, **options)


async def _questions(camera: Camera) -> None:
    """Ask before each kind of act, and mistype a name."""
    await camera.run("stop", "server power", action="stop", server=SERVER)
    await camera.run("kill", "server power", action="kill", server=SERVER)
    await camera.run("delete", "files delete", path="/plugins", server=SERVER)
    await camera.run("delete-forever", "files delete", path="/plugins", permanent="True", server=SERVER)
    await camera.run("mistyped", "files read", path="/sever.properties", server=SERVER)
    await camera.person.run("backup create", server=SERVER)
    await camera.take("backup-done", "finished")
    await camera.run("audit", "quetzal audit")
    await camera.press("audit-filter", "Filter", "Filter the audit")
    await camera.run("granted", "quetzal access grant", who="@Otto")
    await camera.person.run("server command", text="list", server=SERVER)
    await camera.take("console-line", "players online")


async def _panel(camera: Camera) -> None:
    """See and change what else the panel's own page is for."""
    await camera.run("network", "network list", server=SERVER)
    await camera.run("network-primary", "network primary", address="25700", server=SERVER)
    await camera.run("users", "users list", server=SERVER)
    await camera.run(
        "users-invite", "users invite", email="maria@example.com", preset="operator", server=SERVER
    )
    await camera.run("users-edit", "users edit", user="builder", server=SERVER)
    await camera.run("users-remove", "users remove", user="builder", server=SERVER)
    await camera.run("activity", "activity list", server=SERVER)
    await camera.run("image", "server image", image="Java 17", server=SERVER)
    await camera.run("reinstall", "server reinstall", server=SERVER)


async def _diagnosed(camera: Camera) -> None:
    """Start a server that will not start, and fix the cause from its alert."""
    person = camera.person
    await person.run("server power", action="start", server="Old World")
    await camera.take("alert-diagnosed", REFUSED, within_s=ARRIVES_S)
    await person.press_on(REFUSED, "Accept the EULA…")
    await camera.take("alert-fix", "Accept the EULA for Old World?")
    await person.press("Accept and start")
    await camera.take("alert-fixed", "Old World is running", within_s=ARRIVES_S)


async def _console(camera: Camera) -> None:
    """Follow a server's console in its thread, and type into it."""
    person = camera.person
    await person.run("server console", server=SERVER)
    await person.sees("running · live")
    await person.press("Send…")
    await person.page.locator("#modal-root input, #modal-root textarea").first.fill("list")
    await person.page.locator("#modal-root button", has_text="Submit").click()
    await camera.take("console", "players online")


async def _players(camera: Camera) -> None:
    """See who is on, and what is said when a game freezes."""
    person = camera.person
    await person.run("server command", text="hang", server=FROZEN)
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)  # by then every game was asked
    await camera.run("players", "players list")
    await camera.run("players-server", "players list", server=SERVER)
    await camera.press("players-history", "History", "Peak")
    await camera.run("players-a2s", "players list", server=STEAM)
    await camera.run("query", "server query", server=SERVER)
    await camera.run("performance-players", "server performance", server=SERVER)
    await camera.take("alert-frozen", f"{FROZEN} hasn't answered players", within_s=FREEZES_S)


PAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "schedules": ("schedule list", {"server": SERVER}),
    "file": ("files read", {"path": "/server.properties", "server": SERVER}),
    "file-search": ("files search", {"pattern": "*.yml", "server": SERVER}),
    "backup-schedule": ("backup schedule", {"server": SERVER}),
    "backup-retention": ("backup retention", {"server": SERVER}),
    "database-usage": ("database usage", {"server": SERVER}),
    "alerts-history": ("alerts history", {}),
    "maintenance": ("alerts maintenance", {}),
    "alert-channel": ("alerts channel", {}),
    "access": ("quetzal access list", {}),
    "setup": ("quetzal setup", {}),
    "defaults": ("server default", {}),
}
"""The name of the picture, the command and its options."""


async def _jobs(camera: Camera) -> None:
    """Restart a server with warnings, abort a restart, restart many, and let an empty server stop."""
    person = camera.person
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)  # by then every game was asked
    await person.run("server command", text="leave", server=EMPTY)
    await camera.run("restart", "server restart", server=SERVER)
    await person.press("Restart")
    await camera.take("restart-waiting", f"{SERVER} will restart")
    await camera.take("restart-done", "Back up after", within_s=ARRIVES_S)
    await person.run("server restart", server=SERVER, when="in 30 minutes")
    await person.press("Restart")
    await person.sees(f"{SERVER} will restart")
    await person.press("Abort")
    await camera.take("restart-aborted", "Aborted by")
    await camera.run("bulk", "server bulk", action="restart", filter="state:running")
    await person.press("Cancel")
    await camera.run("idle", "server idle", server=EMPTY, after="5 minutes")
    await person.press("Stop when empty")
    await camera.take("idle-warning", f"{EMPTY} is empty", within_s=IDLE_S)
    await camera.take("idle-stopped", "Stopped because it was empty", within_s=IDLE_S)
    await camera.run("idle-list", "server list", search=EMPTY)
    await person.press_on("Stopped because it was empty", "Start")
    await camera.take("idle-started", f"{EMPTY} is running", within_s=ARRIVES_S)


async def _moderation(camera: Camera) -> None:
    """Kick whoever is on, ask before a ban, and list the whitelist."""
    person = camera.person
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)  # by then every game was asked
    players = await (await person.responds_to("players list", server=SERVER)).inner_text()
    player = next(
        line for line in players.split(" players")[-1].split("\n") if re.fullmatch("[A-Za-z]+", line)
    )
    await person.run("players kick", player=player, server=SERVER)
    await camera.take("kick", "✅ Kicked")
    await camera.run("ban", "players ban", player=player, reason="griefing", server=SERVER)
    await person.run("players whitelist list", server=SERVER)
    await camera.take("whitelist", "📋 Whitelist")


async def _more_of_a_server(camera: Camera) -> None:
    """Change what a server is called and made of, check a backup, and give its variables to others."""
    person = camera.person
    await camera.run("description", "server describe", server=SERVER)
    await camera.run("idle-choice", "server idle", server=SERVER)
    await camera.run("convert", "files convert", path="/server.properties", encoding="UTF-16", server=SERVER)
    await camera.run("not-there", "files list", path="/mods", server=SERVER)
    await camera.run("renamed", "server rename", name="Trains", server="Railway")
    await person.run("startup set", variable="SERVER_JARFILE", value="paper.jar", server="Creative")
    await person.press("Set")
    await person.sees("Restart")
    await person.run("startup save", name="Paper", server="Creative")
    await camera.run("template", "startup apply", name="Paper", servers="all")
    backups = await (await person.responds_to("backup list", server="Creative")).inner_text()
    name = backups[backups.index("auto_") :].split()[0]
    await person.run("backup check", backup=name, server="Creative")
    await camera.take("check", "can be restored")


async def _schedules(camera: Camera) -> None:
    await camera.person.responds_to("schedule list", server=SERVER)
    await camera.press("schedule", "Open", "What it does")
    await camera.run(
        "schedule-create",
        "schedule create",
        name="Restart",
        when="weekdays at 18:30",
        does="restart with warnings",
        server=SERVER,
    )
    await camera.run("startup", "startup show", server=SERVER)
    await camera.run(
        "startup-set", "startup set", variable="SERVER_JARFILE", value="paper.jar", server=SERVER
    )


STORIES: Mapping[str, Story] = {
    "servers": _servers,
    "files": _files,
    "backups": _backups,
    "copies": _copies,
    "pages": _pages,
    "panel": _panel,
    "questions": _questions,
    "alerts": _alerts,
    "public-board": _public_board,
    "whitelist": _whitelist,
    "diagnosed": _diagnosed,
    "console": _console,
    "players": _players,
    "jobs": _jobs,
    "moderation": _moderation,
    "more": _more_of_a_server,
    "schedules": _schedules,
}
"""Each on a demo of its own."""
