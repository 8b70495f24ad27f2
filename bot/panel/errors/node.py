"""Errors of the machine that runs the server, reported through the panel or by its own address."""

from bot.panel.errors.base import PanelError


class NodeError(PanelError):
    """The machine that runs the server failed or refused; the panel only passed it on."""

    happened = "The machine that runs the server could not do that."


class NodeDown(NodeError):
    """The panel, or Quetzal, cannot reach the machine."""

    happened = "The machine that runs the server does not answer."
    next_step = "Try again in a minute; if it stays like this, whoever runs the machine should look at it."


class NodeFirewallRefused(NodeError):
    """A firewall or proxy before the machine refused a transfer or a live connection. `status` is its own."""

    happened = "A firewall or proxy in front of the server's machine refused the request."
    next_step = "Whoever runs that machine should allow the bot's address there."

    def __init__(self, status: int, *, detail: str | None = None) -> None:
        super().__init__(
            f"A firewall or proxy in front of the server's machine refused the request (HTTP {status}).",
            detail=detail,
        )
        self.status = status


class NodeCertificateRefused(NodeError):
    """The machine's certificate is not valid."""

    happened = (
        "The certificate of the machine that runs the server is not valid, so Quetzal did not talk to it."
    )
    next_step = "Whoever runs the machine should renew its certificate."


class NodeFault(NodeError):
    """5xx from the machine: it failed, or has no better error."""

    happened = "The machine that runs the server had an internal error."
    next_step = "Try again; if it happens again, whoever runs the machine finds the reason in its log."


class FileUnavailable(NodeFault):
    """The node could not open a path. Wings 1.11.9 and later say this of missing files too."""

    happened = "The server's machine could not open that path."
    next_step = (
        "Most often it does not exist, is a link, or something is in the way: "
        "list the folder to see what is there."
    )


class NodeRefused(NodeError):
    """4xx from the machine: `status` and `text` are its own words (for the log, and for rules)."""

    happened = "The machine that runs the server refused that."
    next_step = "Check what was asked; the log has the machine's own words."

    def __init__(self, status: int = 0, text: str = "") -> None:
        super().__init__(detail=f"{status} {text}")
        self.status = status
        self.text = text


class FileMissing(NodeRefused):
    """The path does not exist."""

    happened = "There is no such file or folder."
    next_step = "List the folder to see what is there."


class FileExists(NodeRefused):
    """Something of that name is there already."""

    happened = "Something with that name already exists."
    next_step = "Choose another name, or remove what is there first."


class FileDenied(NodeRefused):
    """The egg's deny list protects the file."""

    happened = "The server's own rules forbid changing that file."
    next_step = "Only whoever runs the panel can lift that rule."


class NotAFile(NodeRefused):
    """A directory, pipe or device where a regular file was needed."""

    happened = "That is a folder or a special file, not a file that can be opened."
    next_step = "Choose a file."


class DiskFull(NodeRefused):
    """The server's disk limit is reached."""

    happened = "The server has not enough disk space left."
    next_step = "Delete something for good (the trash frees no space), or have the disk limit raised."


class FileBusy(NodeRefused):
    """A running process holds a file open."""

    happened = "A file is in use by the running server."
    next_step = "Stop the server and try again."


class ArchiveUnknown(NodeRefused):
    """Not an archive, or of a kind that the node does not know."""

    happened = "That file is not an archive that the server's machine can unpack."
    next_step = "Use a .zip or .tar.gz archive."


class EmptyFileRefused(NodeRefused):
    """Wings 1.11.9 to 1.11.11 cannot write an empty file."""

    happened = "The server's machine cannot store an empty file."
    next_step = "Write at least one character (a line break will do), or delete the file instead."


class TooManyPulls(NodeRefused):
    """Three remote downloads run already."""

    happened = "The server already has as many remote downloads running as it may."
    next_step = "Wait until one of them is finished."


class UploadTooLarge(NodeRefused):
    """Over the node's upload limit (100 MiB unless configured)."""

    happened = "The file is larger than the server's machine takes as an upload."
    next_step = "Use SFTP for it, or have the upload limit raised."


class ServerUnknownToNode(NodeRefused):
    """The panel lists the server, but the node doesn't know it."""

    happened = "The machine does not know that server."
    next_step = "Whoever runs the panel should check that the server's machine is set up right."


class LinkSpent(NodeRefused):
    """A signed link was used before, has expired, or its target is gone."""

    happened = "The one-time link leads nowhere: it was used before, or what it leads to is gone."
    next_step = "Check that it still exists, and ask for a new link."


class TransferBroken(NodeError):
    """A download, or the source of an upload, ended early."""

    happened = "The transfer was cut before its end."
    next_step = "Try again."


class SocketLost(NodeError):
    """The websocket closed unexpectedly. `code` is its close code."""

    happened = "The live connection to the server was lost."
    next_step = "Run the command again."

    def __init__(self, code: int | None = None, *, detail: str | None = None) -> None:
        super().__init__(detail=detail)
        self.code = code


class SocketSilent(NodeError):
    """The websocket gave no expected response."""

    happened = "The server's machine accepted the live connection and then said nothing."
    next_step = "Try again in a minute."


class OriginRefused(NodeError):
    """403 at the upgrade: the panel's address is not the one the node was given."""

    happened = "The server's machine does not accept live connections from this panel address."
    next_step = "Use exactly the address that the node's configuration has under `remote` as the panel's URL."


class TooManySockets(NodeError):
    """400 at the upgrade: 30 sockets a server."""

    happened = "Too many live connections to that server are open."
    next_step = "Close consoles that nobody needs and try again."


class TokenRefused(NodeError):
    """The node refuses even a fresh token."""

    happened = "The server's machine does not accept the panel's permission for a live connection."
    next_step = (
        "The clocks of panel and machine may differ, or access was just changed: try again in a minute."
    )


class PermissionsStoredTwice(TokenRefused):
    """The panel stored a permission twice: the token's claims hold an object, which Wings cannot read."""

    happened = (
        "The permissions of your panel account on this server are stored twice in the panel, so the server's "
        "machine refuses its live connection."
    )
    next_step = "Remove the account under the server's Users in the panel, and add it again."
