"""Finds a database's password in a server's configuration, and replaces it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.core.clock import Clock
from bot.core.errors import BadInput, QuetzalError
from bot.core.i18n import _
from bot.domain import config_references as rules
from bot.domain import paths as file_paths
from bot.domain.config_references import Needles, Reference
from bot.domain.file_changes import ChangeKind
from bot.panel import Lane, PanelClient
from bot.panel.errors import KeyRefused, PanelError, PanelUnreachable, PermissionMissing, RateLimited
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files import SafeChange, stat_path
from bot.workers import WorkerPool

MOST_FOLDERS = 80
MOST_FILES = 120
PATIENCE_S = 45.0
"""The time limit of a search: a person waits for it, and it uses the background lane."""
_AT_ONCE = 4
_AT_A_STRETCH = 1_000
"""Entries that are processed before other tasks get a turn."""
# After these errors, every further read would fail too.
_HOPELESS = (PanelUnreachable, PermissionMissing, KeyRefused, RateLimited)


@dataclass(slots=True)
class ReferenceSearch:
    """The results so far. `stopped` says why the search was incomplete; None when it was complete."""

    places: list[Reference] = field(default_factory=list)
    files_read: int = 0
    stopped: str | None = None

    @property
    def breaking(self) -> list[Reference]:
        """Return the references that contain the password itself."""
        return [place for place in self.places if place.breaks]


@dataclass(frozen=True, slots=True)
class Replacement:
    """Old passwords, the new one, and the references."""

    old: tuple[SecretStr, ...]
    new: SecretStr
    places: Sequence[Reference]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The result for one file; `error` is None when it holds the new password."""

    path: str
    error: QuetzalError | None = None


class ReferenceRotation:
    """Searches configuration files in the background lane, and changes each through SafeChange."""

    def __init__(self, changes: SafeChange, clock: Clock, workers: WorkerPool) -> None:
        self._changes = changes
        self._clock = clock
        self._workers = workers

    async def search(self, permit: Permit, wanted: Needles) -> ReferenceSearch:
        """Search the configuration; errors of the panel are not raised but stored in `stopped`."""
        search = ReferenceSearch()
        try:
            await self._clock.timeout(PATIENCE_S, self._search(permit, wanted, search))
        except TimeoutError:
            search.stopped = _("the search ended after {patience_s:.0f} seconds", patience_s=PATIENCE_S)
        except PanelError as error:
            search.stopped = error.happened.rstrip(".")
        search.places.sort(key=lambda place: (not place.breaks, place.path))
        return search

    async def replace(self, permit: Permit, change: Replacement) -> list[Replaced]:
        """Replace old passwords in all files; one failing file doesn't stop the others."""
        out = []
        for place in change.places:
            try:
                await self._replace(permit, place.path, change)
            except QuetzalError as error:
                out.append(Replaced(place.path, error))
            else:
                out.append(Replaced(place.path))
        return out

    async def _replace(self, permit: Permit, path: str, change: Replacement) -> None:
        seen = await stat_path(permit, path, read_up_to=rules.LARGEST_BYTES)
        if seen.content is None:
            raise BadInput(_("The file no longer exists, or it has grown too large."))
        old = tuple(password.get_secret_value() for password in change.old)
        new = change.new.get_secret_value()
        content = await self._workers.run(rules.replaced_in, path, seen.content, old, new)
        if content is None:
            raise BadInput(
                _("Quetzal cannot put the new password there with certainty."),
                next_step=_("Change it by hand with `/files edit`."),
            )
        await self._changes.write(permit, seen, content, kind=ChangeKind.SET)

    async def _search(self, permit: Permit, wanted: Needles, search: ReferenceSearch) -> None:
        panel = permit.panel.on(Lane.BACKGROUND)
        paths, more = await self._candidates(panel, permit.uuid)
        chosen = rules.likeliest_first(paths)[:MOST_FILES]
        for first in range(0, len(chosen), _AT_ONCE):
            batch = chosen[first : first + _AT_ONCE]
            contents = await asyncio.gather(*(_content(panel, permit.uuid, path) for path in batch))
            for path, content in zip(batch, contents, strict=True):
                if content is None:
                    continue
                is_read, place = await self._workers.run_linear(
                    len(content), rules.place_in_content, path, content, wanted
                )
                search.files_read += is_read
                if place is not None:
                    search.places.append(place)
        if more or len(paths) > MOST_FILES:
            search.stopped = _(
                "it searches at most {most_files} files in {most_folders} folders",
                most_files=MOST_FILES,
                most_folders=MOST_FOLDERS,
            )

    async def _candidates(self, panel: PanelClient, uuid: str) -> tuple[list[str], bool]:
        """Collect the paths of small text files; whether there were more folders than are opened."""
        top = await panel.files.list(uuid, "/")
        paths, folders = await _sorted_out("/", top)
        waiting = [path for path in folders if path in rules.FOLDERS]
        opened = 0
        while waiting and opened < MOST_FOLDERS:
            batch, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            opened += len(batch)
            for path, entries in zip(
                batch, await asyncio.gather(*(_entries(panel, uuid, path) for path in batch)), strict=True
            ):
                readable, folders = await _sorted_out(path, entries)
                paths += readable
                waiting += [inner for inner in folders if rules.worth_opening(inner)]
        return paths, bool(waiting)


async def _sorted_out(directory: str, entries: Sequence[FileEntry]) -> tuple[list[str], list[str]]:
    """Return the paths of possible configuration files, and of folders."""
    readable, folders = [], []
    for number, entry in enumerate(entries, 1):
        if number % _AT_A_STRETCH == 0:
            await asyncio.sleep(0)
        path = file_paths.join(directory, entry.name)
        if entry.is_directory:
            folders.append(path)
        elif entry.is_regular and rules.worth_reading(path, entry.size_bytes):
            readable.append(path)
    return readable, folders


async def _entries(panel: PanelClient, uuid: str, directory: str) -> Sequence[FileEntry]:
    try:
        return await panel.files.list(uuid, directory)
    except _HOPELESS:
        raise
    except PanelError:
        return ()  # one folder that cannot be opened hides only itself


async def _content(panel: PanelClient, uuid: str, path: str) -> bytes | None:
    try:
        return await panel.files.read(uuid, path)
    except _HOPELESS:
        raise
    except PanelError:
        return None
