"""Keeps startup variables of a server under a name, and sets them on others."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.errors import BadInput, Missing, QuetzalError, Refused
from bot.core.i18n import N_, _
from bot.domain.levels import Actor
from bot.domain.startup_templates import (
    Comparison,
    Difference,
    StartupTemplate,
    checked_template_name,
    compare,
    to_keep,
)
from bot.domain.startup_variables import value_of
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.servers.startup import StartupService
from bot.storage import Store
from bot.storage.repositories import startup_templates


class NoSuchTemplate(Missing):
    """This Discord server has no template of that name."""

    happened = N_("There is no startup template of that name here.")
    next_step = N_("See all of them with `/startup templates`, or save one with `/startup save`.")


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """A template, and the names of the secret variables that it leaves out."""

    template: StartupTemplate
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """What a template would do on a server. `refused`: what the egg's rules there don't allow."""

    permit: Permit
    comparison: Comparison
    refused: tuple[str, ...] = ()
    failure: QuetzalError | None = None
    """Why the server's variables could not be read."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What is to be set."""
        return tuple(
            difference
            for difference in self.comparison.differences
            if difference.variable.env_variable not in self.refused
        )


@dataclass(frozen=True, slots=True)
class TemplateResult:
    """What was set on a server, with the values from before, and what stopped it."""

    permit: Permit
    before: tuple[Difference, ...]
    failure: QuetzalError | None = None


class StartupTemplateService:
    """Templates belong to a Discord server and hold no secrets."""

    def __init__(self, startup: StartupService, store: Store, audit: Audit, clock: Clock) -> None:
        self._startup = startup
        self._store = store
        self._audit = audit
        self._clock = clock

    async def save(self, permit: Permit, typed: str) -> SavedTemplate:
        """Keep the variables of the server that people may change; one of the same name is replaced."""
        name = checked_template_name(typed)
        values, left_out = to_keep((await self._startup.fetch(permit)).variables)
        if not values:
            raise Refused(
                _("This server has no startup variables to save: those of its egg are secret or read-only."),
                next_step=_("See them with `/startup show`."),
            )
        template = StartupTemplate(
            permit.actor.guild_id or 0,
            name,
            permit.server.name,
            json.dumps(values),
            permit.actor.user_id,
            self._clock.now(),
        )
        async with self._audit.act(permit, "startup.save", {"name": name, "variables": len(values)}):
            await self._store.write(lambda conn: startup_templates.put(conn, template))
        return SavedTemplate(template, left_out)

    async def list(self, guild_id: int) -> Sequence[StartupTemplate]:
        """List the templates of a Discord server, by name."""
        async with self._store.read() as conn:
            return await startup_templates.of_guild(conn, guild_id)

    async def find(self, guild_id: int, typed: str) -> StartupTemplate:
        """Find a template by its name. Raises NoSuchTemplate."""
        wanted = " ".join(typed.split()).casefold()
        for template in await self.list(guild_id):
            if template.name.casefold() == wanted:
                return template
        raise NoSuchTemplate

    async def delete(self, actor: Actor, template: StartupTemplate) -> None:
        """Delete a template; what was set by it stays."""
        async with self._audit.act(actor, "startup.delete", {"name": template.name}):
            await self._store.write(
                lambda conn: startup_templates.remove(conn, guild_id=template.guild_id, name=template.name)
            )

    async def plan(self, permit: Permit, template: StartupTemplate) -> TemplatePlan:
        """Compare a server with a template. What can't be read is said in the plan."""
        try:
            startup = await self._startup.fetch(permit)
        except QuetzalError as error:
            return TemplatePlan(permit, Comparison((), (), ()), failure=error)
        comparison = compare(template, startup.variables)
        refused = [
            difference.variable.env_variable
            for difference in comparison.differences
            if not await self._allows(difference)
        ]
        return TemplatePlan(permit, comparison, tuple(refused))

    async def apply(self, plan: TemplatePlan) -> TemplateResult:
        """Set what differs, one variable after the other, until one fails."""
        before: list[Difference] = []
        for difference in plan.differences:
            try:
                await self._startup.set_variable(plan.permit, difference.variable, difference.value)
            except QuetzalError as error:
                return TemplateResult(plan.permit, tuple(before), error)
            before.append(Difference(difference.variable, value_of(difference.variable)))
        return TemplateResult(plan.permit, tuple(before))

    async def _allows(self, difference: Difference) -> bool:
        try:
            await self._startup.checked_value(difference.variable, difference.value)
        except BadInput:
            return False
        return True
