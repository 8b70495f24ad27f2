"""Translates a node's error texts, from the panel or a signed link.

Source: docs/reference/wings.md#node-errors.
"""

from collections.abc import Mapping

from pydantic_core import from_json

from bot.panel import errors
from bot.panel.proxy_pages import NEVER_PASSED_ON, UNANSWERED

_WORDS: tuple[tuple[str, type[errors.NodeRefused]], ...] = (
    ("was not found on the system", errors.FileMissing),
    ("requested directory does not exist", errors.FileMissing),
    ("does not exist on this instance", errors.ServerUnknownToNode),
    ("backup was not found", errors.LinkSpent),
    ("not found on this server", errors.LinkSpent),
    ("denylist", errors.FileDenied),
    ("destination already exists", errors.FileExists),
    ("name conflicts with an existing directory", errors.FileExists),
    ("file is a directory", errors.NotAFile),
    ("not a regular file", errors.NotAFile),
    ("files of this type", errors.NotAFile),
    ("enough disk space", errors.DiskFull),
    ("enough available disk space", errors.DiskFull),
    ("Missing Content-Length", errors.EmptyFileRefused),
    ("format Wings does not understand", errors.ArchiveUnknown),
    ("in use by another process", errors.FileBusy),
    ("simultaneous remote file downloads", errors.TooManyPulls),
    ("maximum file upload size", errors.UploadTooLarge),
)


def node_refusal(status: int, text: str) -> errors.NodeRefused:
    """Translate a 4xx response of the node."""
    kinds = (kind for words, kind in _WORDS if words in text)
    return next(kinds, errors.NodeRefused)(status, text[:300])


def signed_url_error(status: int, body: bytes, *, upload: bool) -> errors.PanelError:
    """Translate a failed download or upload: it has the node's own envelope, not the panel's."""
    try:
        page = from_json(body)
        text = str(page["error"]) if isinstance(page, Mapping) else ""
    except (ValueError, LookupError):
        text = ""
    if not text:
        return node_page_error(status, upload=upload)
    # An expired token looks the same as a missing file (docs/reference/files.md#signed-links).
    if status >= 500:
        return errors.FileUnavailable(detail=f"{status} {text:.300}")
    return node_refusal(status, text)


def node_page_error(status: int, *, upload: bool) -> errors.PanelError:
    """Translate a response of a firewall or proxy in front of the node, by the table of `proxy_pages`."""
    detail = f"status {status} without the node's envelope"
    if status == 413 and upload:
        return errors.UploadTooLarge(status, detail)
    if status < 500:
        return errors.NodeFirewallRefused(status, detail=detail)
    kind = errors.NodeDown if status in UNANSWERED else errors.NodeFault
    if upload and status not in NEVER_PASSED_ON:
        return errors.OutcomeUnknown(cause=kind(detail=detail))
    return kind(detail=detail)
