"""Causes are named when the game itself says so, and never because somebody typed it."""

from datetime import UTC, datetime

import pytest

from bot.domain.diagnosis import (
    FAMILIES,
    LONGEST_LINE,
    MOST_LINES,
    Diagnosis,
    Family,
    condensed,
    diagnose,
    families_of,
)
from bot.domain.process_end import ProcessEnd
from bot.panel.models import Server
from tests.domain.diagnosis.console_excerpts import EXCERPTS
from tests.domain.diagnosis.excerpt import (
    ARK,
    FACTORIO,
    PAPER,
    RUST,
    SOURCE,
    UNKNOWN,
    VALHEIM,
    Excerpt,
)

FABRIC_WISH = "\t - Mod 'Warm Hats' (warmhats) 1.4.0 recommends any version of modmenu, which is missing!"
AT = datetime(2026, 11, 27, 8, 15, tzinfo=UTC)
PATTERNS = {id(pattern): pattern for table in FAMILIES.values() for pattern in table.patterns}.values()
CHAT = (
    "[08:15:03 INFO]: <Steve> {}",
    "[08:15:03 INFO]: [Owner] Steve: {}",
    "[08:15:03 INFO] [minecraft/DedicatedServer]: <Steve> {}",
    "[08:15:03] [Server thread/INFO]: [Not Secure] <Steve> {}",
    "[08:15:03] [Async Chat Thread - #0/INFO]: <Steve> {}",
    "[08:15:03] [Server thread/INFO] (Minecraft) <Steve> {}",
    "[27Nov2026 08:15:03.001] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: <Steve> {}",
    '"Steve<2><[U:1:1]><Red>" say "{}"',
    "[CHAT] Steve[12/7656] : {}",
    "2026-11-27 08:15:03 [CHAT] Steve: {}",
    "[2026.11.27-08.15.03:330][ 12]LogGame: Steve: {}",
    "[script:chat] Steve: {}",
    "<Steve> {}",
    "Steve: {}",
)
NEWER_CLASS = (
    "java.lang.UnsupportedClassVersionError: org/bukkit/craftbukkit/Main has been compiled by a more recent "
    "version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes "
    "class file versions up to 61.0"
)
OTHER_FORMS = (
    ("java.version", PAPER, f'Exception in thread "ServerMain" {NEWER_CLASS}'),
    ("java.library_version", PAPER, NEWER_CLASS),
    (
        "minecraft.java_too_old",
        PAPER,
        "Unsupported Java detected (61.0). This version of Minecraft requires at least Java 21. Check your "
        "Java version with the command 'java -version'.",
    ),
    (
        "minecraft.region",
        PAPER,
        "[08:15:04] [IO-Worker-4/WARN]: Region file ./world/region/r.0.0.mca has truncated header: 4096",
    ),
    (
        "minecraft.eula",
        PAPER,
        "[08:15:02] [main/INFO] (Minecraft) You need to agree to the EULA in order to run the server. Go to "
        "eula.txt for more info.",
    ),
    ("minecraft.port", PAPER, "[08:15:09] [Server thread/WARN] (Minecraft) **** FAILED TO BIND TO PORT!"),
    *(  # Mohist and Arclight: Paper's form with the logger of Forge behind it
        ("minecraft.port", PAPER, f"[08:15:09 WARN] [{logger}]: **** FAILED TO BIND TO PORT!")
        for logger in (
            "minecraft/DedicatedServer",
            "ne.mi.se.de.DedicatedServer/",
            "Server thread/minecraft/DedicatedServer",
        )
    ),
    ("java.threads", PAPER, "java.lang.OutOfMemoryError: unable to create new native thread"),
    ("system.disk_quota", UNKNOWN, "OSError: [Errno 122] Disk quota exceeded: '/home/container/data.db'"),
    ("system.disk_quota", UNKNOWN, "Error: EDQUOT: disk quota exceeded, write"),
    ("system.python_module", UNKNOWN, "ImportError: No module named requests"),
    ("minecraft.chunk", PAPER, "[08:15:04] [PaperChunkLoader-3/ERROR]: Couldn't load chunk (world:434,-320)"),
    (
        "minecraft.chunk",
        PAPER,
        "[08:15:04 ERROR]: [ca.spottedleaf.moonrise.patches.chunk_system.io.MoonriseRegionFileIO] Failed to "
        "decompress chunk data for task: Task for world: 'world' at (277,-70) type: CHUNK_DATA, hash: 66",
    ),
    (
        "minecraft.chunk",
        PAPER,
        "[08:15:04] [Paper RegionFile IO Thread/ERROR]: Chunk [-24, -10] header is truncated: expected 0 "
        "but read 0",
    ),
    ("system.port", UNKNOWN, "Error: listen EADDRINUSE: address already in use :::3000"),
    (
        "system.port",
        RUST,
        "System.Net.Sockets.SocketException (0x80004005): Address already in use",
    ),
    ("system.disk", UNKNOWN, "OSError: [Errno 28] No space left on device: '/home/container/data.db'"),
    ("system.disk", UNKNOWN, "Error: ENOSPC: no space left on device, write"),
    (
        "minecraft.fabric_version",
        PAPER,
        "\t - Mod 'Bob's Hats' (bobhats) 0.92.5+1.20.1 requires version 0.16.10 or later of mod 'Fabric "
        "Loader' (fabricloader), but only the wrong versions are present: 0.16.4/0.16.3!",
    ),
    (
        "minecraft.other_loader",
        PAPER,
        "\t- File /home/container/mods/hats.jar is for Minecraft Forge or an older version of NeoForge, and "
        "cannot be loaded",
    ),
    ("source.map", SOURCE, "map change failed: 'de_winter' not found on server."),
)
BENIGN = (
    (PAPER, ("[08:15:04] [main/WARN]: Warnings were found!", FABRIC_WISH)),
    (PAPER, ("[08:15:04] [main/WARN]: Reference map 'hats.refmap.json' for hats.json could not be read.",)),
    (PAPER, ("[08:15:04] [main/WARN]: Mixin apply for mod hats failed hats.json:HeadMixin from mod hats",)),
    (PAPER, ("Unrecognized option 'hats' in server.properties", "[08:15:04 INFO]: Done (3.1s)!")),
    (PAPER, ("[08:15:04 WARN]: Can't keep up! Is the server overloaded? Running 2731ms or 54 ticks behind",)),
    (
        PAPER,
        ("[08:15:04 WARN]: Region file ./world/region/r.0.0.mca has an invalid sector at index: 0; size",),
    ),
    (
        PAPER,
        ("[08:15:04 ERROR]: Chunk file at [3, 4] is in the wrong location; relocating. (Expected [3, 5])",),
    ),
    (PAPER, ("[08:15:04 ERROR]: The server has not responded for 10 seconds! Creating thread dump",)),
    (PAPER, ("\t- Mod warmhats requires hatlib 2.0 or above",)),
    (SOURCE, ("*  No Steam account token was specified.           *",)),
    (SOURCE, ("CModelLoader::Map_IsValid:  No such map 'maps/cs_office.bsp'",)),
    (SOURCE, ('Unknown command "sv_hats"', "Couldn't find any entities named hats, which point_template")),
    (VALHEIM, ("11/27/2026 08:15:04: Failed to find location iron hats",)),
    (ARK, ("[2026.11.27-08.15.04:330][  0]LogStreaming: Error: Couldn't find file for package hats",)),
    (FACTORIO, ("   1.604 Warning ModManager.cpp:1610: Mod hats is not active",)),
    (RUST, ("Could not load config cfg/hats.cfg, using the defaults",)),
    (UNKNOWN, ("./addons/hats.so: /lib/libc.so.6: version `GLIBC_2.38' not found", "carrying on")),
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


@pytest.mark.parametrize(
    "name", ["PMMP 5", "pmmp_5", "PocketMine-MP", "Pocket Mine", "Endstone", "LeviLamina", "Bedrock BDS"]
)
def test_servers_for_bedrock_are_known_by_any_of_their_names(name: str) -> None:
    for about in ({"egg_name": name, "invocation": "./start.sh"}, {"egg_name": "Custom", "invocation": name}):
        assert families_of(server(about))[0] is Family.BEDROCK


@pytest.mark.parametrize(("name", "excerpt"), EXCERPTS.items(), ids=EXCERPTS)
def test_cause_is_named_with_the_line_that_proves_it(name: str, excerpt: Excerpt) -> None:
    diagnosis = cause(excerpt.server, *excerpt.lines, exit_code=excerpt.exit_code)

    assert diagnosis is not None
    assert diagnosis.id == name
    assert excerpt.cause in str(diagnosis.cause)
    assert diagnosis.proof == excerpt.lines[excerpt.proof].strip(" ")
    assert diagnosis.offer == excerpt.offer
    assert diagnosis.is_certain == excerpt.is_certain
    assert str(diagnosis.fix)


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


@pytest.mark.parametrize(("name", "about", "line"), OTHER_FORMS)
def test_cause_is_named_in_every_form_in_which_the_game_logs_it(
    name: str, about: dict[str, str], line: str
) -> None:
    diagnosis = cause(about, line, exit_code=1)

    assert diagnosis is not None
    assert diagnosis.id == name


@pytest.mark.parametrize(("about", "lines"), BENIGN)
def test_line_that_a_healthy_server_prints_proves_nothing(
    about: dict[str, str], lines: tuple[str, ...]
) -> None:
    assert cause(about, *lines, exit_code=1) is None


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
    assert words in str(diagnosis.cause)
    assert f"exit code {code}" in str(diagnosis.cause)
    assert diagnosis.proof is None


def test_full_container_is_named_whatever_was_printed() -> None:
    diagnosis = cause(PAPER, *EXCERPTS["java.heap"].lines, exit_code=137, oom=True)

    assert diagnosis is not None
    assert diagnosis.id == "container.memory"
    assert "exit code 137" in str(diagnosis.cause)


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
    assert "`**@everyone**.jar`" in str(diagnosis.cause)


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
