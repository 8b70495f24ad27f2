"""Sentences for the panel's activity log; each goes on from the name of the panel account.

The events are those of the panel's own list of sentences, `resources/lang/en/activity.php`.
"""

from collections.abc import Mapping
from typing import Any

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, joined
from bot.panel.models import Activity
from bot.panel.models.php import as_list
from bot.ui.kit.text import inline_code, neutralise

_VALUE_ROOM = 80
_FILES_NAMED = 2
# {…} is a property of the event, written as code; {files} are the paths that it is about.
_SENTENCES = {
    "server:power.start": N_("started the server"),
    "server:power.stop": N_("stopped the server"),
    "server:power.restart": N_("restarted the server"),
    "server:power.kill": N_("killed the server"),
    "server:console.command": N_("ran {command} in the console"),
    "server:reinstall": N_("reinstalled the server"),
    "server:settings.rename": N_("renamed the server from {old} to {new}"),
    "server:settings.description": N_("changed the server's description"),
    "server:startup.edit": N_("changed the startup variable {variable}"),
    "server:startup.image": N_("changed the Docker image from {old} to {new}"),
    "server:file.read": N_("read {files}"),
    "server:file.write": N_("wrote {files}"),
    "server:file.copy": N_("copied {files}"),
    "server:file.download": N_("downloaded {files}"),
    "server:file.upload": N_("uploaded files"),
    "server:file.uploaded": N_("uploaded {files}"),
    "server:file.pull": N_("had the node download {url} to {directory}"),
    "server:file.delete": N_("deleted {files}"),
    "server:file.rename": N_("renamed {files}"),
    "server:file.compress": N_("compressed {files}"),
    "server:file.decompress": N_("extracted {files}"),
    "server:file.create-directory": N_("created the folder {name} in {directory}"),
    "server:file.chmod": N_("changed the permissions of {files}"),
    "server:sftp.create": N_("created {files} by SFTP"),
    "server:sftp.create-directory": N_("created the folder {files} by SFTP"),
    "server:sftp.write": N_("wrote {files} by SFTP"),
    "server:sftp.delete": N_("deleted {files} by SFTP"),
    "server:sftp.rename": N_("renamed {files} by SFTP"),
    "server:sftp.denied": N_("was refused SFTP access"),
    "server:backup.start": N_("started the backup {name}"),
    "server:backup.complete": N_("finished the backup {name}"),
    "server:backup.fail": N_("couldn't finish the backup {name}"),
    "server:backup.delete": N_("deleted the backup {name}"),
    "server:backup.download": N_("downloaded the backup {name}"),
    "server:backup.lock": N_("locked the backup {name}"),
    "server:backup.unlock": N_("unlocked the backup {name}"),
    "server:backup.rename": N_("renamed a backup to {name}"),
    "server:backup.restore": N_("began to restore the backup {name}"),
    "server:backup.restore-complete": N_("finished restoring the backup {name}"),
    "server:backup.restore-failed": N_("couldn't restore the backup {name}"),
    "server:database.create": N_("created the database {name}"),
    "server:database.rotate-password": N_("changed the password of the database {name}"),
    "server:database.delete": N_("deleted the database {name}"),
    "server:schedule.create": N_("created the schedule {name}"),
    "server:schedule.update": N_("changed the schedule {name}"),
    "server:schedule.execute": N_("ran the schedule {name} by hand"),
    "server:schedule.delete": N_("deleted the schedule {name}"),
    "server:task.create": N_("added a task to the schedule {name}"),
    "server:task.update": N_("changed a task of the schedule {name}"),
    "server:task.delete": N_("removed a task from the schedule {name}"),
    "server:allocation.create": N_("added the address {allocation}"),
    "server:allocation.notes": N_("changed the note on the address {allocation}"),
    "server:allocation.primary": N_("made {allocation} the primary address"),
    "server:allocation.delete": N_("removed the address {allocation}"),
    "server:subuser.create": N_("gave {email} access"),
    "server:subuser.update": N_("changed the permissions of {email}"),
    "server:subuser.delete": N_("removed the access of {email}"),
}


class _Properties(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _("something")


def panel_deed(row: Activity) -> str:
    """Say what an account did in the panel."""
    event = row.event.replace("server.", "server:", 1)  # the panel spells one of its events with a dot
    if event == "server:console.command" and not row.properties.get("command"):
        return _("ran a console command")
    sentence = _SENTENCES.get(event)
    if sentence is None:
        return neutralise(event.partition(":")[2].replace(".", " ").replace("-", " ") or event, _VALUE_ROOM)
    given = {name: value for name, value in row.properties.items() if value is not None}
    values = {name: inline_code(str(value), _VALUE_ROOM) for name, value in given.items()}
    return _(sentence).format_map(_Properties({**values, "files": _files(row.properties)}))


def _files(properties: Mapping[str, Any]) -> str:
    """Name the paths that an event is about: one file, or some in a folder, or renamed ones."""
    if isinstance(properties.get("file"), str):
        return inline_code(properties["file"], _VALUE_ROOM)
    listed = as_list(properties.get("files"))
    names = listed if isinstance(listed, list) else [listed] if isinstance(listed, str | Mapping) else []
    if not names:
        return _("files")
    folder = str(properties.get("directory") or "/").rstrip("/")
    shown = joined(inline_code(_path(folder, name), _VALUE_ROOM) for name in names[:_FILES_NAMED])
    more = len(names) - _FILES_NAMED
    return (
        _("{shown} and {files}", shown=shown, files=counted(more, "more file", "more files"))
        if more > 0
        else shown
    )


def _path(folder: str, name: object) -> str:
    if isinstance(name, Mapping):
        return " → ".join(_path(folder, name[end]) for end in ("from", "to") if name.get(end) is not None)
    return f"{folder}/{str(name).lstrip('/')}"
