"""Creates archives: the node packs them, then they get the requested name."""

import csv
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.errors import BadInput, QuetzalError, with_state
from bot.core.i18n import N_, _
from bot.domain import paths as file_paths
from bot.domain.audit import Outcome
from bot.domain.file_changes import ChangeKind
from bot.domain.quoting import quoted
from bot.panel.errors import OutcomeUnknown, PanelError
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.audit import Audit, AuditFacts
from bot.services.files.completion import (
    Growth,
    NotAtRest,
    OnGrowth,
    begins_within_s,
    until_at_rest,
)
from bot.services.files.errors import ChangeNotMade
from bot.services.files.interrupted import (
    PACK,
    InterruptedPacking,
    archives_in,
    interrupted_packings,
    packing_facts,
    sources_id,
)
from bot.services.files.rename import MAY_GO_ON, not_begun
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, find_entry, stat_path

SUFFIX = ".tar.gz"
"""The only format that the panel creates (docs/reference/files.md#compress)."""
_MOST_PATHS = 100
_NOTHING_THERE = N_("Nothing was created, and nothing else was changed.")


@dataclass(frozen=True, slots=True)
class CompressPlan:
    """The content of an archive (`names` below `root`), its target, and what is there now."""

    root: str
    names: tuple[str, ...]
    sources: tuple[PathState, ...]
    target: PathState
    earlier: InterruptedPacking | None = None
    """An interrupted packing of the same files, which is continued."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was made."""

    path: str
    size_bytes: int
    is_confirmed: bool = True
    """Whether the node reported that it is finished; else it was followed until nothing changed."""


