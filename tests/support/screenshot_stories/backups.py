"""Pictures of /backup."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import ARRIVES_S, SERVER, SMALL, take_pages

_LAST = "auto_"
"""The newest backup whose name begins so."""
_PAGES = {
    "backups": ("backup list", {"server": SERVER}),
    "backup": ("backup info", {"server": SERVER, "backup": _LAST}),
    "backup-download": ("backup download", {"server": SERVER, "backup": _LAST}),
    "backup-analytics": ("backup analytics", {"server": SERVER}),
    "backup-restore": ("backup restore", {"server": SERVER, "backup": _LAST, "truncate": "True"}),
}


async def look(camera: Camera) -> None:
    """See the backups of a server, and what a restore would do."""
    await take_pages(camera, _PAGES)


async def change(camera: Camera) -> None:
    """Make, check, lock, restore and delete a backup."""
    person = camera.person
    backups = await (await person.responds_to("backup list", server=SMALL)).inner_text()
    last = {"server": SMALL, "backup": backups[backups.index(_LAST) :].split()[0]}
    await camera.finish("backup-done", "finished", "backup create", server=SMALL)
    await camera.finish("check", "can be restored", "backup check", **last)
    await camera.run("backup-locked", "backup lock", **last)
    await camera.run("backup-unlocked", "backup unlock", **last)
    await camera.run("backup-delete", "backup delete", **last)
    await camera.press("backup-deleted", "Delete", "Deleted")
    await camera.run("backup-put-back", "backup restore", server=SMALL)
    await person.press("Restore")
    await camera.take("backup-restored", f"{SMALL} is restored", within_s=ARRIVES_S)


async def rules(camera: Camera) -> None:
    """Back up by a schedule, and delete old backups by a rule."""
    await camera.run("backup-schedule", "backup schedule", server=SERVER)
    await camera.press("backup-schedule-daily", "Daily", "Schedule automatic backups")
    await camera.press("backup-schedule-set", "Schedule", "Next run")
    await camera.run("backup-retention", "backup retention", server=SERVER)
    await camera.run(
        "backup-retention-preview", "backup retention", keep_last="5", stay_on="True", server=SERVER
    )
    await camera.press("backup-retention-set", "Delete", "deleted")


async def copies(camera: Camera) -> None:
    """Copy a backup elsewhere, and see where it is."""
    await camera.finish("backup-copied", "is copied to nas", "backup copy", server=SMALL, backup=_LAST)
    await camera.run("backup-copies", "backup list", server=SMALL)
    await camera.press("backup-copies-list", "Copies", "good copy")
    await camera.person.press("Open")
    await camera.press("backup-copy-delete", "Delete", "Delete the copy of")
