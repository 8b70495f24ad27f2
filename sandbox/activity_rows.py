"""Rows of the activity log as the panel shows them (docs/reference/servers.md#activity-log)."""

import hashlib
import re

from sandbox.answers import Json, item, null_resource
from sandbox.model import ActivityRow, User
from sandbox.transform import iso, person
from sandbox.world import World

# The placeholders in the panel's sentences (resources/lang/en/activity.php); the rest is "additional".
SENTENCES = {
    "server:backup.restore": ("name", "truncate"),
    "server:console.command": ("command",),
    "server:file.create-directory": ("directory", "name"),
    "server:file.decompress": ("directory", "files"),
    "server:file.pull": ("directory", "url"),
    "server:file.uploaded": ("directory", "file"),
    "server:settings.description": ("old", "new"),
    "server:settings.rename": ("old", "new"),
    "server:startup.edit": ("variable", "old", "new"),
    "server:startup.image": ("old", "new"),
    "server:task.create": ("action", "name"),
    "server:task.update": ("action", "name"),
}
NAMED = re.compile(r"server[:.](backup|database|schedule|task)\.")
OF_FILES = ("server:file.copy", "server:file.download", "server:file.read", "server:file.write")


def activity_item(world: World, row: ActivityRow, reader: User, *, with_actor: bool) -> Json:
    """Return a row of the activity log; addresses are shown to their owner and to root admins."""
    properties = _counted(row.properties)
    attributes: Json = {
        "id": hashlib.sha1(str(row.id).encode(), usedforsecurity=False).hexdigest(),
        **({} if world.mode.is_pelican else {"batch": None}),
        "event": row.event,
        "is_api": row.is_api,
        "ip": row.ip if reader.admin or row.actor is reader else None,
        "description": None,
        "properties": properties,
        "has_additional_metadata": any(name not in _shown_properties(row.event) for name in row.properties),
        "timestamp": iso(row.at),
    }
    if with_actor:
        actor = item("user", person(row.actor)) if row.actor else null_resource()
        attributes["relationships"] = {"actor": actor}
    return item("activity_log", attributes)


def _shown_properties(event: str) -> tuple[str, ...]:
    if event in SENTENCES:
        return SENTENCES[event]
    if NAMED.match(event):
        return ("name",)
    if event in OF_FILES:
        return ("file",)
    if event.startswith("server:subuser."):
        return ("email",)
    if event.startswith("server:allocation."):
        return ("allocation", "old", "new") if event.endswith("notes") else ("allocation",)
    return ()


def _counted(properties: dict[str, object]) -> dict[str, object]:
    """Add how long each list is: `count` if there is only one, else `<name>_count` after each."""
    lists = [name for name, value in properties.items() if isinstance(value, list)]
    shown: dict[str, object] = {}
    for name, value in properties.items():
        shown[name] = value
        if isinstance(value, list) and len(lists) > 1:
            shown[f"{name}_count"] = len(value)
    if len(lists) == 1:
        only = properties[lists[0]]
        shown["count"] = len(only) if isinstance(only, list) else 0
    return shown
