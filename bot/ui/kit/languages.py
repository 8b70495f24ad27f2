"""In which language people are answered: their own where only they see it, else the Discord server's."""

import logging
import re
from contextlib import AbstractContextManager

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation
from typing_extensions import override

from bot.core.i18n import CATALOGUES, ENGLISH, language, nearest, speak
from bot.ui.kit.client import AnyInteraction

log = logging.getLogger(__name__)

NAME_CONTEXT = "name"
"""What the catalogue calls the names of commands and options, which Discord wants in small letters."""
_NAMES = (
    TranslationContextLocation.command_name,
    TranslationContextLocation.group_name,
    TranslationContextLocation.parameter_name,
)
# https://docs.discord.com/developers/interactions/application-commands#application-command-object
_NAME = re.compile(r"[-_'\w]{1,32}")
_TEXT_LIMIT = 100


def speak_to(interaction: AnyInteraction, *, everyone: bool = False) -> None:
    """Speak the language of the person behind an interaction, or of all who see the answer, from here on."""
    tag = interaction.guild_locale if everyone else interaction.locale
    speak(ENGLISH if tag is None else tag.value)


def language_of(guild: discord.Guild | None) -> AbstractContextManager[None]:
    """Speak the language of a Discord server meanwhile."""
    return language(ENGLISH if guild is None else guild.preferred_locale.value)


class CatalogueTranslator(app_commands.Translator):
    """Gives Discord the texts of the commands in every language that there is."""

    @override
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return None where English stays, as Discord wants it: also for what it would refuse."""
        tag = nearest(locale.value)
        if tag not in CATALOGUES:
            return None
        is_name = context.location in _NAMES
        catalogue, message = CATALOGUES[tag], string.message
        text = catalogue.pgettext(NAME_CONTEXT, message) if is_name else catalogue.gettext(message)
        if text == message:
            return None
        fits = _NAME.fullmatch(text) and text == text.lower() if is_name else 0 < len(text) <= _TEXT_LIMIT
        if not fits:
            log.warning("Discord can't take %r, the text of %r in %s", text, message, tag)
            return None
        return text
