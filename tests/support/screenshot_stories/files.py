"""Pictures of /files."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import SERVER, take_pages

_CONFIG, _JAR = "/plugins/EssentialsX/config.yml", "/plugins/Vault-1.7.3.jar"
_PAGES = {
    "files": ("files list", {"path": "/plugins", "server": SERVER}),
    "file": ("files read", {"path": "/server.properties", "server": SERVER}),
    "file-info": ("files info", {"path": "/server.jar", "server": SERVER}),
    "file-search": ("files search", {"pattern": "*.yml", "server": SERVER}),
    "file-grep": ("files grep", {"text": "teleport", "server": SERVER}),
    "convert": ("files convert", {"path": "/server.properties", "encoding": "UTF-16", "server": SERVER}),
}


async def change(camera: Camera) -> None:
    """Look at files; edit, set, undo and delete."""
    await take_pages(camera, _PAGES)
    await camera.run("file-edit", "files edit", path="/bukkit.yml", server=SERVER)
    await camera.person.press("Edit")
    await camera.take_form("file-edit-form")
    await camera.person.dismiss()
    await camera.run("files-diff", "files set", key="max-players", value="40", server=SERVER)
    await camera.press("files-undo", "Save and restart", "was restarted")
    await camera.run("undo", "files undo", server=SERVER)
    await camera.press("undone", "Undo", "Undone")
    await camera.run("delete", "files delete", path="/plugins", server=SERVER)
    await camera.press("deleted", "Delete", "Undo")
    await camera.run("delete-forever", "files delete", path="/world", permanent="True", server=SERVER)
    await camera.person.press("Delete")
    await camera.fill("delete-typed", {"to confirm": "world"})
    await camera.take("deleted-forever", "Deleted")
    await camera.run("files-history", "files history", server=SERVER)
    await camera.person.responds_to("files history", path="/plugins", server=SERVER)
    await camera.press("files-history-open", "Open", "Purge")
    await camera.press("files-restore", "Restore", "Restore plugins?")


async def transfer(camera: Camera) -> None:
    """Move, copy, upload, download, compress and extract."""
    await camera.run("moved", "files move", source=_JAR, target="/plugins/Vault.jar", server=SERVER)
    await camera.run("copied", "files copy", source="/ops.json", target="/ops-old.json", server=SERVER)
    await camera.run("folder-made", "files mkdir", path="/events/summer", server=SERVER)
    await camera.run("uploaded", "files upload", file="motd.txt", server=SERVER)
    await camera.run("upload-replaces", "files upload", file="motd.txt", server=SERVER)
    await camera.run("downloaded", "files download", path=_CONFIG, server=SERVER)
    await camera.run("compress", "files compress", paths="/plugins, /config", name="setup", server=SERVER)
    await camera.press("compressed", "Compress", "Compressed to")
    await camera.run("extract", "files extract", path="/setup.tar.gz", to="/restored", server=SERVER)
    await camera.press("extracted", "Extract", "Extracted")


async def tail(camera: Camera) -> None:
    """Follow the end of a log in a thread."""
    await camera.person.run("files tail", path="/logs/latest.log", server=SERVER)
    await camera.take("tail", "Stop")
