"""Console lines hold passwords, tokens and start commands: none of them may be kept or shown."""

import json

import pytest

from bot.core.secret_masking import (
    HIDDEN,
    LONGEST_LINE,
    hidden_values,
    is_secret_name,
    is_start_command,
    mask_line,
    mask_text,
)
from bot.domain.annotations import read_annotations

INVOCATION = "openttd -D 0.0.0.0:25575 --secret [hidden] -c openttd.cfg"
STARTED = "openttd -D 0.0.0.0:25575 --secret hush -c openttd.cfg"


@pytest.mark.parametrize(
    "line",
    [
        "[RCON] rcon password: 'c4nary'",
        "rcon.password=c4nary",
        "DB_PASS=c4nary",
        "MYSQL_PWD: c4nary",
        'sv_password "c4nary"',
        '"rcon_password" = "c4nary" ( def. "" )',
        '{"password":"c4nary","port":3}',
        "password => c4nary",
        "password: \x1b[31mc4nary\x1b[0m",
        "\x1b[1mpass\x1b[0mword: c4nary",
        "password: correct c4nary battery",
        "Set password to c4nary",
        "The admin password is now: c4nary",
        "password for 'admin' is 'c4nary'",
        "Generated RCON password 'c4nary'",
        "Using password c4nary1 for rcon",
        "--password c4nary --port 3",
        "+rcon_password c4nary +map de_dust2",
        "+sv_setsteamaccount C4NARY0123456789",
        "api-key=c4nary",
        "apiKey: c4nary",
        "API key: c4nary",
        "client_secret=c4nary",
        "token = c4nary",
        "key: c4nary",
        "Authorization: Basic c4nary==",
        "sent with Bearer c4narybird",
        "mysql://user:c4n@ry@host:3306/db c4n@ry".removesuffix(" c4n@ry"),
        "redis://:c4nary@host:1",
        "https://c4nary@github.com/x",
        "jdbc:mysql://h/db?user=x&password=c4nary&z=1",
        "https://node/download?token=c4nary",
        "session eyJhbGciOiJIUzI1NiJ9.eyJjNG5hcnkiOjF9.c4naryc4nary",
        "bot MTAwMDAwMDAwMDAwMDAwMDAw.c4nary.c4naryc4naryc4naryc4naryc4nar",
    ],
)
def test_value_is_masked_wherever_a_line_names_or_shapes_a_secret(line: str) -> None:
    masked = mask_line(line)
    assert "[hidden]" in masked
    assert "c4n" not in masked.lower()


@pytest.mark.parametrize(
    "line",
    [
        '[12:00:00] Done (3.2s)! For help, type "help"',
        "There are 2 of a max of 100 players online: Ana, Bo",
        "Unexpected token } in JSON at position 3",
        "No key server-port in MapLike[{}]",
        "monkey: banana",
        "Password is required",
        "Your password has been changed",
        "https://example.com/@user",
        "\x1b[32mTime elapsed: 3.2 s\x1b[0m",
        "java.lang.OutOfMemoryError: Java heap space",
    ],
)
def test_line_without_a_secret_stays_as_it_is(line: str) -> None:
    assert mask_line(line) == line


def test_rest_of_a_line_stays_readable() -> None:
    assert mask_line("user=steve password=x1 mode=1") == "user=steve password=[hidden] mode=1"
    assert mask_line("RCON password: 'x y' on port 25575") == "RCON password: '[hidden]' on port 25575"


def test_known_values_are_masked_and_short_ones_only_as_whole_words() -> None:
    assert mask_line("saved with x9!pq#77", ["x9!pq#77"]) == "saved with [hidden]"
    assert mask_line("hush, hushed", ["hush"]) == "[hidden], hushed"
    assert mask_line("port 1 is 1", ["1"]) == "port 1 is 1"


@pytest.mark.parametrize(
    "line",
    [
        "\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0mjava -jar server.jar",
        "container@pelican~ java -jar server.jar",
        ":/home/container$ java -jar server.jar",
        "[12:00:00] container@pterodactyl~ ./game",
        f"Starting with: {STARTED}",
    ],
)
def test_start_command_is_recognised(line: str) -> None:
    assert is_start_command(line, INVOCATION)


def test_other_lines_are_no_start_command() -> None:
    assert not is_start_command("openttd: loading openttd.cfg", INVOCATION)
    assert not is_start_command("Ana joined the game", "./x")


def test_start_command_reveals_the_values_that_the_panel_hides() -> None:
    assert hidden_values(f"container@pterodactyl~ {STARTED}", INVOCATION) == ("hush",)
    assert hidden_values("container@pterodactyl~ ./other", INVOCATION) == ()


def test_endless_line_is_cut_before_it_is_searched() -> None:
    assert len(mask_line("password " * 200_000)) <= LONGEST_LINE + 1


@pytest.mark.parametrize("name", ["RCON_PASSWORD", "API_KEY", "STEAM_TOKEN", "DB_PASS", "CLIENT_SECRET"])
def test_variable_of_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret_name(name)


def test_lines_that_an_older_release_kept_are_masked_when_they_are_read() -> None:
    kept = ["container@pterodactyl~ ./game --secret hush", "rcon password: hush", "Done"]
    assert read_annotations({"lines": kept}).lines == ("rcon password: [hidden]", "Done")


def test_a_long_line_of_a_file_is_masked_to_its_end_and_not_cut() -> None:
    worlds = {f"world{number}": "overworld" for number in range(2_000)}
    minified = json.dumps(worlds | {"password": "hunter22-long"})
    masked = mask_text(minified)
    assert len(minified) > 2 * LONGEST_LINE
    assert "hunter22" not in masked
    assert masked == minified.replace("hunter22-long", HIDDEN)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("set sv_token_key hunter22x", "set sv_token_key [hidden]"),
        ("a api.key rcon_password hunter22x", "a api.key [hidden] [hidden]"),
        ("--a.--a.--rcon-password hunter22x y", "--a.--a.--rcon-password [hidden] y"),
        ("--no-password -x --key 'a b' z", "--no-password -x --key '[hidden]' z"),
    ],
)
def test_the_word_behind_an_option_is_hidden_whatever_its_name_is_made_of(line: str, shown: str) -> None:
    assert mask_line(line) == shown
