"""Sentences about what people did, for the audit; each goes on from the person's name."""

from collections.abc import Mapping

from bot.domain.audit import AuditEntry
from bot.ui.kit.text import inline_code, neutralise, shorten

_VALUE_ROOM = 80
_POWER = {"start": "started", "stop": "stopped", "restart": "restarted", "kill": "killed"}
# {on} and {of} name the server, or nothing where an act is not about one; {…} is a fact of the act.
_SENTENCES = {
    "server.console": "opened the console{of}",
    "server.restart": "began a restart{of}",
    "server.bulk": "began a {what} of {servers} servers",
    "server.abort": "aborted a {job}{of}",
    "server.rename": "renamed {old} to {new}",
    "server.query": "changed how players are counted{on}: {protocol}",
    "server.image": "changed the Docker image{of} to {new}",
    "server.variable": "set the startup variable {variable}{on}",
    "backup.create": "started the backup {name}{of}",
    "backup.end": "got the result of a backup{of}: {end}",
    "backup.delete": "deleted the backup {name}{of}",
    "backup.download": "downloaded the backup {name}{of}",
    "backup.lock": "locked the backup {name}{of}",
    "backup.unlock": "unlocked the backup {name}{of}",
    "backup.restore": "restored the backup {name}{on}",
    "backup.retention": "changed the backup policy{of}",
    "backup.schedule": "changed the backup schedule{of}",
    "databases.create": "created the database {name}{on}",
    "databases.read_password": "read a database password{on}",
    "databases.rotate": "changed the password of the database {name}{on}",
    "databases.delete": "deleted the database {name}{on}",
    "schedule.run": "ran the schedule {schedule}{on}",
    "schedule.create": "created the schedule {schedule}{on}",
    "schedule.edit": "changed the schedule {schedule}{on}",
    "schedule.delete": "deleted the schedule {schedule}{on}",
    "schedule.task": "changed the tasks of the schedule {schedule}{on}",
    "schedule.pause": "paused the schedule {schedule}{on}",
    "schedule.resume": "resumed the schedule {schedule}{on}",
    "network.note": "changed the note on {address}{of}",
    "network.primary": "made {address} the primary address{of}",
    "network.add": "added the address {address}{on}",
    "network.remove": "removed the address {address}{of}",
    "users.invite": "gave {email} access in the panel{of}",
    "users.edit": "changed the panel permissions of {email}{on}",
    "users.remove": "removed the panel access of {email}{on}",
    "files.edit": "edited {path}{on}",
    "files.set": "set a key in {path}{on}",
    "files.convert": "changed the encoding of {path}{on}",
    "files.delete": "deleted {path}{on}",
    "files.move": "moved {path} to {target}{on}",
    "files.upload": "uploaded {path}{on}",
    "files.copy": "copied a file to {path}{on}",
    "files.make": "created the folder {path}{on}",
    "files.extract": "extracted {path}{on}",
    "files.compress": "compressed files into {path}{on}",
    "files.restore": "restored {path}{on}",
    "files.undo": "undid a change of {path}{on}",
    "files.purge": "purged {path} from the trash{of}",
    "files.download": "downloaded {path}{on}",
    "files.link": "got a download link to {path}{on}",
    "files.pack": "compressed files{on}",
    "files.unpack": "extracted an archive{on}",
    "access.grant": "gave {who} {level} access{on}",
    "access.revoke": "revoked the access of {who}{on}",
    "access.refused": "was refused {tried}{on}",
    "alert.acknowledge": "acknowledged an alert{on}: {rule}",
    "alert.snooze": "silenced an alert{on}: {rule}",
    "alert.note": "wrote a note on an alert{on}",
    "alert.rule": "changed an alert rule{of}: {rule}",
    "alert.board": "changed the board",
    "alert.maintenance": "changed maintenance{of}",
    "default.choose": "chose a default server",
    "default.clear": "cleared a default server",
    "setup.change": "changed the setup",
    "key.link": "linked a panel key",
    "key.unlink": "removed a panel key",
    "work.take_over": "took over {work}{of}",
    "work.end": "ended {work}{of}",
    "work.stop": "stopped {work}{of}",
}


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "something"


def deed(act: AuditEntry, server: str, *, shows_commands: bool = True) -> str:
    """Say what was done and where. `server` is its name, empty where there is none.

    The text of a console command is for admins.
    """
    name = f"**{neutralise(server, 60)}**" if server else ""
    if act.action == "server.command":
        text = act.facts.get("text")
        ran = inline_code(str(text), _VALUE_ROOM) if text and shows_commands else "a console command"
        return f"ran {ran} on {name}"
    if act.action == "server.power":
        return f"{_POWER.get(str(act.facts.get('signal')), 'sent a signal to')} {name}"
    sentence = _SENTENCES.get(act.action)
    if sentence is None:
        return f"{neutralise(act.action, 64)}{f' on {name}' if name else ''}"
    where = {"on": f" on {name}" if name else "", "of": f" of {name}" if name else ""}
    return sentence.format_map(_Facts({**_shown(act.facts), **where}))


def _shown(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: _value(name, str(value)) for name, value in facts.items() if value is not None}


def _value(name: str, value: str) -> str:
    if name == "who":
        kind, _, subject_id = value.partition(" ")
        return f"<@&{subject_id}>" if kind == "role" else f"<@{subject_id}>"
    if name in {"level", "rule", "work", "end", "job", "what"}:
        return neutralise(value.replace("_", " "), _VALUE_ROOM)
    if name == "tried":
        return neutralise(shorten(value, _VALUE_ROOM))
    return inline_code(value, _VALUE_ROOM)
