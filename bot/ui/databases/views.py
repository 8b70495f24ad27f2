"""Creates, shows, rotates and deletes databases, with a confirmation and what is offered next."""

import io
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

import discord
from pydantic import SecretStr
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.config_references import Reference, needles
from bot.domain.levels import Level
from bot.panel.models import Database, PowerSignal
from bot.services.databases import NoSuchDatabase, ReferenceSearch, Replacement
from bot.ui.databases import cards, change_cards
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.suggestions import Suggestion, suggest
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers.power_flow import change_power

OnDatabase: TypeAlias = Callable[[ServerContext, Database], Awaitable[None]]
_AFTERWARDS_S = 840.0
"""As long as Discord lets a response be edited, less a minute."""


async def create(context: ServerContext, name: str, remote: str) -> None:
    """Show the name it will have, ask, make it, and show its login once."""
    services = context.services
    draft = await services.databases.draft(await context.permit(), name, remote)
    confirmed = await context.confirm(cards.create_prompt(context.server, draft))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        made = await services.databases.create(await context.permit(), draft)
        await _show(context.interaction, cards.login(made, _("✅ {made} created", made=cards.named(made))))

    await with_retry_if_unchanged(confirmed, change)


async def show_connection(context: ServerContext, database: Database) -> None:
    """Show how to connect, without the password, and a button that shows it."""
    permit = await context.permit()
    has_replaced = bool(context.services.databases.replaced.of(permit, database.id))
    view = _ConnectionView(context, database, has_replaced=has_replaced)
    await respond(context.interaction, card=cards.connection(database), view=view)


async def on_database(context: ServerContext, typed: str, work: OnDatabase) -> None:
    """Find the database that is meant and do something with it; else offer those that may be meant."""
    databases, permit = context.services.databases, await context.permit()
    try:
        database = await databases.find(permit, typed)
    except NoSuchDatabase as error:
        suggestions = [Suggestion(each.id, each.name) for each in await databases.similar(permit, typed)]
        await suggest(context, error, suggestions, partial(on_database, work=work), page=HubPage.DATABASES)
        return
    await work(context, database)


async def rotate(context: ServerContext, database: Database) -> None:
    """Say what will break and where, ask, rotate, show the new login and what to do with it."""
    services = context.services
    permit = await context.permit()
    before = await services.databases.rotatable(permit, database)
    earlier = services.databases.replaced.of(permit, before.id)
    search = await _search(context, before, *earlier, before.password)
    confirmed = await context.confirm(change_cards.rotate_prompt(before, search))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        after = await services.databases.rotate(await context.permit(), before)
        view = _RotatedView(context, after, search.breaking)
        await _show(context.interaction, change_cards.rotated(after, search), view)

    await with_retry_if_unchanged(confirmed, change)


async def delete(context: ServerContext, database: Database) -> None:
    """Say what is lost and what will break, have the name typed, delete."""
    services = context.services
    search = await _search(context, database)
    confirmed = await context.confirm(change_cards.delete_prompt(database, search))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        await services.databases.delete(await context.permit(), database)
        view = PagesView(context, HubPage.DATABASES)
        await respond(context.interaction, card=change_cards.deleted(database), view=view)

    await with_retry_if_unchanged(confirmed, change)


async def show_usage(context: ServerContext) -> None:
    """Show what is used, with the database servers' own figures where the operator allows it."""
    services = context.services
    permit = await context.permit()
    databases = await services.databases.list(permit)
    measured = None
    if services.database_usage.enabled and databases:
        measured = await services.database_usage.measure(permit)
    await respond(context.interaction, card=cards.usage(context.server, databases, measured))


class _ConnectionView(BaseView):
    def __init__(self, context: ServerContext, database: Database, *, has_replaced: bool) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.database = database
        self.add_item(_RevealButton())
        if has_replaced:
            self.add_item(_ReplaceLaterButton())
        self.add_item(_RotateButton())
        self.add_item(_DeleteButton())


class _RevealButton(discord.ui.Button[_ConnectionView]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Show password"), emoji="🔑")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Show the password to whoever asked alone."""
        view = view_of(self)
        context = view.context.continued_by(interaction)
        database = await context.services.databases.credentials(await context.permit(), view.database)
        await _show(interaction, cards.login(database, f"🔑 {cards.named(database)}"))


class _ReplaceLaterButton(discord.ui.Button[_ConnectionView]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Put new password into files"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Make up for a rotation whose result was lost."""
        view = view_of(self)
        context = view.context.continued_by(interaction)
        databases, permit = context.services.databases, await context.permit()
        current = await databases.credentials(permit, view.database)
        replaced = databases.replaced_by(permit, current)
        search = await _search(context, current, *replaced)
        if not search.breaking:
            await respond(interaction, card=change_cards.nothing_to_replace(current, search))
            return
        await _put_into_files(context, current, search.breaking)


class _RotateButton(discord.ui.Button[_ConnectionView]):
    def __init__(self) -> None:
        super().__init__(label=_("New password…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await on_database(view.context.continued_by(interaction), view.database.id, rotate)


class _DeleteButton(discord.ui.Button[_ConnectionView]):
    def __init__(self) -> None:
        super().__init__(label=_("Delete…"), style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await on_database(view.context.continued_by(interaction), view.database.id, delete)


class _RotatedView(BaseView):
    """What to do after a rotation: put the password into files, and restart."""

    def __init__(self, context: ServerContext, database: Database, places: Sequence[Reference]) -> None:
        """Take the database with its new password, and where an old one stands."""
        super().__init__(context.interaction, context.access, timeout=_AFTERWARDS_S)
        self.context = context
        self.database = database
        self.places = places
        if places and database.password:
            self.add_item(_ReplaceButton())
        self.add_item(_RestartButton())


class _ReplaceButton(discord.ui.Button[_RotatedView]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Put it into the files"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await _put_into_files(view.context.continued_by(interaction), view.database, view.places)


class _RestartButton(discord.ui.Button[_RotatedView]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Restart"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await change_power(view_of(self).context.continued_by(interaction), PowerSignal.RESTART)


async def _search(
    context: ServerContext, database: Database, *passwords: SecretStr | None
) -> ReferenceSearch:
    await show_progress(context.interaction, card=change_cards.searching(database))
    plain = [password.get_secret_value() for password in passwords if password]
    return await context.services.database_places.search(
        await context.permit(), needles(database.name, database.username, *plain)
    )


async def _put_into_files(context: ServerContext, database: Database, places: Sequence[Reference]) -> None:
    confirmed = await context.confirm(change_cards.replace_prompt(places))
    if confirmed is None:
        return
    assert database.password  # noqa: S101 - else there is nothing to press
    services, permit = confirmed.services, await confirmed.permit()
    replaced = services.databases.replaced_by(permit, database)
    results = await services.database_places.replace(permit, Replacement(replaced, database.password, places))
    if all(result.error is None for result in results):
        services.databases.replaced.forget(permit, database.id)
    await respond(confirmed.interaction, card=change_cards.replaced(results))


async def _show(interaction: Interaction, shown: cards.Shown, view: BaseView | None = None) -> None:
    """Show a login, with a file beside it where a message would change it."""
    file = discord.File(io.BytesIO(shown.text.encode()), "SPOILER_login.txt") if shown.text else None
    await respond(interaction, card=shown.card, view=view, file=file)
