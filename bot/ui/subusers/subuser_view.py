"""One subuser: what they can do, and the flows that change it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.panel_permissions import Preset, checked_email
from bot.panel.models import Subuser
from bot.services.subusers import NoSuchSubuser, SubuserChange
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.list_button import ListButton, ShowList
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.suggestions import Suggestion, suggest
from bot.ui.kit.view import BaseView, view_of
from bot.ui.subusers import cards
from bot.ui.subusers.editor import PermissionEditor

OnSubuser: TypeAlias = Callable[[ServerContext, Subuser], Awaitable[None]]


async def on_subuser(context: ServerContext, typed: str, work: OnSubuser) -> None:
    """Find the subuser that is meant and do something with it; else offer those that may be meant."""
    subusers, permit = context.services.subusers, await context.permit()
    try:
        subuser = await subusers.find(permit, typed)
    except NoSuchSubuser as error:
        likely = [Suggestion(each.uuid, each.username) for each in await subusers.similar(permit, typed)]
        await suggest(context, error, likely, partial(on_subuser, work=work), page=HubPage.PANEL_USERS)
        return
    await work(context, subuser)


async def show_one(context: ServerContext, subuser: Subuser, to_list: ShowList) -> None:
    """Say what somebody can do, with Edit and Remove."""
    view = _SubuserView(context, subuser, to_list)
    await respond(context.interaction, card=cards.one_subuser(subuser), view=view)


async def invite(context: ServerContext, typed: str, preset: Preset | None, to_list: ShowList) -> None:
    """Ask for the permissions, where no preset is given, say what they mean, and invite."""
    email, subusers, permit = checked_email(typed), context.services.subusers, await context.permit()
    await subusers.check_new(permit, email)
    grantable = await subusers.grantable(permit)
    if preset is not None:
        await _invite_with(context, grantable.preset(preset), email=email, to_list=to_list)
        return
    save = partial(_invite_with, email=email, to_list=to_list)
    chosen = grantable.preset(Preset.VIEWER)
    editor = PermissionEditor(context, cards.invite_title(email), chosen, grantable, save)
    await editor.show(context.interaction)


async def _invite_with(
    context: ServerContext, permissions: frozenset[str], *, email: str, to_list: ShowList
) -> None:
    confirmed = await context.confirm(cards.invite_prompt(context.server, email, permissions))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        subuser = await context.services.subusers.invite(await context.permit(), email, permissions)
        view = _SubuserView(context, subuser, to_list)
        await respond(context.interaction, card=cards.invited(subuser), view=view)

    await with_retry_if_unchanged(confirmed, change)


async def edit(context: ServerContext, subuser: Subuser, preset: Preset | None = None) -> None:
    """Let the permissions be chosen, say what changes, and change them."""
    subusers, permit = context.services.subusers, await context.permit()
    await subusers.check_changeable(permit, subuser)
    grantable = await subusers.grantable(permit)
    chosen = subuser.permissions if preset is None else grantable.preset(preset)
    beyond = subuser.permissions - grantable.held
    save = partial(_save, subuser=subuser, beyond=beyond)
    editor = PermissionEditor(context, cards.edit_title(subuser), chosen, grantable, save)
    await editor.show(context.interaction)


async def _save(
    context: ServerContext, permissions: frozenset[str], *, subuser: Subuser, beyond: frozenset[str]
) -> None:
    change = SubuserChange(subuser.permissions, permissions)
    if not (change.added or change.removed or subuser.is_stored_twice):
        await respond(context.interaction, card=cards.unchanged(subuser))
        return
    confirmed = await context.confirm(cards.edit_prompt(subuser, change, beyond & change.removed))
    if confirmed is None:
        return

    async def work(context: ServerContext) -> None:
        done = await context.services.subusers.update(await context.permit(), subuser, permissions)
        view = PagesView(context, HubPage.PANEL_USERS)
        await respond(context.interaction, card=cards.edited(subuser, done), view=view)

    await with_retry_if_unchanged(confirmed, work)


async def remove(context: ServerContext, subuser: Subuser) -> None:
    """Say what they lose, ask, and remove them."""
    subusers, permit = context.services.subusers, await context.permit()
    await subusers.check_changeable(permit, subuser)
    beyond = subuser.permissions - (await subusers.grantable(permit)).held
    confirmed = await context.confirm(cards.remove_prompt(context.server, subuser, beyond))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        await subusers.remove(await context.permit(), subuser)
        view = PagesView(context, HubPage.PANEL_USERS)
        await respond(context.interaction, card=cards.removed(subuser), view=view)

    await with_retry_if_unchanged(confirmed, change)


class _SubuserView(BaseView):
    def __init__(self, context: ServerContext, subuser: Subuser, to_list: ShowList) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.subuser = subuser
        self.to_list = to_list
        self.add_item(_EditButton())
        self.add_item(_RemoveButton())
        self.add_item(ListButton(context, to_list, _("All users")))


class _EditButton(discord.ui.Button[_SubuserView]):
    def __init__(self) -> None:
        super().__init__(label=_("Edit…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await on_subuser(view.context.continued_by(interaction), view.subuser.uuid, edit)


class _RemoveButton(discord.ui.Button[_SubuserView]):
    def __init__(self) -> None:
        super().__init__(label=_("Remove…"), style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await on_subuser(view.context.continued_by(interaction), view.subuser.uuid, remove)
