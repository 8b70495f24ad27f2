"""Backups of a server (docs/reference/backups.md)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.panel import errors
from bot.panel.account_session import AccountSession, fetch_all_pages, page_of
from bot.panel.models.backups import Backup, BackupPage
from bot.panel.models.base import ItemList
from bot.panel.models.entries import Entries
from bot.panel.models.files import SignedUrl
from bot.panel.node import Download
from bot.panel.request import Request, checked_uuid, item, server_ids

LARGEST_PAGE = 50

_list = ItemList[Backup].model_validate_json
_backup = item(Backup)
_link = item(SignedUrl)


class Backups:
    """The backups of the servers."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def page(
        self, uuid: str, page: int = 1, per_page: int = LARGEST_PAGE, *, fresh: bool = True
    ) -> BackupPage:
        """Fetch one page, oldest first; at most 50 a page. Without `fresh` it may come from the cache."""
        request = Request(
            "GET",
            "/servers/{server}/backups",
            server_ids(uuid),
            params={"page": str(page), "per_page": str(per_page)},
            parse=_list,
        )
        answer = await self._channel.read(request, uuid, fresh=fresh)
        seen = page_of(answer)
        counted = answer.meta.backup_count
        return BackupPage(
            seen.items,
            seen.number,
            seen.per_page,
            seen.pages,
            seen.total,
            counted=seen.total if counted is None else counted,
        )

    async def list_all(self, uuid: str, *, fresh: bool = True) -> Entries[Backup]:
        """Fetch all backups of a server, oldest first. Without `fresh` they may come from the cache."""
        return await fetch_all_pages(
            lambda number: self.page(uuid, number, fresh=fresh), lambda backup: backup.uuid
        )

    async def view(self, uuid: str, backup: str) -> Backup:
        """Fetch one backup, uncached."""
        return await self._channel.send(
            Request("GET", "/servers/{server}/backups/{backup}", _ids(uuid, backup), parse=_backup)
        )

    async def create(
        self,
        uuid: str,
        name: str | None = None,
        *,
        ignored: Sequence[str] = (),
        locked: bool = False,
    ) -> Backup:
        """Begin a backup; it is RUNNING in the answer. Any ignored pattern switches the server's own off.

        BackupThrottled (never retried), TooManyBackups, NoBackupHost. `locked` is dropped
        silently without backup.delete.
        """
        body: dict[str, object] = {"is_locked": locked}
        if name:
            body["name"] = name
        if ignored:
            body["ignored"] = "\n".join(ignored)
        request = Request("POST", "/servers/{server}/backups", server_ids(uuid), json=body, parse=_backup)
        try:
            return await self._channel.change(request, uuid)
        except errors.NotFound as error:
            await self.page(uuid)  # the server exists: what Pelican did not find is a host for its backups
            raise errors.NoBackupHost(detail=error.detail) from None

    async def delete(self, uuid: str, backup: str) -> None:
        """Delete forever. BackupLocked."""
        request = Request[None]("DELETE", "/servers/{server}/backups/{backup}", _ids(uuid, backup))
        await self._channel.change(request, uuid)

    async def lock_toggle(self, uuid: str, backup: str) -> Backup:
        """Lock if unlocked, unlock if locked: read the state first, and check the response."""
        request = Request(
            "POST", "/servers/{server}/backups/{backup}/lock", _ids(uuid, backup), parse=_backup
        )
        return await self._channel.change(request, uuid)

    async def restore(self, uuid: str, backup: str, *, truncate: bool) -> None:
        """Begin a restore.

        `truncate` deletes all files first, before the node looks for the archive. The result is only in the
        activity log. RestoreNotPossible.
        """
        request = Request[None](
            "POST",
            "/servers/{server}/backups/{backup}/restore",
            _ids(uuid, backup),
            json={"truncate": truncate},
            own_limiter=True,
        )
        await self._channel.change(request, uuid)

    async def download_url(self, uuid: str, backup: str) -> SignedUrl:
        """Get a one-time link; made for unfinished and vanished backups too."""
        return await self._channel.send(
            Request("GET", "/servers/{server}/backups/{backup}/download", _ids(uuid, backup), parse=_link)
        )

    @asynccontextmanager
    async def open(self, uuid: str, backup: str, *, hurries: bool = True) -> AsyncIterator[Download]:
        """Stream the archive; reading only its start proves that it is there. LinkSpent when it is gone.

        Without `hurries` the whole may take as long as it likes (see `NodeLink.download`).
        """
        link = await self.download_url(uuid, backup)
        async with self._channel.node.download(link.url, hurries=hurries) as download:
            yield download


def _ids(uuid: str, backup: str) -> dict[str, str]:
    return server_ids(uuid, backup=checked_uuid(backup, "backup"))
