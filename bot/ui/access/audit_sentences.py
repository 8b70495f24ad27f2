"""Sentences about what people did, for the audit; each goes on from the person's name."""

from collections.abc import Mapping

from bot.core.i18n import N_, _
from bot.domain.audit import AuditEntry
from bot.ui.access.audit_words import word
from bot.ui.kit.text import inline_code, neutralise, shorten

_VALUE_ROOM = 80
_POWER = {
    "start": N_("started {name}"),
    "stop": N_("stopped {name}"),
    "restart": N_("restarted {name}"),
    "kill": N_("killed {name}"),
}
# {on} and {of} name the server, or nothing where an act is not about one; {…} is a fact of the act.
_SENTENCES = {
    "server.console": N_("opened the console{of}"),
    "server.restart": N_("began a restart{of}"),
    "server.bulk": N_("began a {what} of {servers} servers"),
    "server.idle": N_("changed the stop when empty{of}"),
    "server.abort": N_("aborted a {job}{of}"),
    "server.rename": N_("renamed {old} to {new}"),
    "server.query": N_("changed how players are counted{on}: {protocol}"),
    "server.describe": N_("changed the description{of}"),
    "server.reinstall": N_("ran the installation{of} again"),
    "server.image": N_("changed the Docker image{of} to {new}"),
    "server.variable": N_("set the startup variable {variable}{on}"),
    "whitelist.requests": N_("changed the whitelist requests{of}"),
    "whitelist.request": N_("asked to be on the whitelist{of} as {player}"),
    "whitelist.approve": N_("approved the whitelist request of {player}{on}"),
    "whitelist.refuse": N_("refused the whitelist request of {player}{on}"),
    "backup.create": N_("started the backup {name}{of}"),
    "backup.end": N_("got the result of a backup{of}: {end}"),
    "backup.check": N_("checked the archive of the backup {name}{of}"),
    "backup.copy": N_("began to copy the backup {name}{of} to {to}"),
    "backup.copy_cancel": N_("cancelled the copy of the backup {name}{of} to {to}"),
    "backup.copy_delete": N_("deleted the copy of the backup {name}{of} from {to}"),
    "backup.copy_end": N_("got the result of copying the backup {name}{of} to {to}"),
    "backup.copy_found": N_("found the copy of the backup {name}{of} on {to} again"),
    "backup.copy_remove": N_("asked to delete the copy of the backup {name}{of} on {to}"),
    "backup.delete": N_("deleted the backup {name}{of}"),
    "backup.download": N_("downloaded the backup {name}{of}"),
    "backup.lock": N_("locked the backup {name}{of}"),
    "backup.unlock": N_("unlocked the backup {name}{of}"),
    "backup.restore": N_("restored the backup {name}{on}"),
    "backup.retention": N_("changed the backup policy{of}"),
    "backup.schedule": N_("changed the backup schedule{of}"),
    "databases.create": N_("created the database {name}{on}"),
    "databases.read_password": N_("read a database password{on}"),
    "databases.rotate": N_("changed the password of the database {name}{on}"),
    "databases.delete": N_("deleted the database {name}{on}"),
    "schedule.run": N_("ran the schedule {schedule}{on}"),
    "startup.delete": N_("deleted the startup template {name}"),
    "startup.save": N_("saved the startup template {name}{of}"),
    "schedule.create": N_("created the schedule {schedule}{on}"),
    "schedule.edit": N_("changed the schedule {schedule}{on}"),
    "schedule.delete": N_("deleted the schedule {schedule}{on}"),
    "schedule.task": N_("changed the tasks of the schedule {schedule}{on}"),
    "schedule.pause": N_("paused the schedule {schedule}{on}"),
    "schedule.resume": N_("resumed the schedule {schedule}{on}"),
    "network.note": N_("changed the note on {address}{of}"),
    "network.primary": N_("made {address} the primary address{of}"),
    "network.public": N_("changed the public address{of}"),
    "network.add": N_("added the address {address}{on}"),
    "network.remove": N_("removed the address {address}{of}"),
    "users.invite": N_("gave {email} access in the panel{of}"),
    "users.edit": N_("changed the panel permissions of {email}{on}"),
    "users.remove": N_("removed the panel access of {email}{on}"),
    "files.edit": N_("edited {path}{on}"),
    "files.set": N_("set a key in {path}{on}"),
    "files.convert": N_("changed the encoding of {path}{on}"),
    "files.delete": N_("deleted {path}{on}"),
    "files.move": N_("moved {path} to {target}{on}"),
    "files.upload": N_("uploaded {path}{on}"),
    "files.copy": N_("copied a file to {path}{on}"),
    "files.make": N_("created the folder {path}{on}"),
    "files.extract": N_("extracted {path}{on}"),
    "files.compress": N_("compressed files into {path}{on}"),
    "files.restore": N_("restored {path}{on}"),
    "files.undo": N_("undid a change of {path}{on}"),
    "files.purge": N_("purged {path} from the trash{of}"),
    "files.tail": N_("followed {path}{on}"),
    "files.download": N_("downloaded {path}{on}"),
    "files.link": N_("got a download link to {path}{on}"),
    "files.pack": N_("compressed files{on}"),
    "files.unpack": N_("extracted an archive{on}"),
    "access.grant": N_("gave {who} {level} access{on}"),
    "access.revoke": N_("revoked the access of {who}{on}"),
    "access.refused": N_("was refused {tried}{on}"),
    "alert.acknowledge": N_("acknowledged an alert{on}: {rule}"),
    "alert.snooze": N_("silenced an alert{on}: {rule}"),
    "alert.note": N_("wrote a note on an alert{on}"),
    "alert.rule": N_("changed an alert rule{of}: {rule}"),
    "alert.board": N_("changed the board"),
    "alert.maintenance": N_("changed maintenance{of}"),
    "default.choose": N_("chose a default server"),
    "default.clear": N_("cleared a default server"),
    "setup.change": N_("changed the setup"),
    "key.link": N_("linked a panel key"),
    "key.unlink": N_("removed a panel key"),
    "work.take_over": N_("took over {work}{of}"),
    "work.end": N_("ended {work}{of}"),
    "work.stop": N_("stopped {work}{of}"),
}


