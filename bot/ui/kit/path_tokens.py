"""Discord's choices hold 100 characters of one line; paths do not care."""

import hashlib
from collections import OrderedDict

from bot.core.errors import BadInput
from bot.core.i18n import _

_ROOM = 100
_KEPT = 5_000
_MARK = "⋯"
_TAIL = 60


class PathTokens:
    """Short stand-ins for paths that do not fit Discord's 100 characters; the oldest are forgotten.

    Each is understood on the server whose path it is, and nowhere else.
    """

    def __init__(self) -> None:
        self._paths: OrderedDict[tuple[str, str], str] = OrderedDict()

    def shorten(self, server_uuid: str, path: str) -> str:
        """Give the path itself when Discord can hold it, else a stand-in that ends like it."""
        if len(path) <= _ROOM and path.isprintable() and path == path.strip():
            return path
        digest = hashlib.blake2b(path.encode(), digest_size=6).hexdigest()
        ending = "".join(char if char.isprintable() else " " for char in path[-_TAIL:]).strip()
        token = f"{_MARK}{digest}{_MARK}{ending}"
        self._paths[server_uuid, token] = path
        self._paths.move_to_end((server_uuid, token))
        while len(self._paths) > _KEPT:
            self._paths.popitem(last=False)
        return token

    def expand(self, server_uuid: str, text: str) -> str:
        """Give the path behind a stand-in; raises BadInput for one that is no longer known."""
        if not text.startswith(_MARK):
            return text
        try:
            return self._paths[server_uuid, text]
        except KeyError:
            raise BadInput(
                _("That suggestion has expired."),
                next_step=_("Choose the path again from the list."),
            ) from None
