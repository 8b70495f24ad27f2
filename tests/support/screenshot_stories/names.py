"""Who and what the pictures show, in the demo's world."""

from collections.abc import Awaitable, Callable, Mapping

from tests.support.camera import Camera

Story = Callable[[Camera], Awaitable[None]]
Pages = Mapping[str, tuple[str, Mapping[str, str]]]
"""The name of a picture, its command and the options."""

SERVER = "Survival"
SMALL = "Creative"
"""Its backups are copied in a moment."""
FULL = "Skyblock"
"""Its disk is filling up."""
REFUSES = "Old World"
"""Nobody accepted its EULA, so it doesn't start."""
TROUBLED, OLD_BACKUP = "Modded", "no successful backup for 41"
"""When its alert is there, every game was asked for its players."""
OTHER_GAME = "Railway"
ARRIVES_S = 240.0
"""An alert takes a minute or two: the server has to be polled first."""


async def take_pages(camera: Camera, pages: Pages) -> None:
    """Run one command after the other, and keep each response."""
    for name, (command, options) in pages.items():
        await camera.run(name, command, **options)
