"""Describes a server, and chooses its Docker image."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.panel.models import PowerSignal
from bot.services.servers import Images
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import OPTIONS_LIMIT
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry, with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseModal, BaseView, view_of
from bot.ui.servers import settings_cards as cards
from bot.ui.servers.power_flow import PowerResultView

_FORM_ROOM = 4_000
"""Discord's limit for a field of a form."""


async def describe(context: ServerContext, text: str | None) -> None:
    """Describe the server; without a text, show the description with a button that edits it."""
    if text is None:
        await with_retry(context, _show_description)
        return
    result = await context.services.describe_server.write(await context.permit(), text)
    view = _DescriptionView(context, result.new)
    await respond(context.interaction, card=cards.described(context.server, result), view=view)


async def _show_description(context: ServerContext) -> None:
    text = await context.services.describe_server.read(await context.permit())
    view = _DescriptionView(context, text)
    await respond(context.interaction, card=cards.description(context.server, text), view=view)


class _DescriptionView(BaseView):
    def __init__(self, context: ServerContext, text: str) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.text = text
        self.add_item(_EditButton())


class _EditButton(discord.ui.Button[_DescriptionView]):
    required_level = Level.MANAGER
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Edit…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await open_form(interaction, _DescriptionForm(view.context.continued_by(interaction), view.text))


class _DescriptionForm(BaseModal):
    def __init__(self, context: ServerContext, text: str) -> None:
        super().__init__(context.interaction, context.access, title=_("Description of the server"))
        self._context = context
        self._text: discord.ui.TextInput[_DescriptionForm] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            default=text[:_FORM_ROOM],
            max_length=_FORM_ROOM,
            required=False,
        )
        self.add_item(
            discord.ui.Label(text=_("Description"), description=_("Empty to remove it"), component=self._text)
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Save it."""
        await describe(self._context.continued_by(interaction), self._text.value)


async def choose_image(context: ServerContext, typed: str | None) -> None:
    """Use another Docker image; without one, offer those that the egg allows."""
    if typed is None:
        await with_retry(context, _show_images)
        return
    images = await context.services.startup.images(await context.permit())
    await _use_image(context, images, typed)


async def _show_images(context: ServerContext) -> None:
    images = await context.services.startup.images(await context.permit())
    view = _ImagesView(context, images) if len(images.by_label) > 1 else None
    await respond(context.interaction, card=cards.images(context.server, images), view=view)


async def _use_image(context: ServerContext, images: Images, typed: str) -> None:
    choice = images.find(typed)
    confirmed = await context.confirm(cards.image_prompt(context.server, choice, images.current_label or ""))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        await context.services.startup.set_image(await context.permit(), choice)
        view = PowerResultView(context, [PowerSignal.RESTART], [HubPage.STATUS])
        await respond(context.interaction, card=cards.image_changed(context.server, choice), view=view)

    await with_retry_if_unchanged(confirmed, change)


class _ImagesView(BaseView):
    def __init__(self, context: ServerContext, images: Images) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.images = images
        self.add_item(_ImageMenu(images))


class _ImageMenu(discord.ui.Select[_ImagesView]):
    def __init__(self, images: Images) -> None:
        self._labels = [name for name, image in images.by_label.items() if image != images.current]
        options = [
            discord.SelectOption(
                label=label(name), value=str(number), description=label(images.by_label[name])
            )
            for number, name in enumerate(self._labels[:OPTIONS_LIMIT])
        ]
        super().__init__(placeholder=_("Use another image…"), options=options)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, typed = view_of(self), self._labels[int(self.values[0])]
        await _use_image(view.context.continued_by(interaction), view.images, typed)
