"""The node's own address: signed URLs and what it says to strangers; and a node that hangs or is full."""

from functools import partial

from tests.contract import steps
from tests.contract.happenings import signed
from tests.contract.on_disk import laid_out, write
from tests.contract.steps import advance, node, node_down, node_up, power

story = partial(steps.story, folder="wings")
railway = partial(write, "railway")

UNICODE = "config/naïve 文件 (1).txt"

STORIES = (
    story(
        "downloads",
        railway("openttd.cfg", b"[network]\nserver_port   " + b"x" * (14543 - 24)),
        railway("config/empty.txt", b""),
        railway(UNICODE, "päivää 世界\n".encode()),
        "files-download-url",
        "wings-download-file",
        signed("railway", "/openttd.cfg"),
        "wings-download-file-range",
        signed("railway", "/config/empty.txt"),
        "wings-download-file-empty",
        "files-download-url-directory",
        "wings-download-file-directory",
        "files-download-url-outside",
        "wings-download-file-outside",
        "files-download-url-unicode",
        "wings-download-file-unicode",
        "files-download-url-missing",
        "wings-download-file-no-token",
        "claims-file-download",
    ),
    story(
        "uploads",
        "files-upload-url",
        "wings-upload",
        "wings-upload-same-url-again",
        signed("railway"),
        "wings-upload-into-directory",
        signed("railway"),
        "wings-upload-name-with-path",
        signed("railway"),
        "wings-upload-denylisted",
        signed("railway"),
        "wings-upload-outside",
        signed("railway"),
        "wings-upload-wrong-field",
        signed("railway"),
        "wings-upload-too-big",
        "wings-upload-no-token",
    ),
    story("strangers at the node", "401-wings-no-token", "403-wings-bad-token", "404-unknown-daemon-route"),
    story(
        "the daemon is stopped",
        laid_out("railway", "wings/files-list-root"),
        power("railway", "start"),
        steps.request("wings", "POST", "ee5b5004/backups", {"name": "small"}),
        advance(30),
        node_down,
        "down-resources",
        "down-power",
        "down-command",
        "down-files-list",
        "down-files-contents",
        "down-backups-create",
        "down-backups-list",
        "down-files-download-url",
        "down-files-upload-url",
        "down-websocket",
        "down-reinstall",
        steps.server("railway", status=None),
        "down-backups-delete",
        "down-backups-restore",
        steps.server("railway", status=None),
        "down-backups-download",
        node_up,
        advance(60),
        "resources-after-daemon-start",
    ),
    story(
        "the panel hides for 20 seconds that the daemon is gone",
        power("harbour", "start"),
        "down-resources-0-before",
        node_down,
        "down-resources-1-still-cached",
        advance(21),
        "down-resources-2-cache-over",
        node_up,
        advance(60),
        "down-resources-3-up-again",
    ),
    story(
        "the daemon hangs, and does what it was asked for later",
        node(hung=True),
        "hung-resources",
        "hung-power",
        "hung-files-write",
        node_up,
        advance(20),
        "hung-files-contents-afterwards",
    ),
)
