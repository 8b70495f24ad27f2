"""What is done on the demo page for the pictures of docs/shots, in the order in which it is photographed."""

from collections.abc import Mapping

from tests.support.screenshot_stories import alerts, backups, files, jobs, panel, players, servers, staff
from tests.support.screenshot_stories.names import Story

STORIES: Mapping[str, Story] = {
    "servers": servers.look,
    "power": servers.power,
    "settings": servers.settings,
    "console": servers.console,
    "errors": servers.errors,
    "files": files.change,
    "transfers": files.transfer,
    "tail": files.tail,
    "backups": backups.look,
    "backup-changes": backups.change,
    "backup-rules": backups.rules,
    "copies": backups.copies,
    "schedules": panel.schedules,
    "tasks": panel.tasks,
    "startup": panel.startup,
    "network": panel.network,
    "users": panel.users,
    "databases": panel.databases,
    "players": players.look,
    "moderation": players.moderation,
    "whitelist": players.whitelist_requests,
    "alerts": alerts.crash,
    "alert-commands": alerts.commands,
    "diagnosed": alerts.diagnosed,
    "boards": alerts.public_board,
    "jobs": jobs.jobs,
    "staff": staff.access,
    "setup": staff.set_up,
}
"""Each on a demo of its own."""