class CompressService:
    """Makes archives."""

    def __init__(self, safe: SafeChange, audit: Audit, clock: Clock) -> None:
        self._safe = safe
        self._audit = audit
        self._clock = clock

    async def plan(self, permit: Permit, paths: Sequence[str], name: str | None) -> CompressPlan:
        """Read what is to be packed. Raises BadInput for missing files, which the node would leave out."""
        sources = [
            await self._source(permit, path) for path in dict.fromkeys(map(file_paths.normalise, paths))
        ]
        root = posixpath.commonpath([file_paths.parent(seen.path) for seen in sources])
        names = [posixpath.relpath(seen.path, root) for seen in sources]
        target = await stat_path(permit, self._target(root, sources[0].path, name))
        if target.is_directory:
            raise BadInput(
                _("There is a folder of that name."), next_step=_("Give the archive another name.")
            )
        self._safe.check(target)
        earlier = await self._earlier(permit, root, names, sources)
        return CompressPlan(root, tuple(names), tuple(sources), target, earlier)

    async def split(self, permit: Permit, typed: str) -> list[str]:
        """Split the typed text into paths: a single one as typed, or several with commas (`"a, b", c`)."""
        if "," not in typed or await find_entry(permit, file_paths.normalise(typed)) is not None:
            return [typed]
        try:
            paths = [path for path in next(csv.reader([typed], skipinitialspace=True, strict=True)) if path]
        except csv.Error:
            paths = []
        if not 0 < len(paths) <= _MOST_PATHS:
            raise BadInput(
                _("That is not a list of one to {most_paths} paths.", most_paths=_MOST_PATHS),
                next_step=_('Separate them with commas, and quote a path that has a comma: `"a, b.txt", c`.'),
            )
        return paths

    async def compress(
        self, permit: Permit, packing: CompressPlan, *, report: OnGrowth = lambda _: None
    ) -> Archive:
        """Create an archive. Errors say how far it came; `report` is called with its growth.

        1. Let the node pack it, or continue an interrupted packing. Without a response, follow the archive
           until nothing changes.
        2. Check that the archive exists under the name that the node gave it.
        3. Move it to the requested name by a safe change.
        """
        journal, earlier = self._safe.journal, packing.earlier
        packing_id = journal.new_id() if earlier is None else earlier.id
        before = await archives_in(permit, packing.root)
        if earlier is not None:
            before = {name: entry for name, entry in before.items() if name <= earlier.newest_before}
        facts = packing_facts(packing_id, packing.root, packing.names, packing.target.path, before)
        async with (
            journal.working_on(packing_id, "packing"),
            self._audit.act(permit, PACK, facts) as act,
        ):
            is_confirmed = False
            if earlier is not None:
                made = await self._followed(permit, packing, before, report, OutcomeUnknown())
                await self._audit.settle(earlier.act, Outcome.DONE)
            else:
                made, is_confirmed = await self._made(permit, packing, before, report, act)
            path = file_paths.join(packing.root, made)
            entry = await find_entry(permit, path)
            if entry is None:
                raise ChangeNotMade(state=_NOTHING_THERE, next_step=_("Try again."))
        if path != packing.target.path:
            try:
                await self._safe.place(permit, path, packing.target, kind=ChangeKind.COMPRESS)
            except QuetzalError as error:
                error.state += _(" The archive was made, under the name {made}.", made=quoted(made))
                raise
        return Archive(packing.target.path, entry.size_bytes, is_confirmed)

    async def _made(
        self,
        permit: Permit,
        packing: CompressPlan,
        before: Mapping[str, FileEntry],
        report: OnGrowth,
        act: AuditFacts,
    ) -> tuple[str, bool]:
        """Let the node pack it; return its name, and whether the node reported that it is finished."""
        try:
            return (await permit.panel.files.compress(permit.uuid, packing.root, packing.names)).name, True
        except PanelError as error:
            if not isinstance(error, MAY_GO_ON) or not_begun(error):
                raise with_state(error, _NOTHING_THERE, is_unchanged=True) from None
            act.outcome = Outcome.UNKNOWN
            made = await self._followed(permit, packing, before, report, error)
        act.outcome = None
        return made, False

    async def _earlier(
        self, permit: Permit, root: str, names: Sequence[str], sources: Sequence[PathState]
    ) -> InterruptedPacking | None:
        for earlier in await interrupted_packings(self._safe.journal, permit):
            changes = (seen.entry.modified_at for seen in sources if seen.entry is not None)
            is_same = (earlier.root, earlier.sources) == (root, sources_id(names))
            if is_same and max(changes, default=earlier.at) <= earlier.at:
                return earlier
        return None

    def _target(self, root: str, first: str, name: str | None) -> str:
        if name is None:
            stem = file_paths.name_of(first).lstrip(".") or _("archive")
            return file_paths.join(root, f"{stem}-{self._clock.now():%Y%m%d-%H%M%S}{SUFFIX}")
        if not name.endswith((SUFFIX, ".tgz")):
            name += SUFFIX
        return file_paths.normalise(name) if name.startswith("/") else file_paths.normalise(f"{root}/{name}")

    async def _source(self, permit: Permit, path: str) -> PathState:
        seen = await stat_path(permit, path)
        if not seen.exists:
            raise BadInput(
                _("There is nothing at {path}.", path=quoted(path)),
                next_step=_("List the folder to see what is there."),
            )
        self._safe.check(seen)
        return seen

    async def _followed(
        self,
        permit: Permit,
        packing: CompressPlan,
        before: Mapping[str, FileEntry],
        report: OnGrowth,
        cause: PanelError,
    ) -> str:
        """Follow the archive until nothing changes, and return its name; raises `cause` if there is none."""
        new_names: set[str] = set()

        async def measure_again() -> Growth:
            after = await archives_in(permit, packing.root)
            new = [entry for name, entry in after.items() if before.get(name) != entry]
            new_names.clear()
            new_names.update(entry.name for entry in new)
            return Growth(len(new), sum(entry.size_bytes for entry in new))

        try:
            await until_at_rest(self._clock, measure_again, report, begins_within_s=begins_within_s(None))
        except NotAtRest:
            raise with_state(
                cause, _("An archive may still be growing, or may be complete: Quetzal couldn't check it.")
            ) from None
        if not new_names:
            raise with_state(
                cause, _("No archive appeared while Quetzal checked; one may still appear in a moment.")
            ) from None
        if len(new_names) > 1:
            raise with_state(
                cause,
                _(
                    "Several archives appeared at once in {root}; one of them is yours.",
                    root=quoted(packing.root),
                ),
            ) from None
        return new_names.pop()
