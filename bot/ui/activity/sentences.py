"""Sentences for the panel's activity log; each goes on from the name of the panel account.

The events are those of the panel's own list of sentences, `resources/lang/en/activity.php`.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain.formatting import counted
from bot.panel.models import Activity
from bot.ui.kit.text import inline_code, neutralise

_VALUE_ROOM = 80
_FILES_NAMED = 2
# {…} is a property of the event, written as code; {files} are the paths that it is about.
_SENTENCES = {
    "server:power.start": "started the server",
    "server:power.stop": "stopped the server",
    "server:power.restart": "restarted the server",
    "server:power.kill": "killed the server",
    "server:console.command": "ran {command} in the console",
    "server:reinstall": "reinstalled the server",
    "server:settings.rename": "renamed the server from {old} to {new}",
    "server:settings.description": "changed the server's description",
    "server:startup.edit": "changed the startup variable {variable}",
    "server:startup.image": "changed the Docker image from {old} to {new}",
    "server:file.read": "read {files}",
    "server:file.write": "wrote {files}",
    "server:file.copy": "copied {files}",
    "server:file.download": "downloaded {files}",
    "server:file.upload": "uploaded files",
    "server:file.uploaded": "uploaded {files}",
    "server:file.pull": "had the node download {url} to {directory}",
    "server:file.delete": "deleted {files}",
    "server:file.rename": "renamed {files}",
    "server:file.compress": "compressed {files}",
    "server:file.decompress": "extracted {files}",
    "server:file.create-directory": "created the folder {name} in {directory}",
    "server:file.chmod": "changed the permissions of {files}",
    "server:sftp.create": "created {files} by SFTP",
    "server:sftp.create-directory": "created the folder {files} by SFTP",
    "server:sftp.write": "wrote {files} by SFTP",
    "server:sftp.delete": "deleted {files} by SFTP",
    "server:sftp.rename": "renamed {files} by SFTP",
    "server:sftp.denied": "was refused SFTP access",
    "server:backup.start": "started the backup {name}",
    "server:backup.complete": "finished the backup {name}",
    "server:backup.fail": "couldn't finish the backup {name}",
    "server:backup.delete": "deleted the backup {name}",
    "server:backup.download": "downloaded the backup {name}",
    "server:backup.lock": "locked the backup {name}",
    "server:backup.unlock": "unlocked the backup {name}",
    "server:backup.rename": "renamed a backup to {name}",
    "server:backup.restore": "began to restore the backup {name}",
    "server:backup.restore-complete": "finished restoring the backup {name}",
    "server:backup.restore-failed": "couldn't restore the backup {name}",
    "server:database.create": "created the database {name}",
    "server:database.rotate-password": "changed the password of the database {name}",
    "server:database.delete": "deleted the database {name}",
    "server:schedule.create": "created the schedule {name}",
    "server:schedule.update": "changed the schedule {name}",
    "server:schedule.execute": "ran the schedule {name} by hand",
    "server:schedule.delete": "deleted the schedule {name}",
    "server:task.create": "added a task to the schedule {name}",
    "server:task.update": "changed a task of the schedule {name}",
    "server:task.delete": "removed a task from the schedule {name}",
    "server:allocation.create": "added the address {allocation}",
    "server:allocation.notes": "changed the note on the address {allocation}",
    "server:allocation.primary": "made {allocation} the primary address",
    "server:allocation.delete": "removed the address {allocation}",
    "server:subuser.create": "gave {email} access",
    "server:subuser.update": "changed the permissions of {email}",
    "server:subuser.delete": "removed the access of {email}",
}


class _Properties(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "something"


def panel_deed(row: Activity) -> str:
    """Say what somebody did in the panel."""
    event = row.event.replace("server.", "server:", 1)  # the panel spells one of its events with a dot
    if event == "server:console.command" and not row.properties.get("command"):
        return "ran a console command"
    sentence = _SENTENCES.get(event)
    if sentence is None:
        return neutralise(event.partition(":")[2].replace(".", " ").replace("-", " ") or event, _VALUE_ROOM)
    given = {name: value for name, value in row.properties.items() if value is not None}
    values = {name: inline_code(str(value), _VALUE_ROOM) for name, value in given.items()}
    return sentence.format_map(_Properties({**values, "files": _files(row.properties)}))


def _files(properties: Mapping[str, Any]) -> str:
    """Name the paths that an event is about: one file, or some in a folder, or renamed ones."""
    if isinstance(properties.get("file"), str):
        return inline_code(properties["file"], _VALUE_ROOM)
    listed = properties.get("files")
    names = listed if isinstance(listed, list) else [listed] if isinstance(listed, str) else []
    if not names:
        return "files"
    folder = str(properties.get("directory") or "/").rstrip("/")
    shown = ", ".join(inline_code(_path(folder, name), _VALUE_ROOM) for name in names[:_FILES_NAMED])
    more = len(names) - _FILES_NAMED
    return f"{shown} and {counted(more, 'more file')}" if more > 0 else shown


def _path(folder: str, name: object) -> str:
    if isinstance(name, Mapping):
        return f"{_path(folder, name.get('from'))} → {_path(folder, name.get('to'))}"
    return f"{folder}/{str(name).lstrip('/')}"
