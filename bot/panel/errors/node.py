"""Errors of the machine that runs the server, reported through the panel or by its own address."""

from bot.panel.errors.base import PanelError


class NodeError(PanelError):
    """The machine that runs the server failed or refused; the panel only passed it on."""

    title = "The node couldn't do that"
    happened = "The node couldn't do that."


class NodeDown(NodeError):
    """The panel, or Quetzal, cannot reach the machine."""

    may_pass = True
    title = "Couldn't reach the node"
    happened = "The server's node can't be reached."
    next_step = "Try again in a minute. If it stays like this, tell whoever runs the node."


class NodeFirewallRefused(NodeError):
    """A firewall or proxy before the machine refused a transfer or a live connection. `status` is its own."""

    happened = "A firewall or proxy in front of the node refused the request."
    next_step = "Whoever runs the node should allow the bot's address there."

    def __init__(self, status: int, *, detail: str | None = None) -> None:
        super().__init__(
            f"A firewall or proxy in front of the node refused the request (HTTP {status}).",
            detail=detail,
        )
        self.status = status


class NodeCertificateRefused(NodeError):
    """The machine's certificate is not valid."""

    happened = "The node's certificate isn't valid, so Quetzal didn't connect."
    next_step = "Whoever runs the node should renew its certificate."


class NodeFault(NodeError):
    """5xx from the machine: it failed, or has no better error."""

    may_pass = True
    happened = "The node had an internal error."
    next_step = "Try again. If it happens again, whoever runs the node can find the reason in its log."


class FileUnavailable(NodeFault):
    """The node could not open a path. Wings 1.11.9 and later say this of missing files too."""

    may_pass = False
    title = "Couldn't open that path"
    is_fault = False
    happened = "The node couldn't open that path."
    next_step = (
        "Usually it doesn't exist, is a link, or something is in the way: "
        "list the folder to see what is there."
    )


class NodeRefused(NodeError):
    """4xx from the machine: `status` and `text` are its own words (for the log, and for rules)."""

    title = "Not possible"
    happened = "The node refused that."
    next_step = "Check your input. Quetzal's log has the node's message."

    def __init__(self, status: int = 0, text: str = "") -> None:
        super().__init__(detail=f"{status} {text}")
        self.status = status
        self.text = text


class FileMissing(NodeRefused):
    """The path does not exist."""

    title = "Not found"
    is_fault = False
    happened = "That file or folder doesn't exist."
    next_step = "List the folder to see what is there."


class FileExists(NodeRefused):
    """Something of that name is there already."""

    title = "Already exists"
    is_fault = False
    happened = "Something with that name already exists."
    next_step = "Choose another name, or remove what is there first."


class FileDenied(NodeRefused):
    """The egg's deny list protects the file."""

    title = "🔒 Not allowed"
    is_fault = False
    happened = "The server's rules protect that file from changes."
    next_step = "Only whoever runs the panel can change those rules."


class NotAFile(NodeRefused):
    """A directory, pipe or device where a regular file was needed."""

    title = "Not a file"
    is_fault = False
    happened = "That is a folder or a special file, which can't be opened."
    next_step = "Choose a file."


class DiskFull(NodeRefused):
    """The server's disk limit is reached."""

    title = "The disk is full"
    is_fault = False
    happened = "The server doesn't have enough disk space left."
    next_step = "Delete something forever (the trash frees no space), or have the disk limit raised."


class FileBusy(NodeRefused):
    """A running process holds a file open."""

    title = "The file is in use"
    is_fault = False
    happened = "A file is in use by the running server."
    next_step = "Stop the server and try again."


class ArchiveUnknown(NodeRefused):
    """Not an archive, or of a kind that the node does not know."""

    title = "Not an archive"
    is_fault = False
    happened = "That file isn't an archive that the node can extract."
    next_step = "Use a .zip or .tar.gz archive."


class EmptyFileRefused(NodeRefused):
    """Wings 1.11.9 to 1.11.11 cannot write an empty file."""

    title = "Not possible"
    is_fault = False
    happened = "This node can't save an empty file."
    next_step = "Keep at least one character (a line break will do), or delete the file instead."


class TooManyPulls(NodeRefused):
    """Three remote downloads run already."""

    title = "Not possible"
    is_fault = False
    happened = "The server already has as many remote downloads running as it may."
    next_step = "Wait until one of them is finished."


class UploadTooLarge(NodeRefused):
    """Over the node's upload limit (100 MiB unless configured)."""

    title = "Too large"
    is_fault = False
    happened = "The file is over the node's upload limit."
    next_step = "Use SFTP for it, or have the upload limit raised."


class ServerUnknownToNode(NodeRefused):
    """The panel lists the server, but the node doesn't know it."""

    happened = "The node doesn't know that server."
    next_step = "Whoever runs the panel should check how the node is set up."


class LinkSpent(NodeRefused):
    """A signed link was used before, has expired, or its target is gone."""

    title = "The link has expired"
    is_fault = False
    happened = "That one-time link was used already, or its file is gone."
    next_step = "Check that the file still exists, and request a new link."


class TransferBroken(NodeError):
    """A download, or the source of an upload, ended early."""

    may_pass = True
    happened = "The transfer was interrupted."
    next_step = "Try again."


class SocketLost(NodeError):
    """The websocket closed unexpectedly. `code` is its close code."""

    may_pass = True
    happened = "The live connection to the server was lost."
    next_step = "Run the command again."

    def __init__(self, code: int | None = None, *, detail: str | None = None) -> None:
        super().__init__(detail=detail)
        self.code = code


class SocketSilent(NodeError):
    """The websocket gave no expected response."""

    may_pass = True
    happened = "The node accepted the live connection, but sent nothing."
    next_step = "Try again in a minute."


class OriginRefused(NodeError):
    """403 at the upgrade: the panel's address is not the one the node was given."""

    happened = "The node doesn't accept live connections from this panel address."
    next_step = "Use exactly the address that the node's configuration has under `remote` as the panel's URL."


class TooManySockets(NodeError):
    """400 at the upgrade: 30 sockets a server."""

    may_pass = True
    happened = "Too many live connections to that server are open."
    next_step = "Close consoles that you don't need and try again."


class TokenRefused(NodeError):
    """The node refuses even a fresh token."""

    may_pass = True
    happened = "The node rejects the panel's token for a live connection."
    next_step = "The clocks of panel and node may differ, or access was just changed: try again in a minute."


class PermissionsStoredTwice(TokenRefused):
    """The panel stored a permission twice: the token's claims hold an object, which Wings cannot read."""

    happened = (
        "The permissions of your panel account on this server are stored twice in the panel, so the node "
        "refuses its live connection."
    )
    next_step = "Remove the account under the server's Users in the panel, and add it again."
