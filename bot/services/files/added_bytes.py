"""The end of a growing file, taken from streams of the whole file."""

from dataclasses import dataclass

_HEAD_BYTES = 512


@dataclass(slots=True)
class FilePosition:
    """How far a file was read, and how it begins: one that begins otherwise is another file."""

    offset: int = 0
    head: bytes = b""


class AddedBytes:
    """Takes a file chunk by chunk, and keeps at most `most_bytes` of the end of what follows a position."""

    def __init__(self, at: FilePosition, most_bytes: int) -> None:
        self.kept = bytearray()
        self.head = b""
        self.length = 0
        self.lost_lines = 0
        self.lost_bytes = 0
        self.is_another = False
        """Whether this is no longer the file that was read before."""
        self.is_cut_short = False
        """Whether it became shorter than it was before while it was on its way."""
        self._at = at
        self._most_bytes = most_bytes
        self._since: int | None = None

    def add(self, chunk: bytes) -> None:
        """Take the next chunk."""
        if len(self.head) < _HEAD_BYTES:
            self.head += chunk[: _HEAD_BYTES - len(self.head)]
        self.length += len(chunk)
        if self._since is None:
            self.kept += chunk
            if self.length < len(self._at.head):
                return
            self._decide()
        else:
            self.kept += chunk[max(0, self._since - (self.length - len(chunk))) :]
        if len(self.kept) > 2 * self._most_bytes:
            self._bound()

    def end(self) -> None:
        """Note that the file has ended."""
        if not self.is_another and self.length < self._at.offset:
            self.is_another = True
            self.is_cut_short = self._since is not None
        self._bound()

    def _decide(self) -> None:
        """Compare how the file begins, once enough of it has come."""
        self.is_another = not self.head.startswith(self._at.head)
        self._since = 0 if self.is_another else self._at.offset
        del self.kept[: self._since]

    def _bound(self) -> None:
        over = len(self.kept) - self._most_bytes
        if over > 0:
            self.lost_bytes += over
            self.lost_lines += self.kept.count(b"\n", 0, over)
            del self.kept[:over]
