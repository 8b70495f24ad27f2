"""Accepts Minecraft's EULA by a safe change of its file."""

import re
from dataclasses import dataclass

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.file_changes import Change, ChangeKind
from bot.services.access import Permit
from bot.services.files.errors import NothingToChange
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, stat_path

PATH = "/eula.txt"
_LARGEST_BYTES = 64 * 1024
_SETTING = re.compile(rb"^[ \t]*eula[ \t]*=[^\r\n]*", re.MULTILINE)
_ACCEPTED = b"eula=true"


@dataclass(frozen=True, slots=True)
class EulaPlan:
    """The file as it was read, and its new content."""

    seen: PathState
    content: bytes


class EulaService:
    """Accepts the EULA."""

    def __init__(self, changes: SafeChange) -> None:
        self._changes = changes

    async def plan(self, permit: Permit) -> EulaPlan:
        """Read the file. NothingToChange when the EULA is accepted, BadInput when it is no such file."""
        seen = await stat_path(permit, PATH, read_up_to=_LARGEST_BYTES)
        if seen.exists and seen.content is None:
            raise BadInput(
                _("`{path}` isn't a small text file.", path=PATH),
                next_step=_("Check it with `/files list`."),
            )
        old = seen.content or b""
        content, count = _SETTING.subn(_ACCEPTED, old)
        if not count:
            content = old + (b"" if old.endswith(b"\n") or not old else b"\n") + _ACCEPTED + b"\n"
        if content == old:
            raise NothingToChange(_("The EULA is accepted already."))
        return EulaPlan(seen, content)

    async def accept(self, permit: Permit, plan: EulaPlan) -> Change:
        """Write the file as planned; raises as SafeChange.write."""
        return await self._changes.write(permit, plan.seen, plan.content, kind=ChangeKind.SET)
