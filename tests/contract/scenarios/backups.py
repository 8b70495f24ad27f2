"""One backup, from its beginning to its end."""

from bot.panel import errors
from bot.panel.models import Backup, BackupState
from tests.contract.scenarios.run import Run, Skipped, refused

LONGEST_S = 900.0
GZIP = b"\x1f\x8b"


async def a_backup_is_made_locked_fetched_and_deleted(run: Run) -> None:
    backup = await _begin(run)
    assert backup.state is BackupState.RUNNING
    backup = await _finished(run, backup)
    assert backup.state is BackupState.DONE
    assert backup.checksum
    assert backup.checksum.startswith("sha1:")
    run.say(f"  done: {backup.size_bytes} bytes, {backup.checksum}")
    assert backup.uuid in {item.uuid for item in await run.client.backups.list_all(run.uuid)}
    await _lock_holds(run, backup)
    async with run.client.backups.open(run.uuid, backup.uuid) as download:
        head = await anext(aiter(download))
        assert head.startswith(GZIP)
        assert download.length
    run.say(f"  its archive begins as a gzip, {download.length} bytes")
    await run.client.backups.delete(run.uuid, backup.uuid)
    run.say("  deleted it")
    await refused(run, run.client.backups.view(run.uuid, backup.uuid), errors.NotFound)


async def _begin(run: Run) -> Backup:
    if not run.server.feature_limits.backups:
        raise Skipped("this server may not have backups")
    try:
        backup = await run.client.backups.create(run.uuid, run.name, ignored=["*.log"])
    except errors.BackupThrottled as error:
        raise Skipped(f"the panel allows no more backups for {error.retry_after_s:.0f} s") from None
    except errors.TooManyBackups:
        raise Skipped("this server has as many backups as it may have; none of them is ours") from None
    run.say(f"  began the backup {backup.name}")

    async def remove() -> None:
        try:
            left = await run.client.backups.view(run.uuid, backup.uuid)
        except errors.NotFound:
            return
        if left.is_locked:
            await run.client.backups.lock_toggle(run.uuid, backup.uuid)
        await run.client.backups.delete(run.uuid, backup.uuid)
        run.say(f"  removed the backup {backup.name}")

    run.finally_(remove)
    return backup


async def _finished(run: Run, backup: Backup) -> Backup:
    async def done() -> bool:
        return (await run.client.backups.view(run.uuid, backup.uuid)).state is not BackupState.RUNNING

    await run.until(done, seconds=LONGEST_S, every=3.0)
    return await run.client.backups.view(run.uuid, backup.uuid)


async def _lock_holds(run: Run, backup: Backup) -> None:
    assert (await run.client.backups.lock_toggle(run.uuid, backup.uuid)).is_locked
    await refused(run, run.client.backups.delete(run.uuid, backup.uuid), errors.BackupLocked)
    assert not (await run.client.backups.lock_toggle(run.uuid, backup.uuid)).is_locked
