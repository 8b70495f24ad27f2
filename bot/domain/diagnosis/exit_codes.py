"""Causes that an exit code proves by itself."""

from dataclasses import replace

from bot.core.i18n import N_
from bot.domain.diagnosis.finding import Diagnosis

_CONTAINER_MEMORY = N_(
    "Raise its memory limit, or make it use less. For Java, leave a few hundred MiB between the heap "
    "(`-Xmx`) and the limit."
)
_KILLED = N_("It ran out of memory: it reached its limit and was killed.")
_KILLED_WITH_CODE = N_("It ran out of memory: it reached its limit and was killed (exit code {exit_code}).")
_KNOWN = {
    126: (
        N_("The start command could not be run: the program is not executable (exit code {exit_code})."),
        N_(
            "Check the start command in the panel, and the file's permissions. A reinstallation sets them "
            "right."
        ),
    ),
    127: (
        N_("The start command could not be run: the program was not found (exit code {exit_code})."),
        N_(
            "Check the start command and the Docker image in the panel. If files are missing, reinstall the "
            "server."
        ),
    ),
    134: (
        N_("The program aborted after an internal error (exit code {exit_code})."),
        N_("Look for an assertion or a full memory in its log, and for an update of the game."),
    ),
    137: (
        N_(
            "Something outside the game killed it; the node does not say that memory ran out "
            "(exit code {exit_code})."
        ),
        N_(
            "Ask whoever runs the node: a reboot, an administrator, or the whole machine being out of memory."
        ),
    ),
    139: (
        N_("The program crashed in its own memory (segmentation fault, exit code {exit_code})."),
        N_("Remove the plugin or mod that came last, or repair the game's files with a reinstallation."),
    ),
    143: (
        N_("Something outside the game asked its process to end (SIGTERM, exit code {exit_code})."),
        N_("Ask whoever runs the node: a reboot and an update of Docker do that."),
    ),
}


def by_exit_code(exit_code: int | None, *, oom_killed: bool) -> Diagnosis | None:
    """Return what the code proves; None for codes without a common meaning, such as 0 and 1."""
    if oom_killed:
        cause = (
            _KILLED if exit_code is None else replace(_KILLED_WITH_CODE, values={"exit_code": str(exit_code)})
        )
        return Diagnosis("container.memory", cause, _CONTAINER_MEMORY)
    known = _KNOWN.get(exit_code) if exit_code is not None else None
    if known is None:
        return None
    cause, fix = known
    return Diagnosis(f"exit.{exit_code}", replace(cause, values={"exit_code": str(exit_code)}), fix)
