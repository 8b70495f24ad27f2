"""However long and hostile the names are, a card fits into Discord."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paths import pages
from bot.domain.power_progress import Ending
from bot.domain.target import Target
from bot.domain.text_encoding import TextEncoding
from bot.panel.errors import NodeDown
from bot.panel.models import Entries, PowerSignal, PowerState
from bot.services.files import Directory, FileText
from bot.services.servers.console import ConsoleOutcome
from bot.services.servers.power import OverDisk, PowerOutcome
from bot.services.servers.status import ServerStatus
from bot.ui.files import cards as file_cards
from bot.ui.kit import theme
from bot.ui.kit.card import Row
from bot.ui.kit.text import code_text
from bot.ui.servers import cards as server_cards
from bot.ui.servers import list_card, status_card
from tests.ui.card_limits import NAMES, entry, fits, quick, resources, server


@quick
@given(NAMES, st.sampled_from([None, "running", "offline", "starting"]))
def test_servers(name: str, state: str | None) -> None:
    target = Target("main", server(name))
    now = ServerStatus(target, resources(state), None) if state else ServerStatus(target, None, NodeDown())
    fits(status_card.status(now))
    title = list_card.list_title(5_000, name)
    head = list_card.server_list(
        title=title, states={target.key: None}, alerts=[], players=None, troubles={name: "It is down."}
    )
    text = list_card.row_text(list_card.ListedServer(now), panel_mentioned=False)
    fits(replace(head, rows=tuple(Row(text, discord.ui.Button(label="Open")) for _ in range(10))))
    fits(server_cards.no_servers(name))
    for signal in (PowerSignal.STOP, PowerSignal.RESTART, PowerSignal.KILL):
        for over_disk in (None, OverDisk(2**60, 1)):
            fits(server_cards.power_prompt(target.server, signal, over_disk).card)


@quick
@given(NAMES, st.sampled_from(list(Ending)), st.sampled_from(list(PowerSignal)), st.lists(NAMES, max_size=12))
def test_outcomes_of_power_and_console(name: str, how: Ending, signal: PowerSignal, lines: list[str]) -> None:
    long = [line * 9 for line in lines]
    outcome = PowerOutcome(signal, how, PowerState.RUNNING, None, 1e6, tuple(long))
    fits(server_cards.power_outcome(server(name), outcome))
    fits(server_cards.console(server(name), name * 9, ConsoleOutcome(tuple(long * 5), 10**6, None, True)))


@quick
@given(NAMES, st.lists(NAMES, min_size=20, max_size=20))
def test_directories(path: str, names: list[str]) -> None:
    entries = [entry(name, "drwxr-xr-x" if number % 2 else "-rw-r--r--") for number, name in enumerate(names)]
    buttons = [discord.ui.Button[Any](label="Open") for _ in entries[:8]]
    rows = [Row(file_cards.entry_line(item), button) for item, button in zip(entries, buttons, strict=False)]
    fits(file_cards.directory(server(path), Directory("/" + path * 5, Entries(entries * 50)), rows))


@quick
@given(st.one_of(NAMES, st.just("`" * 9_000), st.just("\n" * 9_000)))
def test_pages_of_a_file_fit_and_keep_their_block_closed(text: str) -> None:
    file = FileText("/a/" + "b" * 250, entry("b"), text, TextEncoding.UTF8, text.encode())
    cut = pages(code_text(text), file_cards.PAGE_CHARACTERS)
    for number, page in enumerate(cut[:3], start=1):
        card = file_cards.text_page(server(), file, page, number=number, count=len(cut))
        fits(card)
        if text:
            assert card.description.endswith("```")


def test_the_scale_has_a_mark_for_each_step_and_every_state_has_one() -> None:
    assert set(theme.STATE_MARK) == set(theme.STATE_COLOUR) == set(PowerState)


@pytest.mark.parametrize("size", [1, 4_096, 6_000, 20_000])
def test_an_embed_is_cut_until_it_fits(size: int) -> None:
    embed = theme.embed(
        "t" * size, "d" * size, fields=[("n" * size, "v" * size, False)] * 30, footer="f" * size
    )
    assert len(embed) <= theme.EMBED_LIMIT
    assert len(embed.fields) <= theme.FIELDS
