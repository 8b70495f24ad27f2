"""Which key of a configuration file: suggestions with the present values, from the file that is typed."""

from discord import app_commands
from typing_extensions import override

from bot.core.i18n import _
from bot.services.access import Permit
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.option import CHOICE_CHARACTERS, CHOICES_LIMIT, Choice, suggested
from bot.ui.kit.path_tokens import PathTokens
from bot.ui.kit.server_option import OnServerTransformer

DEFAULT_CONFIG = "/server.properties"
"""The file that is meant where none is named: the main settings of Minecraft, Java and Bedrock."""


class KeyTransformer(OnServerTransformer):
    """A key of the file in the command's option `path`."""

    @override
    async def transform(self, interaction: AnyInteraction, value: str, /) -> str:
        """Return what was typed: blanks may belong to a key."""
        return value

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List keys that contain what is typed; after a key and `=`, what it would be set to."""
        path = getattr(interaction.namespace, "path", None) or DEFAULT_CONFIG
        path = interaction.client.shared(PathTokens).expand(permit.uuid, path)
        keys = interaction.client.services.config_keys
        name, sign, setting = (part.strip() for part in typed.partition("="))
        known = await keys.suggest(permit, path, name, 2 * CHOICES_LIMIT)
        if sign and (before := dict(known).get(name)) is not None:
            whole = f"{name}={setting}"
            words = _("{key} = {value} (now {before})", key=name, value=setting, before=before)
            return [suggested(words, whole)] if len(whole) <= CHOICE_CHARACTERS else []
        return [suggested(f"{key} = {value}", key) for key, value in known if len(key) <= CHOICE_CHARACTERS]


KeyOption = app_commands.Transform[str, KeyTransformer]
