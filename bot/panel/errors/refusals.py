"""Refusals by the panel itself."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.i18n import N_, comma
from bot.panel.errors.base import PanelError


class NotFound(PanelError):
    """The panel does not know it, or its account has no access to it."""

    title = N_("Not found")
    is_fault = False
    happened = N_("The panel doesn't know that, or Quetzal's account has no access to it.")
    next_step = N_("It may have been deleted. List again and choose from there.")


class ConflictReason(StrEnum):
    """Why a server accepts no requests at the moment (docs/reference/servers.md#availability)."""

    SUSPENDED = "suspended"
    NODE_MAINTENANCE = "node maintenance"
    NOT_INSTALLED = "not installed"
    RESTORING = "restoring a backup"
    TRANSFERRING = "transferring"
    UNKNOWN = "unknown"


_CONFLICTS = {
    ConflictReason.SUSPENDED: (
        N_("The server is suspended."),
        N_("Whoever runs the panel has to lift the suspension."),
    ),
    ConflictReason.NODE_MAINTENANCE: (
        N_("The server's node is under maintenance."),
        N_("Wait until the maintenance is over."),
    ),
    ConflictReason.NOT_INSTALLED: (
        N_("The server isn't installed yet, or its installation failed."),
        N_("Wait until the installation has finished. If it failed, reinstall the server in the panel."),
    ),
    ConflictReason.RESTORING: (
        N_("The server is being restored from a backup."),
        N_("Wait until the restore is over."),
    ),
    ConflictReason.TRANSFERRING: (
        N_("The server is being moved to another node."),
        N_("Wait until the move is over."),
    ),
    ConflictReason.UNKNOWN: (
        N_("The panel blocks actions on this server at the moment."),
        N_("Check the server in the panel, and try again later."),
    ),
}


class ServerStateConflict(PanelError):
    """409: the server's state forbids everything but viewing it."""

    title = N_("The server is unavailable")
    is_fault = False

    def __init__(self, reason: ConflictReason, *, detail: str | None = None) -> None:
        happened, next_step = _CONFLICTS[reason]
        super().__init__(happened, next_step=next_step, detail=detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One rule a field of a request broke."""

    field: str
    rule: str
    text: str


class InvalidRequest(PanelError):
    """422: the panel found values that it does not allow. `fields` says which."""

    title = N_("Invalid input")
    is_fault = False
    happened = N_("The panel rejects one of the values.")
    next_step = N_("Change the value and run the command again.")

    def __init__(self, fields: tuple[FieldProblem, ...], *, detail: str | None = None) -> None:
        known = [problem.field for problem in fields if problem.field.isidentifier()]
        names = comma().join(dict.fromkeys(known))
        super().__init__(
            N_("The panel rejects the value of: {names}.", names=names) if names else None, detail=detail
        )
        self.fields = fields


class PanelRefused(PanelError):
    """A rule of the panel forbids it. `code` is the panel's own name for the rule."""

    title = N_("Not possible")
    is_fault = False
    happened = N_("The panel refused that.")
    next_step = N_("Check the server in the panel for what blocks it.")

    def __init__(self, code: str = "", *, detail: str | None = None) -> None:
        super().__init__(detail=detail)
        self.code = code


class TooManyBackups(PanelRefused):
    """The server's backup limit is reached."""

    happened = N_("The server has reached its limit of backups.")
    next_step = N_("Delete a backup you no longer need, or have the limit raised in the panel.")


class NoBackupHost(PanelError):
    """Pelican keeps backups on hosts of their own, and has none for the server's node."""

    happened = N_(
        "The panel has no place for backups of this server: no backup host is set up for its machine."
    )
    state = N_("No backup was made.")
    next_step = N_("Whoever runs the panel has to add a backup host, or give one to the server's node.")


class BackupLocked(PanelRefused):
    """A locked backup cannot be deleted."""

    happened = N_("The backup is locked.")
    next_step = N_("Unlock it first, then delete it.")


class RestoreNotPossible(PanelRefused):
    """The server, or the backup, is in no state for a restore."""

    happened = N_("The backup can't be restored now: it is still running, or the server is busy.")
    next_step = N_("Wait until the backup is finished and the server is idle.")


class TooManyDatabases(PanelRefused):
    """The server's database limit is reached."""

    happened = N_("The server has reached its limit of databases.")
    next_step = N_("Delete a database you no longer need, or have the limit raised in the panel.")


class DuplicateDatabaseName(PanelRefused):
    """The server has a database of that name already."""

    title = N_("Already exists")
    happened = N_("The server already has a database with that name.")
    next_step = N_("Choose another name.")


class NoDatabaseHost(PanelRefused):
    """The panel knows no database host for this server."""

    happened = N_("The panel has no database host for this server.")
    next_step = N_("Whoever runs the panel has to add a database host.")


class SubuserExists(PanelRefused):
    """The person has access already."""

    title = N_("Already exists")
    happened = N_("That person already has access to the server.")
    next_step = N_("Change what they can do with `/users edit`.")


class OwnerIsNoSubuser(PanelRefused):
    """The address is that of the server's owner."""

    happened = N_("That is the server's owner, who can do everything already.")
    next_step = N_("Choose another e-mail address.")


class TooManyAllocations(PanelRefused):
    """The server's limit of addresses is reached."""

    happened = N_("The server has reached its limit of addresses; the primary one counts, too.")
    next_step = N_("Remove an address that you no longer need, or have the limit raised in the panel.")


class AssignmentDisabled(PanelRefused):
    """The panel assigns no addresses by itself, as after its installation."""

    happened = N_("The panel doesn't assign further addresses by itself.")
    next_step = N_("Whoever runs the panel can assign one, or turn on automatic allocation in its settings.")


class NoFreeAllocation(PanelRefused):
    """The node has no free address in the range from which the panel assigns them."""

    happened = N_("The server's node has no free address left.")
    next_step = N_("Whoever runs the panel has to add addresses to the node, or assign one.")


class AllocationKept(PanelRefused):
    """The primary address can't be removed, nor any of a server whose limit is 0."""

    happened = N_(
        "The panel keeps that address: it is the primary one, or the server's limit of addresses is 0."
    )
    next_step = N_(
        "Make another address primary first. If the limit is 0, whoever runs the panel can remove it."
    )


class InvalidCron(PanelRefused):
    """The five cron fields make no sense together."""

    happened = N_("The panel can't read that schedule.")
    next_step = N_("Check the five cron fields: minute, hour, day of month, month, day of week.")


class ScheduleEmpty(PanelRefused):
    """A schedule without tasks cannot be run."""

    happened = N_("The schedule has no tasks, so there is nothing to run.")
    next_step = N_("Add a task to it first.")


class TooManyTasks(PanelRefused):
    """A schedule holds at most ten tasks."""

    happened = N_("The schedule has reached its limit of tasks.")
    next_step = N_("Delete a task, or make a second schedule.")


class VariableLocked(PanelRefused):
    """The startup variable is hidden or read-only."""

    happened = N_("The panel doesn't allow changing that startup variable.")
    next_step = N_("Whoever runs the panel has to change it, or make it editable.")


class ImageLocked(PanelRefused):
    """An administrator chose a Docker image that the egg does not offer."""

    happened = N_("The panel doesn't allow changing the Docker image: an administrator set it by hand.")
    next_step = N_("Whoever runs the panel has to change it.")


class FileTooLarge(PanelRefused):
    """The file is over the size that the panel shows or that Quetzal reads."""

    title = N_("Too large")
    happened = N_("The file is too large to show here.")
    next_step = N_("Download it instead.")


class BodyTooLarge(PanelRefused):
    """413: the panel, or the proxy before it, accepts no body of that size."""

    title = N_("Too large")
    happened = N_("That is too large for the panel.")
    next_step = N_("Upload it as a file instead, or make it smaller.")


class NotQueryable(PanelRefused):
    """406 of Pelican's player counter: no query for the egg, an offline server, or no list of players."""

    happened = N_("The panel's player counter can't query this server.")
    next_step = N_("Check in the panel that the server runs and that its egg has a query.")


class ServerOffline(PanelError):
    """A console command needs a running server (502 `HttpException`)."""

    title = N_("The server is offline")
    is_fault = False
    happened = N_("The server is offline, so it can't run commands.")
    next_step = N_("Start the server first.")


class PanelFault(PanelError):
    """500: the panel failed while it handled the request."""

    may_pass = True
    happened = N_("The panel had an internal error.")
    next_step = N_("Try again. If it happens again, whoever runs the panel can find the reason in its log.")
