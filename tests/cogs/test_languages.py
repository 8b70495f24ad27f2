"""Private answers speak the reader's language, public ones that of the Discord server."""

from dataclasses import replace
from gettext import NullTranslations
from typing import Any

import discord
import pytest
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str
from simcord import interactions
from typing_extensions import override

from bot.core import i18n
from bot.domain.audit import AuditFilter
from bot.storage.repositories import boards
from bot.ui.kit.languages import CatalogueTranslator
from tests.support.alerts import fired, seen
from tests.support.bot_view import bot_guild
from tests.support.messages import AnyMessage, buttons, text
from tests.support.world import GUILD_ID, World, shown

READER, SERVER = "de", "fr"


class Tagged(NullTranslations):
    """A language in which each text begins with its tag."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag

    @override
    def gettext(self, message: str) -> str:
        return f"{self.tag}:{message}"

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{self.tag}:{msgid1 if n == 1 else msgid2}"

    @override
    def pgettext(self, context: str, message: str) -> str:
        return f"{self.tag}{'é' if message == 'good' else ' '}{message}"


@pytest.fixture(autouse=True)
def _languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's Discord is in one language, and the Discord server is in another one."""
    base_payload = interactions.base_payload

    def localised(*args: Any, **given: Any) -> tuple[Any, dict[str, Any]]:
        record, payload = base_payload(*args, **given)
        return record, payload | {"locale": READER, "guild_locale": SERVER}

    monkeypatch.setattr(interactions, "base_payload", localised)
    for tag in (READER, SERVER):
        monkeypatch.setitem(i18n.CATALOGUES, tag, Tagged(tag))


def languages(message: AnyMessage) -> set[str]:
    read = "\n".join([text(message), *buttons(message)])
    return {tag for tag in (READER, SERVER) if f"{tag}:" in read}


async def test_a_private_answer_and_its_buttons_speak_the_readers_language(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "server status", server="Survival"))
    assert answer.ephemeral
    assert languages(answer) == {READER}
    opened = shown(await world.admin.click(answer.message, label=f"{READER}:Files"))
    assert languages(opened) == {READER}


async def test_a_public_answer_and_its_buttons_speak_the_servers_language(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "server status", server="Survival", public=True))
    assert not answer.ephemeral
    assert languages(answer) == {SERVER}
    opened = shown(await world.admin.click(answer.message, label=f"{SERVER}:Files"))
    assert languages(opened) == {SERVER}


async def test_the_buttons_of_periods_speak_the_readers_language(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "players history", server="Survival"))
    assert f"{READER}:24h" in buttons(answer)


async def test_an_error_speaks_the_readers_language_and_the_audit_english(world: World) -> None:
    refused = shown(await world.stranger.slash(world.channel, "server list"))
    assert languages(refused) == {READER}
    (act,) = (await world.services.audit.page(AuditFilter(GUILD_ID, action="access.refused"))).acts
    assert "de:" not in str(act.facts)


async def test_a_refused_press_is_in_the_audit_in_english(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "server status", server="Survival", public=True))
    refused = shown(await world.stranger.click(answer.message, label=f"{SERVER}:Files"))
    assert languages(refused) == {READER}
    (act,) = (await world.services.audit.page(AuditFilter(GUILD_ID, action="access.refused"))).acts
    assert act.facts["why"] == "The buttons belong to someone else."


async def test_an_alert_speaks_the_servers_language(world: World) -> None:
    guild = bot_guild(world)
    guild.preferred_locale = discord.Locale.french
    _alerts, message = await fired(world)
    assert languages(seen(world, message)) == {SERVER}
    details = shown(await world.admin.click(seen(world, message).message, label=f"{SERVER}:Details"))
    assert details.ephemeral
    assert languages(details) == {READER}


class Enclosed(Tagged):
    """A language in which no text ends as it does in English."""

    @override
    def gettext(self, message: str) -> str:
        return f"{super().gettext(message)}:{self.tag}"


async def test_a_server_that_changes_its_language_keeps_its_board(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tag in (READER, SERVER):
        monkeypatch.setitem(i18n.CATALOGUES, tag, Enclosed(tag))
    guild = bot_guild(world)
    guild.preferred_locale = discord.Locale.german
    await world.admin.slash(world.channel, "alerts board", channel=world.channel)
    await world.advance(25)
    (posted,) = world.channel.history()
    assert languages(posted) == {READER}
    world.env.backend.guilds[GUILD_ID].preferred_locale = SERVER
    (kept,) = await world.services.boards.iter_all()
    lost = replace(kept, discord_id=None, posted_at=None, shown=None)
    await world.services.store.write(lambda conn: boards.put(conn, lost))
    await world.restart()
    await world.advance(81)
    (board,) = world.channel.history()
    assert board.id == posted.id
    assert languages(board) == {SERVER}


async def test_commands_are_registered_with_their_texts_in_every_language(world: World) -> None:
    application = world.bot.application_id or 0
    registered = await world.bot.http.get_guild_commands(application, GUILD_ID)
    (server,) = [command for command in registered if command["name"] == "server"]
    localizations = server["description_localizations"] or {}
    assert localizations[READER].startswith(f"{READER}:")


@pytest.mark.parametrize(
    ("location", "message", "translated"),
    [
        (TranslationContextLocation.command_description, "Restart it.", "de:Restart it."),
        (TranslationContextLocation.command_description, "x" * 98, None),
        (TranslationContextLocation.command_name, "good", "deégood"),
        (TranslationContextLocation.command_name, "bad", None),
    ],
)
async def test_discord_gets_no_translation_that_it_would_refuse(
    location: TranslationContextLocation, message: str, translated: str | None
) -> None:
    context: Any = TranslationContext(location=location, data=None)  # type: ignore[call-overload]  # not read
    text_ = await CatalogueTranslator().translate(locale_str(message), discord.Locale.german, context)
    assert text_ == translated
