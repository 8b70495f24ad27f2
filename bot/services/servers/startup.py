"""Changes how a server starts: its Docker image and its startup variables."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.errors import BadInput, Missing, Refused
from bot.core.i18n import N_, _
from bot.domain.egg_rules import allows, rules_of
from bot.domain.java_images import fitting_image
from bot.domain.quoting import quoted
from bot.domain.startup_variables import check_editable, value_of
from bot.panel.errors import ImageLocked, InvalidRequest
from bot.panel.models import EggVariable, Startup
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.workers import WorkerPool

_UNCONFIRMED = ChangeWords(
    unknown=N_("The variable may or may not have its new value."),
    undone=N_("The variable still had its old value when Quetzal checked."),
    next_step=N_("Check it with `/startup show` before you try again."),
)


@dataclass(frozen=True, slots=True)
class ImageChoice:
    """An image that the egg allows, as the panel labels it, and the one in use now."""

    label: str
    image: str
    current: str


@dataclass(frozen=True, slots=True)
class Images:
    """The Docker images that the egg allows, by the panel's label, and the one in use now."""

    by_label: Mapping[str, str]
    current: str

    @property
    def current_label(self) -> str | None:
        """The label of the one in use; None when an administrator set one that the egg does not have."""
        return next((label for label, image in self.by_label.items() if image == self.current), None)

    def find(self, typed: str) -> ImageChoice:
        """Find an image by its label or itself. Raises BadInput, Refused when it is in use already."""
        wanted = typed.strip().casefold()
        for label, image in self.by_label.items():
            if wanted in {label.casefold(), image.casefold()}:
                if image == self.current:
                    raise Refused(
                        _("The server uses {image} already.", image=label),
                        next_step=_("Choose another image."),
                    )
                return ImageChoice(label, image, self.current)
        raise Missing(_("The server's egg has no such Docker image."))


class StartupService:
    """Changes that apply from the next start on."""

    def __init__(self, audit: Audit, workers: WorkerPool) -> None:
        self._audit = audit
        self._workers = workers

    async def images(self, permit: Permit) -> Images:
        """Return the images to choose from. ImageLocked when an administrator set the present one by hand."""
        startup = await permit.panel.startup.list(permit.uuid)
        current = (await permit.panel.servers.view(permit.uuid, fresh=True)).docker_image
        images = Images(startup.docker_images, current)
        if images.current_label is None:
            raise ImageLocked
        return images

    async def find_java(self, permit: Permit, wanted: str) -> ImageChoice:
        """Return the image with the Java closest to `wanted` (`21+`, `16-`) among those of the egg.

        Raises Refused when there is none, or it is in use already.
        """
        startup = await permit.panel.startup.list(permit.uuid)
        image = fitting_image(startup.docker_images, wanted)
        kind = _(
            "Java {wanted} or {rest}",
            wanted=wanted[:-1],
            rest=_("newer") if wanted.endswith("+") else _("older"),
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
        words = ChangeWords(
            unknown=N_("The Docker image may or may not have been changed."),
            undone=N_("The Docker image was still the old one when Quetzal checked."),
            next_step=N_("Check `/server image` before you try again."),
        )

        async def changed() -> bool | None:
            return (
                await permit.panel.servers.view(permit.uuid, fresh=True)
            ).docker_image == choice.image or None

        facts = {"old": choice.current, "new": choice.image}
        async with self._audit.act(permit, "server.image", facts) as act:
            try:
                await permit.panel.startup.set_image(permit.uuid, choice.image)
            except UNCERTAIN as error:
                await confirm_change(error, act, changed, words)

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

    async def fetch(self, permit: Permit, *, cached: bool = False) -> Startup:
        """Read the start command, and the variables that the account may see."""
        return await permit.panel.startup.list(permit.uuid, cached=cached)

    async def checked_value(self, variable: EggVariable, typed: str) -> str:
        """Return the value as the panel takes it. Raises Refused for a read-only variable, BadInput."""
        check_editable(variable)
        rules = rules_of(variable.rules)
        value = rules.normalise(typed)
        is_allowed = (
            await self._workers.run(allows, variable.rules, value)
            if rules.has_pattern
            else rules.allow(value)
        )
        if not is_allowed:
            raise BadInput(
                _("The egg doesn't allow that value of {variable}.", variable=quoted(variable.env_variable)),
                next_step=_("It has to be {rule}.", rule=rules.describe()),
            )
        return value

    async def set_variable(self, permit: Permit, variable: EggVariable, value: str) -> EggVariable:
        """Set a variable, and return it as it is now. The value, which may be a secret, is not audited.

        Raises InvalidRequest when the egg's rules refuse the value, else the panel's error.
        """
        name = variable.env_variable

        async def changed() -> EggVariable | None:
            startup = await permit.panel.startup.list(permit.uuid)
            return next(
                (row for row in startup.variables if row.env_variable == name and value_of(row) == value),
                None,
            )

        async with self._audit.act(permit, "server.variable", {"variable": name}) as act:
            try:
                answer = await permit.panel.startup.set_variable(permit.uuid, name, value)
            except UNCERTAIN as error:
                return await confirm_change(error, act, changed, _UNCONFIRMED)
            except InvalidRequest as error:  # it names the field `value`, never the variable
                error.happened = _("The panel doesn't allow that value of {variable}.", variable=quoted(name))
                error.next_step = _("It has to be {rule}.", rule=rules_of(variable.rules).describe())
                raise
        # An emptied one is null here and "" in lists, where null means that the default applies.
        return answer.model_copy(update={"server_value": answer.server_value or ""})
