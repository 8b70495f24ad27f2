"""Causes that an exit code proves by itself."""

from bot.domain.diagnosis.finding import Diagnosis

_CONTAINER_MEMORY = (
    "Raise its memory limit, or make it use less. For Java, leave a few hundred MiB between the heap "
    "(`-Xmx`) and "
    "the limit."
)
_KNOWN = {
    126: (
        "The start command could not be run: the program is not executable.",
        "Check the start command in the panel, and the file's permissions. A reinstallation sets them right.",
    ),
    127: (
        "The start command could not be run: the program was not found.",
        "Check the start command and the Docker image in the panel. If files are missing, reinstall the "
        "server.",
    ),
    134: (
        "The program aborted after an internal error.",
        "Look for an assertion or a full memory in its log, and for an update of the game.",
    ),
    137: (
        "Something outside the game killed it; the node does not say that memory ran out.",
        "Ask whoever runs the node: a reboot, an administrator, or the whole machine being out of memory.",
    ),
    139: (
        "The program crashed in its own memory (segmentation fault).",
        "Remove the plugin or mod that came last, or repair the game's files with a reinstallation.",
    ),
    143: (
        "Something outside the game asked its process to end (SIGTERM).",
        "Ask whoever runs the node: a reboot and an update of Docker do that.",
    ),
}


def by_exit_code(exit_code: int | None, *, oom_killed: bool) -> Diagnosis | None:
    """Return what the code proves; None for codes without a common meaning, such as 0 and 1."""
    if oom_killed:
        code = "" if exit_code is None else f" (exit code {exit_code})"
        return Diagnosis(
            "container.memory",
            f"It ran out of memory: it reached its limit and was killed{code}.",
            _CONTAINER_MEMORY,
        )
    known = _KNOWN.get(exit_code) if exit_code is not None else None
    if known is None:
        return None
    cause, fix = known
    return Diagnosis(f"exit.{exit_code}", f"{cause.rstrip('.')} (exit code {exit_code}).", fix)
