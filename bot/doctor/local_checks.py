"""Checks without any request: data directory, store, stored keys."""

from collections.abc import Iterator
from pathlib import Path

from bot.core.errors import SetupError
from bot.data_dir import make_data_dir
from bot.doctor.findings import Finding, from_error, good, note, wrong
from bot.domain.formatting import counted
from bot.domain.notifications import Pending
from bot.settings import Settings
from bot.storage import STORE
from bot.storage.encryption import SecretBox
from bot.storage.inspect import inspect_store


def check_data_dir(settings: Settings) -> Iterator[Finding]:
    """Check that the data directory and the store are usable."""
    directory = settings.data_dir
    try:
        make_data_dir(directory)
    except SetupError as error:
        yield from_error(error)
        return
    yield good(f"The data directory {directory.resolve()} is writable.")
    if directory.stat().st_mode & 0o077:
        yield note(f"Other users of this machine can read {directory}.", f"Close it: chmod 700 {directory}")
    yield from _check_store(directory / STORE, settings)


def check_vault(settings: Settings) -> Iterator[Finding]:
    """Check that members' own panel keys can be stored."""
    if not settings.encryption_keys:
        yield note(
            "Members can't link their own panel keys.",
            "If they should, set QUETZAL_ENCRYPTION_KEYS (.env.example says how).",
        )
        return
    try:
        SecretBox(settings.encryption_keys)
    except SetupError as error:
        yield from_error(error)
    else:
        yield good("The encryption keys have the right form.")


def _check_store(path: Path, settings: Settings) -> Iterator[Finding]:
    if not path.exists():
        yield good("The store will be created at the first start.")
        return
    try:
        with path.open("r+b"):
            yield good(f"The store {path.name} is writable.")
        yield from _check_content(path, settings)
    except OSError as error:
        yield wrong(
            f"The store {path} isn't writable: {error.strerror}.",
            "Give it to the user that runs Quetzal (chown), and see that its disk is not read-only.",
        )


def _check_content(path: Path, settings: Settings) -> Iterator[Finding]:
    try:
        vault = SecretBox(settings.encryption_keys) if settings.encryption_keys else None
        inspection = inspect_store(path, vault)
    except SetupError as error:
        yield from_error(error)
        return
    yield good(f"The store is intact, with schema {inspection.schema}.")
    if inspection.schema != inspection.newest:
        yield note(
            f"It will be upgraded to schema {inspection.newest} at the next start.", "A copy is made first."
        )
    if inspection.shut:
        yield wrong(
            f"The encryption keys do not open {inspection.shut} of the {inspection.keys} panel keys "
            "of people.",
            "Put the earlier key back into QUETZAL_ENCRYPTION_KEYS (as the last). Nothing was deleted.",
        )
    elif inspection.keys:
        yield good(f"The encryption keys decrypt all {inspection.keys} linked panel keys.")
    yield from map(_waiting, inspection.waiting)


def _waiting(pending: Pending) -> Finding:
    since = f" since {pending.since:%Y-%m-%d %H:%M} UTC" if pending.since is not None else ""
    messages = counted(pending.count, "alert message", "alert messages")
    summary = f"{messages} for channel {pending.channel_id} not delivered{since}"
    if pending.why is not None:
        return wrong(
            f"{summary}: {pending.why}",
            "Give Quetzal its permissions in that channel, or choose another one with /alerts channel.",
        )
    return note(
        f"{summary}: Discord has not accepted them yet, or Quetzal is not running.",
        f"Next attempt at {pending.due_at:%H:%M} UTC while Quetzal runs; /quetzal about says why they wait.",
    )
