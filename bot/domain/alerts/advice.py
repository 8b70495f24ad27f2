"""What an alert comes from, and what to do about it."""

from datetime import datetime

from bot.core.i18n import N_, Message, _
from bot.domain.alerts.rules import RuleKind, Severity
from bot.domain.annotations import Annotations, offered, read_annotations
from bot.domain.diagnosis import Fix, FixKind
from bot.domain.formatting import counted, discord_time
from bot.domain.incidents import Incident
from bot.domain.quoting import escaped
from bot.panel.models import PowerSignal

_WELL, _HARD_KILL = 0, 137
_EXITS = {
    1: N_("The program ended with an error"),
    130: N_("The program was interrupted"),
    134: N_("The program aborted after an internal error"),
    139: N_("The program crashed with a segmentation fault"),
    143: N_("The program was asked to stop from outside"),
}
_ADVICE: dict[RuleKind, tuple[Message, ...]] = {
    RuleKind.MEMORY: (
        N_("See what grows: `/server performance`."),
        N_(
            "Restart it when few players are on; if it fills up again, raise its limit or remove what uses "
            "it."
        ),
    ),
    RuleKind.CPU: (
        N_("Check whether it's a peak or lasts: `/server performance`."),
        N_("If players notice lag: fewer players, chunks or plugins, or a higher CPU limit."),
    ),
    RuleKind.DISK: (
        N_("Find what is large with `/files list`: old logs, worlds and backups on the server."),
        N_("Delete something or raise the limit before it is full: a full disk breaks saves."),
    ),
    RuleKind.DISK_FORECAST: (
        N_("See what grows with `/files list`: usually logs and maps."),
        N_("There is still time to delete, archive, or raise the limit."),
    ),
    RuleKind.STATE: (N_("Start it; if it goes offline again, fix the cause first."),),
    RuleKind.CRASH: (),
    RuleKind.STUCK_STOPPING: (
        N_("Kill it with `/server power`. What the game hasn't saved yet is lost."),
        N_("Then read its log: often a plugin or a full disk keeps a server from stopping."),
    ),
    RuleKind.STUCK_STARTING: (
        N_("Check whether the console still moves: large worlds and modpacks take long to load."),
        N_("If it doesn't, kill it with `/server power` and read the log before the next start."),
    ),
    RuleKind.NO_ANSWER: (
        N_("Restart it. What the game hasn't saved yet may be lost."),
        N_("If you can still join, its query port has changed: `/server query` finds it again."),
    ),
    RuleKind.BACKUP_AGE: (
        N_("Make one now with `/backup create`, and schedule automatic ones: `/backup schedule`."),
    ),
    RuleKind.BACKUP_TROUBLE: (
        N_("See why with `/backup list`: usually a full disk or the backup limit."),
        N_("Make a new one: until then, you can only restore older ones."),
    ),
    RuleKind.PANEL: (
        N_("Open the panel in a browser. If it loads, check Quetzal's key with `quetzal doctor`."),
        N_("Your servers keep running, but Quetzal can't see them until the panel is back."),
    ),
    RuleKind.NODE: (
        N_("Ask whoever runs the machine whether it is up and Wings is running."),
        N_("Don't restart servers one by one: they all share this cause."),
    ),
    RuleKind.INSTALL_FAILED: (N_("Read the installation's log in the panel, then reinstall it there."),),
    RuleKind.SUSPENDED: (N_("Only a panel administrator can unsuspend it. Ask for the reason."),),
}
_NEW_KEY = (
    N_("Check with `quetzal doctor` whether the key still exists and may be used from this address."),
    N_("Create a new key in the panel, put it into Quetzal's settings, and restart Quetzal."),
)
_MEMORY_OF_JAVA = N_("Java keeps its heap, so high usage alone is normal. Check for lag before you act.")
_OUT_OF_MEMORY = N_(
    "Raise its memory limit, or lower the heap (leave a few hundred MiB below the limit for Java itself)."
)
_WAIT = N_("Nothing to do: you'll get a message when it has recovered.")
_GAVE_UP = N_("Wings won't restart it. Start it once the cause is fixed.")
_READ_LOGS = N_("Read its newest log or crash report with `/files read`.")
_RUNS_AGAIN = N_("It's running again: nothing to do.")
_HANGS = N_("The process runs, but the game answers no queries: it may have frozen.")
_UNKNOWN = N_("Its last console lines don't show why it ended.")
_UNHEARD = N_("Quetzal has no console lines that show why it ended.")
_LOOPS = N_("It keeps crashing: stop it, undo the last change (plugin, mod, config), then start it.")


def cause(incident: Incident) -> str | None:
    """Say what it comes from, as a sentence for Discord; None for rules that need no cause.

    Why a process ended is said to be unknown where nothing proves it.
    """
    known = read_annotations(incident.evidence)
    if incident.rule in _ENDS:
        return cause_of_end(known)
    if (named := _named_cause(known)) is not None:
        return named
    return _silence(known) if incident.rule is RuleKind.NO_ANSWER else None


def cause_of_end(known: Annotations) -> str:
    """Say why a process ended, or that it is unknown."""
    return _named_cause(known) or _why_ended(known)


def _named_cause(known: Annotations) -> str | None:
    if known.diagnosis is not None:
        return _(known.diagnosis)
    if known.cause is not None:
        return escaped(_(known.cause))
    if known.out_of_memory:
        return _("It ran out of memory and was killed at its limit{code}.", code=_code(known))
    return None


