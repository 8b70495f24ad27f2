"""Errors between Quetzal and a place for copies of backups. Every leaf class has a message for people."""

from inspect import getattr_static

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, Message

_SERVERS_UNTOUCHED = N_("Servers and their backups on the panel aren't affected.")


class CopyTargetError(QuetzalError):
    """The base of these errors. `target`: its name in the settings."""

    title = N_("Copy target problem")
    happened = N_("The copy target {target} has a problem.")
    state = _SERVERS_UNTOUCHED
    next_step = N_("Ask whoever runs this bot to run `quetzal doctor`, which checks the copy targets.")

    def __init__(self, target: str, *, detail: str | None = None) -> None:
        self.target = target
        happened: Message = getattr_static(self, "happened")
        super().__init__(Message(happened.message, {"target": target}), detail=detail)


class UploadGone(CopyTargetError):
    """The target doesn't know an upload any more, or can't resume it."""

    may_pass = True
    happened = N_("The upload to {target} was interrupted and can't be resumed there.")
    next_step = N_("Start the copy again: it begins anew.")


class CopyMissing(CopyTargetError):
    """There is no file with that key."""

    happened = N_("The copy isn't on {target} any more.")
    next_step = N_("Make a new copy.")
