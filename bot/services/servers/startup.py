"""Changes how a server starts: its Docker image and its startup variables."""

from dataclasses import dataclass

from bot.core.errors import Refused
from bot.core.i18n import _
from bot.domain.java_images import fitting_image
from bot.panel.models import EggVariable
from bot.services.access import Permit
from bot.services.audit import Audit


@dataclass(frozen=True, slots=True)
class ImageChoice:
    """An image that the egg allows, as the panel labels it, and the one in use now."""

    label: str
    image: str
    current: str


class StartupService:
    """Changes that apply from the next start on."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def find_java(self, permit: Permit, wanted: str) -> ImageChoice:
        """Return the image with the Java closest to `wanted` (`21+`, `16-`) among those of the egg.

        Raises Refused when there is none, or it is in use already.
        """
        startup = await permit.panel.startup.list(permit.uuid)
        image = fitting_image(startup.docker_images, wanted)
        kind = _(
            "Java {wanted} or {rest}", wanted=wanted[:-1], rest="newer" if wanted.endswith("+") else "older"
        )
        if image is None:
            raise Refused(
                _("This server's egg has no image with {kind}.", kind=kind),
                next_step=_("Whoever runs the panel can add one to the egg."),
            )
        current = (await permit.panel.servers.view(permit.uuid, fresh=True)).docker_image
        if image[1] == current:
            raise Refused(
                _("The server uses an image with {kind} already.", kind=kind),
                next_step=_("Start the server; if it fails again, read its newest log."),
            )
        return ImageChoice(*image, current)

    async def set_image(self, permit: Permit, choice: ImageChoice) -> None:
        """Use another image. Raises the panel's error: ImageLocked, PermissionMissing, OutcomeUnknown."""
        async with self._audit.act(permit, "server.image", {"old": choice.current, "new": choice.image}):
            await permit.panel.startup.set_image(permit.uuid, choice.image)

    async def find_variable(self, permit: Permit, names: str) -> EggVariable:
        """Find the first startup variable of these names, separated by commas, that people may change.

        Raises Refused when the egg has none of them.
        """
        startup = await permit.panel.startup.list(permit.uuid)
        known = {
            variable.env_variable.upper(): variable for variable in startup.variables if variable.is_editable
        }
        variable = next((known[name] for name in names.split(",") if name in known), None)
        if variable is None:
            raise Refused(
                _("This server's egg has no startup variable for that."),
                next_step=_("Change it in the server's configuration, or ask whoever runs the panel."),
            )
        return variable

    async def set_variable(self, permit: Permit, variable: EggVariable, value: str) -> None:
        """Set a variable. The value, which may be a secret, is not audited.

        Raises InvalidRequest when the egg's rules refuse the value, else the panel's error.
        """
        async with self._audit.act(permit, "server.variable", {"variable": variable.env_variable}):
            await permit.panel.startup.set_variable(permit.uuid, variable.env_variable, value)