def _why_ended(known: Annotations) -> str:
    if known.exit_code is None:
        return _(_UNKNOWN if known.lines else _UNHEARD)
    if known.exit_code == _WELL:
        ended = _("It exited without an error (exit code 0), as after a stop inside the game.")
    elif known.exit_code == _HARD_KILL:
        ended = _("It was killed from outside (exit code 137), often because memory ran out.")
    else:
        ended = f"{_EXITS.get(known.exit_code, _('The program ended unexpectedly'))}{_code(known)}."
    return f"{ended} {_UNKNOWN if known.lines else _UNHEARD}"


def _silence(known: Annotations) -> str:
    if known.answered_at is None:
        return _(_HANGS)
    when = discord_time(datetime.fromisoformat(known.answered_at))
    if known.players is None:
        return _("{hangs} Its last answer came {when}.", hangs=_HANGS, when=when)
    players = counted(known.players, "player", "players")
    return _(
        "{hangs} Its last answer came {when}, with {players} on.", hangs=_HANGS, when=when, players=players
    )


_ENDS = frozenset({RuleKind.CRASH, RuleKind.STATE})
"""What begins with the end of a process."""


IN_DETAILS = N_("in the alert's details")
"""Where the console lines of an alert are, for messages that don't show them."""


def advise(incident: Incident, *, lines_at: Message = IN_DETAILS) -> tuple[str, ...]:
    """Say what to do about it, the first thing first; `lines_at` is where its console lines are shown."""
    if incident.better_since is not None:
        return (_(_WAIT),)
    known = read_annotations(incident.evidence)
    steps = tuple(map(_, _ADVICE[incident.rule]))
    if incident.rule in _ENDS:
        return (*_about_end(incident, known, lines_at), *steps)
    if incident.rule is RuleKind.PANEL and known.key_refused:
        return tuple(map(_, _NEW_KEY))
    if incident.rule is RuleKind.MEMORY and known.java:
        return (_(_MEMORY_OF_JAVA), *steps)
    return steps


def _about_end(incident: Incident, known: Annotations, lines_at: Message) -> tuple[str, ...]:
    """Say what to do after a process ended: the fix, where its cause is known."""
    if is_back(incident):
        runs = _(_RUNS_AGAIN)
        return (runs,) if known.fix is None else (runs, _("If it crashes again: {fix}", fix=_(known.fix)))
    is_crash = incident.rule is RuleKind.CRASH
    gave_up = is_crash and known.gave_up and known.back_at is None
    looping = is_crash and incident.worst is Severity.CRITICAL and not known.gave_up
    first = advise_end(known, lines_at=lines_at)
    steps = (_(_LOOPS), first) if looping and known.fix is None else (first,)
    return (*steps, _(_GAVE_UP)) if gave_up else steps


def advise_end(known: Annotations, *, lines_at: Message) -> str:
    """Say what to do first after a process ended: the fix, where its cause is known."""
    if known.fix is not None:
        return _(known.fix)
    if known.out_of_memory:
        return _(_OUT_OF_MEMORY)
    if known.lines:
        return _("Read its last console lines {lines_at}.", lines_at=lines_at)
    return _(_READ_LOGS)


def is_back(incident: Incident) -> bool:
    """Whether a server that crashed runs again, and does not go on crashing."""
    known = read_annotations(incident.evidence)
    if incident.rule is not RuleKind.CRASH or known.back_at is None:
        return False
    return known.gave_up is True or incident.worst is not Severity.CRITICAL


def may_follow_a_change(incident: Incident) -> bool:
    """Whether the file that was changed last may have to do with it: the server does not come up again."""
    ended = incident.rule in _ENDS and incident.level is Severity.CRITICAL
    return ended and incident.firing


def suggested_fix(incident: Incident, *, has_last_change: bool = False) -> Fix | None:
    """Name what Quetzal can do about the cause; where no line proves one, undo the last change."""
    known = read_annotations(incident.evidence)
    is_lasting = incident.firing and known.back_at is None
    if incident.rule not in _ENDS or not is_lasting:
        return None
    return fix_of_end(known, has_last_change=has_last_change)


def fix_of_end(known: Annotations, *, has_last_change: bool) -> Fix | None:
    """Name what Quetzal can do about the end of a process that doesn't come up again."""
    if (fix := offered(known)) is not None:
        return fix
    return Fix(FixKind.RESTORE_FILE) if has_last_change and not known.is_proven else None


def suggested_signal(incident: Incident) -> PowerSignal | None:
    """Name the power signal that can help; None where none does, or it is better already."""
    if incident.subject.server_uuid is None or incident.better_since is not None:
        return None
    if incident.rule is RuleKind.STATE:
        return PowerSignal.START
    if incident.rule is RuleKind.CRASH:
        known = read_annotations(incident.evidence)
        return PowerSignal.START if known.gave_up and known.back_at is None else None
    if incident.rule in (RuleKind.STUCK_STARTING, RuleKind.STUCK_STOPPING):
        return PowerSignal.KILL
    return PowerSignal.RESTART if incident.rule in _RESTARTABLE else None


_RESTARTABLE = frozenset({RuleKind.MEMORY, RuleKind.CPU, RuleKind.NO_ANSWER})


def _code(known: Annotations) -> str:
    return _(" (exit code {exit_code})", exit_code=known.exit_code) if known.exit_code is not None else ""