def kinds_with_sentence() -> set[str]:
    """List the kinds of acts that have a sentence of their own."""
    return {*_SENTENCES, "server.command", "server.power"}


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _("something")


def deed(act: AuditEntry, server: str, *, shows_commands: bool = True) -> str:
    """Say what was done and where. `server` is its name, empty where there is none.

    The text of a console command is for admins.
    """
    name = f"**{neutralise(server, 60)}**" if server else ""
    if act.action == "server.command":
        text = act.facts.get("text")
        ran = inline_code(str(text), _VALUE_ROOM) if text and shows_commands else _("a console command")
        return _("ran {ran} on {name}", ran=ran, name=name)
    if act.action == "server.power":
        return _(_POWER.get(str(act.facts.get("signal")), N_("sent a signal to {name}")), name=name)
    sentence = _SENTENCES.get(act.action)
    if sentence is None:
        return neutralise(act.action, 64) + (_(" on {name}", name=name) if name else "")
    where = {
        "on": _(" on {name}", name=name) if name else "",
        "of": _(" of {name}", name=name) if name else "",
    }
    return str(sentence).format_map(_Facts({**_shown(act.facts), **where}))


def _shown(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: _value(name, str(value)) for name, value in facts.items() if value is not None}


def _value(name: str, value: str) -> str:
    if name == "who":
        kind, _space, subject_id = value.partition(" ")
        return f"<@&{subject_id}>" if kind == "role" else f"<@{subject_id}>"
    if (said := word(name, value)) is not None:
        return said
    if name in {"level", "rule", "work", "end", "job", "what"}:
        return neutralise(value.replace("_", " "), _VALUE_ROOM)
    if name == "tried":
        return neutralise(shorten(value, _VALUE_ROOM))
    return inline_code(value, _VALUE_ROOM)
