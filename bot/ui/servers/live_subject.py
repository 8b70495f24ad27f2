"""What a person follows live: the console of a server, or the end of one of its files."""

from dataclasses import dataclass

from bot.core.i18n import _
from bot.domain.paths import name_of
from bot.panel.models import Server
from bot.ui.kit.text import label, neutralise

_NAME_ROOM = 60


@dataclass(frozen=True, slots=True)
class LiveSubject:
    """A server's console, or a file of it when `path` is set; in the words that people read."""

    server: Server
    path: str | None = None

    @property
    def title(self) -> str:
        """Name it in the title of a card."""
        if self.path is None:
            return _("Console of {server}", server=neutralise(self.server.name, _NAME_ROOM))
        return _(
            "{path} on {server}",
            path=neutralise(name_of(self.path), _NAME_ROOM),
            server=neutralise(self.server.name, _NAME_ROOM),
        )

    @property
    def thread_name(self) -> str:
        """Name its thread."""
        if self.path is None:
            return _("Console: {server}", server=label(self.server.name, _NAME_ROOM))
        return f"{label(name_of(self.path), _NAME_ROOM)}: {label(self.server.name, 30)}"

    @property
    def command(self) -> str:
        """Name the command that opens it."""
        return _("/server console") if self.path is None else _("/files tail")

    @property
    def silence(self) -> str:
        """Say that nothing new came; a time follows."""
        return _("Nothing was printed") if self.path is None else _("Nothing was added to the file")

    @property
    def file_name(self) -> str:
        """Name the file of its lines."""
        return "console.txt" if self.path is None else label(name_of(self.path), _NAME_ROOM)
