"""Errors of the machine that runs the server, reported through the panel or by its own address."""

from bot.core.i18n import N_
from bot.panel.errors.base import PanelError


class NodeError(PanelError):
    """The machine that runs the server failed or refused; the panel only passed it on."""

    title = N_("The node couldn't do that")
    happened = N_("The node couldn't do that.")


class NodeDown(NodeError):
    """The panel, or Quetzal, cannot reach the machine."""

    may_pass = True
    title = N_("Couldn't reach the node")
    happened = N_("The server's node can't be reached.")
    next_step = N_("Try again in a minute. If it stays like this, tell whoever runs the node.")


class NodeFirewallRefused(NodeError):
    """A firewall or proxy before the machine refused a transfer or a live connection. `status` is its own."""

    happened = N_("A firewall or proxy in front of the node refused the request.")
    next_step = N_("Whoever runs the node should allow the bot's address there.")

    def __init__(self, status: int, *, detail: str | None = None) -> None:
        super().__init__(
            N_(
                "A firewall or proxy in front of the node refused the request (HTTP {status}).", status=status
            ),
            detail=detail,
        )
        self.status = status


class NodeCertificateRefused(NodeError):
    """The machine's certificate is not valid."""

    happened = N_("The node's certificate isn't valid, so Quetzal didn't connect.")
    next_step = N_("Whoever runs the node should renew its certificate.")


class NodeFault(NodeError):
    """5xx from the machine: it failed, or has no better error."""

    may_pass = True
    happened = N_("The node had an internal error.")
    next_step = N_("Try again. If it happens again, whoever runs the node can find the reason in its log.")


class FileUnavailable(NodeFault):
    """The node could not open a path. Wings 1.11.9 and later say this of missing files too."""

    may_pass = False
    title = N_("Couldn't open that path")
    is_fault = False
    happened = N_("The node couldn't open that path.")
    next_step = N_(
        "Usually it doesn't exist, is a link, or something is in the way: list the folder to see what is "
        "there."
    )


class NodeRefused(NodeError):
    """4xx from the machine: `status` and `text` are its own words (for the log, and for rules)."""

    title = N_("Not possible")
    happened = N_("The node refused that.")
    next_step = N_("Check your input. Quetzal's log has the node's message.")

    def __init__(self, status: int = 0, text: str = "") -> None:
        super().__init__(detail=f"{status} {text}")
        self.status = status
        self.text = text


class FileMissing(NodeRefused):
    """The path does not exist."""

    title = N_("Not found")
    is_fault = False
    happened = N_("That file or folder doesn't exist.")
    next_step = N_("List the folder to see what is there.")


class FileExists(NodeRefused):
    """Something of that name is there already."""

    title = N_("Already exists")
    is_fault = False
    happened = N_("Something with that name already exists.")
    next_step = N_("Choose another name, or remove what is there first.")


class FileDenied(NodeRefused):
    """The egg's deny list protects the file."""

    title = N_("🔒 Not allowed")
    is_fault = False
    happened = N_("The server's rules protect that file from changes.")
    next_step = N_("Only whoever runs the panel can change those rules.")


class NotAFile(NodeRefused):
    """A directory, pipe or device where a regular file was needed."""

    title = N_("Not a file")
    is_fault = False
    happened = N_("That is a folder or a special file, which can't be opened.")
    next_step = N_("Choose a file.")


class DiskFull(NodeRefused):
    """The server's disk limit is reached."""

    title = N_("The disk is full")
    is_fault = False
    happened = N_("The server doesn't have enough disk space left.")
    next_step = N_("Delete something forever (the trash frees no space), or have the disk limit raised.")


class FileBusy(NodeRefused):
    """A running process holds a file open."""

    title = N_("The file is in use")
    is_fault = False
    happened = N_("A file is in use by the running server.")
    next_step = N_("Stop the server and try again.")


class ArchiveUnknown(NodeRefused):
    """Not an archive, or of a kind that the node does not know."""

    title = N_("Not an archive")
    is_fault = False
    happened = N_("That file isn't an archive that the node can extract.")
    next_step = N_("Use a .zip or .tar.gz archive.")


class EmptyFileRefused(NodeRefused):
    """Wings 1.11.9 to 1.11.11 cannot write an empty file."""

    title = N_("Not possible")
    is_fault = False
    happened = N_("This node can't save an empty file.")
    next_step = N_("Keep at least one character (a line break will do), or delete the file instead.")


class TooManyPulls(NodeRefused):
    """Three remote downloads run already."""

    title = N_("Not possible")
    is_fault = False
    happened = N_("The server already has as many remote downloads running as it may.")
    next_step = N_("Wait until one of them is finished.")


class UploadTooLarge(NodeRefused):
    """Over the node's upload limit (100 MiB unless configured)."""

    title = N_("Too large")
    is_fault = False
    happened = N_("The file is over the node's upload limit.")
    next_step = N_("Use SFTP for it, or have the upload limit raised.")


class ServerUnknownToNode(NodeRefused):
    """The panel lists the server, but the node doesn't know it."""

    happened = N_("The node doesn't know that server.")
    next_step = N_("Whoever runs the panel should check how the node is set up.")


class LinkSpent(NodeRefused):
    """A signed link was used before, has expired, or its target is gone."""

    title = N_("The link has expired")
    is_fault = False
    happened = N_("That one-time link was used already, or its file is gone.")
    next_step = N_("Check that the file still exists, and request a new link.")


class TransferBroken(NodeError):
    """A download, or the source of an upload, ended early."""

    may_pass = True
    happened = N_("The transfer was interrupted.")
    next_step = N_("Try again.")


class SocketLost(NodeError):
    """The websocket closed unexpectedly. `code` is its close code."""

    may_pass = True
    happened = N_("The live connection to the server was lost.")
    next_step = N_("Run the command again.")

    def __init__(self, code: int | None = None, *, detail: str | None = None) -> None:
        super().__init__(detail=detail)
        self.code = code


class SocketSilent(NodeError):
    """The websocket gave no expected response."""

    may_pass = True
    happened = N_("The node accepted the live connection, but sent nothing.")
    next_step = N_("Try again in a minute.")


class OriginRefused(NodeError):
    """403 at the upgrade: the panel's address is not the one the node was given."""

    happened = N_("The node doesn't accept live connections from this panel address.")
    next_step = N_(
        "Use exactly the address that the node's configuration has under `remote` as the panel's URL."
    )


class TooManySockets(NodeError):
    """400 at the upgrade: 30 sockets a server."""

    may_pass = True
    happened = N_("Too many live connections to that server are open.")
    next_step = N_("Close consoles that you don't need and try again.")


class TokenRefused(NodeError):
    """The node refuses even a fresh token."""

    may_pass = True
    happened = N_("The node rejects the panel's token for a live connection.")
    next_step = N_(
        "The clocks of panel and node may differ, or access was just changed: try again in a minute."
    )


class PermissionsStoredTwice(TokenRefused):
    """The panel stored a permission twice: the token's claims hold an object, which Wings cannot read."""

    happened = N_(
        "The permissions of your panel account on this server are stored twice in the panel, so the node "
        "refuses its live connection."
    )
    next_step = N_("Remove the account under the server's Users in the panel, and add it again.")
