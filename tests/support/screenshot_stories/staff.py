"""Pictures of /quetzal: who may do what, what was done, and the set-up."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import SERVER


async def access(camera: Camera) -> None:
    """Give and take access; see what runs by itself, and what was done."""
    await camera.run("access", "quetzal access list")
    await camera.run("granted", "quetzal access grant", who="@Otto")
    await camera.run("revoked", "quetzal access revoke", who="@Otto")
    await camera.person.run("alerts board", channel="#servers")
    await camera.run("review", "quetzal access review")
    await camera.person.responds_to("server command", text="list", server=SERVER)
    await camera.run("audit", "quetzal audit")
    await camera.press("audit-filter", "Filter", "Filter the audit")
    await camera.person.run("quetzal link")
    await camera.take_form("link-form")
    await camera.person.dismiss()
    await camera.run("unlinked", "quetzal unlink")


async def set_up(camera: Camera) -> None:
    """Set up Quetzal step by step."""
    await camera.run("setup", "quetzal setup")
