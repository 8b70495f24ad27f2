"""Causes are named when the game itself says so, and never because somebody typed it."""

from datetime import UTC, datetime

import pytest

from bot.domain.diagnosis import (
    FAMILIES,
    LONGEST_LINE,
    MOST_LINES,
    Diagnosis,
    condensed,
    diagnose,
    families_of,
)
from bot.domain.process_end import ProcessEnd
from bot.panel.models import Server
from tests.domain.diagnosis.console_excerpts import EXCERPTS
from tests.domain.diagnosis.excerpt import PAPER, UNKNOWN, Excerpt

AT = datetime(2026, 11, 27, 8, 15, tzinfo=UTC)
PATTERNS = {id(pattern): pattern for table in FAMILIES.values() for pattern in table.patterns}.values()
CHAT = (
    "[08:15:03 INFO]: <Steve> {}",
    "[08:15:03 INFO]: [Owner] Steve: {}",
    "[08:15:03] [Server thread/INFO]: [Not Secure] <Steve> {}",
    "[08:15:03] [Async Chat Thread - #0/INFO]: <Steve> {}",
    "[27Nov2026 08:15:03.001] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: <Steve> {}",
    '"Steve<2><[U:1:1]><Red>" say "{}"',
    "[CHAT] Steve[12/7656] : {}",
    "2026-11-27 08:15:03 [CHAT] Steve: {}",
    "[2026.11.27-08.15.03:330][ 12]LogGame: Steve: {}",
    "[script:chat] Steve: {}",
    "<Steve> {}",
    "Steve: {}",
)
CODES = (
    (126, "could not be run"),
    (127, "was not found"),
    (134, "abort"),
    (137, "killed it"),
    (139, "segmentation fault"),
    (143, "SIGTERM"),
)


def server(about: dict[str, str]) -> Server:
    named = {"uuid": "u", "identifier": "i", "internal_id": 1, "name": "S", "node": "N"}
    egg = {"egg": {"attributes": {"name": about["egg_name"]}}}
    return Server.model_validate({**named, "invocation": about["invocation"], "relationships": egg})


def cause(
    about: dict[str, str], *lines: str, exit_code: int | None = None, oom: bool | None = None
) -> Diagnosis | None:
    end = ProcessEnd(AT, exit_code=exit_code, oom_killed=oom, lines=lines)
    families = families_of(server(about))
    return diagnose(condensed(end, families), families)


@pytest.mark.parametrize(("name", "excerpt"), EXCERPTS.items(), ids=EXCERPTS)
def test_cause_is_named_with_the_line_that_proves_it(name: str, excerpt: Excerpt) -> None:
    diagnosis = cause(excerpt.server, *excerpt.lines, exit_code=excerpt.exit_code)

    assert diagnosis is not None
    assert diagnosis.id == name
    assert excerpt.cause in diagnosis.cause
    assert diagnosis.proof == excerpt.lines[excerpt.proof].strip(" ")
    assert diagnosis.offer == excerpt.offer
    assert diagnosis.is_certain == excerpt.is_certain
    assert diagnosis.fix


def test_every_pattern_has_an_excerpt_and_an_id_of_its_own() -> None:
    ids = [pattern.id for pattern in PATTERNS]

    assert sorted(ids) == sorted(set(ids))
    assert set(ids) == set(EXCERPTS)


@pytest.mark.parametrize("form", CHAT)
def test_what_players_type_proves_nothing(form: str) -> None:
    for excerpt in EXCERPTS.values():
        typed = [form.format(line.strip()) for line in excerpt.lines]

        assert cause(excerpt.server, *typed, exit_code=1) is None, typed
        assert cause(PAPER, *typed, exit_code=1) is None, typed
        assert cause(UNKNOWN, *typed, exit_code=1) is None, typed


def test_patterns_of_another_game_do_not_count() -> None:
    excerpt = EXCERPTS["valheim.password"]

    assert cause(PAPER, *excerpt.lines, exit_code=0) is None


def test_shell_errors_count_only_with_the_exit_code_they_lead_to() -> None:
    # A player may be called "bash" where a game prints names bare.
    assert cause(UNKNOWN, "bash: ./game: Permission denied", exit_code=1) is None


def test_eula_line_of_an_earlier_time_is_no_cause() -> None:
    line = EXCERPTS["minecraft.eula"].lines[-1]

    assert cause(PAPER, line, *("[08:16:00 INFO]: Done",) * 20, exit_code=1) is None


def test_unknown_end_is_not_explained() -> None:
    assert cause(PAPER, "[08:15:03 INFO]: Saving worlds", exit_code=1) is None
    assert cause(PAPER, exit_code=0) is None
    assert cause(PAPER) is None


@pytest.mark.parametrize(("code", "words"), CODES)
def test_exit_code_speaks_where_no_line_does(code: int, words: str) -> None:
    diagnosis = cause(UNKNOWN, "nothing", exit_code=code)

    assert diagnosis is not None
    assert words in diagnosis.cause
    assert f"exit code {code}" in diagnosis.cause
    assert diagnosis.proof is None


def test_full_container_is_told_whatever_was_printed() -> None:
    diagnosis = cause(PAPER, *EXCERPTS["java.heap"].lines, exit_code=137, oom=True)

    assert diagnosis is not None
    assert diagnosis.id == "container.memory"
    assert "exit code 137" in diagnosis.cause


def test_certain_cause_comes_before_a_possible_one() -> None:
    diagnosis = cause(
        PAPER, *EXCERPTS["java.heap"].lines, *EXCERPTS["minecraft.plugin_version"].lines, exit_code=1
    )

    assert diagnosis is not None
    assert diagnosis.id == "java.heap"


def test_world_that_cannot_be_opened_comes_before_the_port_that_follows_from_it() -> None:
    diagnosis = cause(EXCERPTS["bedrock.world"].server, *EXCERPTS["bedrock.world"].lines, exit_code=1)

    assert diagnosis is not None
    assert diagnosis.id == "bedrock.world"


def test_colours_and_the_prompt_are_no_obstacle() -> None:
    diagnosis = cause(PAPER, "\r>\x1b[33m[08:15:09 WARN]: **** FAILED TO BIND TO PORT!\x1b[m", exit_code=1)

    assert diagnosis is not None
    assert diagnosis.id == "minecraft.port"


def test_names_that_a_server_prints_are_quoted() -> None:
    diagnosis = cause(PAPER, "Error: Unable to access jarfile **@everyone**.jar", exit_code=1)

    assert diagnosis is not None
    assert "`**@everyone**.jar`" in diagnosis.cause


def test_only_the_beginning_of_a_huge_line_is_read() -> None:
    huge = "Error: Unable to access jarfile " + "x" * 1_048_576
    families = families_of(server(PAPER))

    read = condensed(ProcessEnd(AT, lines=(huge,) * 1_000), families)

    assert sum(map(len, read.lines)) == MOST_LINES * LONGEST_LINE
    assert cause(PAPER, huge, exit_code=1) is None


def test_lines_without_a_cause_cost_nothing_more() -> None:
    usual = ("[08:15:03 INFO]: Saving worlds",) * 100

    read = condensed(ProcessEnd(AT, lines=(*usual, *EXCERPTS["java.heap"].lines)), families_of(server(PAPER)))

    assert [line for line in read.lines if line] == [*EXCERPTS["java.heap"].lines[1:]]
