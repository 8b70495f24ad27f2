"""The settings of an operator: what is understood, and which message they get when it is not."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import SettingsInvalid
from tests.settings.variables import GOOD, GUILD, KEY, OTHER_GUILD, TOKEN, Load, problems


def test_four_variables_are_enough(load: Load) -> None:
    settings = load(GOOD)
    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.panels["main"].url == "https://panel.example.com"
    assert settings.panels["main"].key.get_secret_value() == KEY
    assert settings.panels["main"].guilds == {GUILD: "all"}
    assert settings.guild_ids == {GUILD}
    assert settings.data_dir == Path("data")
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.watch, settings.watch_seconds) == (True, 60)
    assert load(GOOD | {"QUETZAL_WATCH": "off", "QUETZAL_WATCH_SECONDS": "20"}).watch is False


def test_the_environment_goes_before_the_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "QUETZAL_PANEL_URL=https://file.example.com\nQUETZAL_LOG_LEVEL=debug\nOTHER=1\n"
    )
    settings = load(GOOD)
    assert settings.panels["main"].url == "https://panel.example.com"
    assert settings.log_level == "DEBUG"


def test_several_panels_with_their_own_guilds(load: Load) -> None:
    settings = load(
        {
            "QUETZAL_DISCORD_TOKEN": TOKEN,
            "QUETZAL_PANELS__EU__URL": "https://eu.example.com/",
            "QUETZAL_PANELS__EU__KEY": KEY,
            "QUETZAL_PANELS__EU__GUILDS": f"{GUILD}=1a7ce997|9C0DE111, {OTHER_GUILD}=all",
            "QUETZAL_PANELS__EU__NODE_HOSTS": "Node1.example.com, 10.0.0.7",
            "QUETZAL_PANELS__US-2__URL": "http://10.0.0.5:8080",
            "QUETZAL_PANELS__US-2__KEY": "pacc_other",
            "QUETZAL_PANELS__US-2__GUILDS": f"{OTHER_GUILD}=1a7ce997-3d1a-4a6e-8f0f-0123456789ab",
        }
    )
    assert set(settings.panels) == {"eu", "us-2"}
    assert settings.panels["eu"].url == "https://eu.example.com"
    assert settings.panels["eu"].guilds == {GUILD: {"1a7ce997", "9c0de111"}, OTHER_GUILD: "all"}
    assert settings.panels["eu"].node_hosts == ("node1.example.com", "10.0.0.7")
    assert settings.guild_ids == {GUILD, OTHER_GUILD}
    assert {secret.get_secret_value() for secret in settings.secrets()} == {TOKEN, KEY, "pacc_other"}


NODE = "QUETZAL_PANELS__MAIN__NODES__NODE-1__"


def test_nodes_have_an_address_and_a_token_of_their_own(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token-in-a-file\n")
    settings = load(
        GOOD
        | {
            f"{NODE}URL": "https://node1.example.com:8080/",
            f"{NODE}TOKEN": "canary-node-token",
            "QUETZAL_PANELS__MAIN__NODES__NODE_2__URL": "http://10.0.0.8:8080",
            "QUETZAL_PANELS__MAIN__NODES__NODE_2__TOKEN_FILE": str(tmp_path / "token"),
        }
    )
    nodes = settings.panels["main"].nodes
    assert nodes["node-1"].url == "https://node1.example.com:8080"
    assert {name: node.token.get_secret_value() for name, node in nodes.items()} == {
        "node-1": "canary-node-token",
        "node_2": "token-in-a-file",
    }
    assert {"canary-node-token", "token-in-a-file"} < {
        secret.get_secret_value() for secret in settings.secrets()
    }
    assert "canary-node-token" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({f"{NODE}URL": "https://node1.example.com:8080"}, f"{NODE}TOKEN is missing."),
        (
            {f"{NODE}URL": "https://n1.example.com/api", f"{NODE}TOKEN": "x"},
            f"{NODE}URL must be the node's own",
        ),
        (
            {f"{NODE}URL": "https://n1.example.com", f"{NODE}TOKEN": "x", f"{NODE}TOKN": "x"},
            f"Did you mean {NODE}TOKEN?",
        ),
        ({"QUETZAL_PANELS__MAIN__NODES": "x"}, "A node has two:"),
        ({"QUETZAL_PANELS__MAIN__NODES__N1": "x"}, "A node has two:"),
    ],
)
def test_a_node_that_is_set_wrong_is_explained_once(
    load: Load, variables: dict[str, str], expected: str
) -> None:
    (said,) = problems(load, GOOD | variables)
    assert expected in said


def test_the_heartbeat_url_is_a_secret(load: Load) -> None:
    url = "https://hc-ping.com/canary-uuid"
    settings = load(GOOD | {"QUETZAL_HEARTBEAT_URL": url, "QUETZAL_HEALTH_PORT": "8081"})
    assert url in {secret.get_secret_value() for secret in settings.secrets()}
    assert "canary-uuid" not in repr(settings)
    (said,) = problems(load, GOOD | {"QUETZAL_HEARTBEAT_URL": "canary-uuid"})
    assert "QUETZAL_HEARTBEAT_URL must be the whole address" in said
    assert "canary-uuid" not in said


def test_nothing_set_names_everything_that_is_missing(load: Load) -> None:
    said = problems(load, {})
    assert [sentence.split()[0] for sentence in said] == [
        "QUETZAL_DISCORD_TOKEN",
        "QUETZAL_PANEL_URL",
        "QUETZAL_PANEL_KEY",
        "QUETZAL_GUILDS",
    ]
    assert all("is missing. Example: QUETZAL_" in sentence for sentence in said)


def test_the_example_is_offered_while_there_is_no_file(load: Load, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load({})
    assert "cp .env.example .env" in caught.value.next_step
    (tmp_path / ".env").touch()
    with pytest.raises(SettingsInvalid) as caught:
        load({})
    assert "cp .env.example .env" not in caught.value.next_step


def test_an_empty_variable_is_a_missing_one(load: Load) -> None:
    assert problems(load, GOOD | {"QUETZAL_PANEL_KEY": ""})[0].startswith("QUETZAL_PANEL_KEY is missing.")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("QUETZAL_PANEL_URL", "panel.example.com", "begins with https://"),
        ("QUETZAL_PANEL_URL", "https://", "begins with https://"),
        ("QUETZAL_PANEL_URL", "https://panel.example.com:99999", "is not an address"),
        ("QUETZAL_PANEL_URL", "https://me:canary@panel.example.com", "no user, no password"),
        ("QUETZAL_PANEL_URL", "https://panel.example.com/api/client", "without /api/client"),
        ("QUETZAL_PANEL_KEY", "two words", "one word"),
        ("QUETZAL_DISCORD_TOKEN", "Bot canary-token", "one word"),
        ("QUETZAL_GUILDS", ",", "is missing"),
        ("QUETZAL_GUILDS", "my-guild=all", "entry 1 must begin with a Discord server id"),
        ("QUETZAL_GUILDS", f"{GUILD}", "entry 1 must say which servers"),
        ("QUETZAL_GUILDS", f"{GUILD}=", "entry 1 must say which servers"),
        ("QUETZAL_GUILDS", f"{GUILD}=every server", "entry 1 must name game servers"),
        ("QUETZAL_GUILDS", f"{GUILD}=all,{GUILD}=1a7ce997", "entry 2 names a Discord server"),
        ("QUETZAL_PANEL_NODE_HOSTS", "https://node.example.com", "host names with commas"),
        ("QUETZAL_LOG_LEVEL", "loud", "must be one of 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("QUETZAL_LOG_FORMAT", "xml", "must be one of 'text' or 'json'"),
        ("QUETZAL_WATCH", "sometimes", "must be on or off"),
        ("QUETZAL_WATCH_SECONDS", "10", "must be at least 20."),
        ("QUETZAL_WATCH_SECONDS", "600", "must be at most 240."),
        ("QUETZAL_DISCORD_API_URL", "https://discord.example.com", "must be on this machine"),
        ("QUETZAL_LOG_LEVL", "INFO", "is not a setting of Quetzal. Did you mean QUETZAL_LOG_LEVEL?"),
        ("QUETZAL_WATCH_SECONDS", "60.5", "must be a whole number."),
        ("QUETZAL_WATCH_SECONDS", "9" * 5000, "is too large a number."),
        ("QUETZAL_TOKEN", TOKEN, "Remove it: .env.example lists them all."),
        ("QUETZAL_PREFIX", "!", "Remove it: .env.example lists them all."),
        ("QUETZAL_GUILD_IDS", "1", "Did you mean QUETZAL_GUILDS?"),
        ("QUETZAL_PANELS__MAIN__URL", "https://x.example.com", "are the same panel"),
        ("QUETZAL_DISCORD_TOKEN_FIL", "/x", "Did you mean QUETZAL_DISCORD_TOKEN_FILE?"),
    ],
)
def test_each_mistake_is_named_with_its_variable(load: Load, name: str, value: str, said: str) -> None:
    (sentence,) = problems(load, GOOD | {name: value})
    assert name.removesuffix("URL") in sentence
    assert said in sentence


def test_a_mistake_in_a_named_panel_carries_its_own_variable(load: Load) -> None:
    said = problems(
        load,
        GOOD
        | {"QUETZAL_PANELS__EU__URL": "x", "QUETZAL_PANELS__EU__URLL": "x", "QUETZAL_PANELS__EU__KEY": KEY},
    )
    assert [sentence.split()[0] for sentence in said] == [
        "QUETZAL_PANELS__EU__URLL",
        "QUETZAL_PANELS__EU__URL",
        "QUETZAL_PANELS__EU__GUILDS",
    ]
    assert "Did you mean QUETZAL_PANELS__EU__URL?" in said[0]


def test_all_mistakes_are_reported_at_once(load: Load) -> None:
    assert (
        len(problems(load, {"QUETZAL_PANEL_URL": "x", "QUETZAL_LOG_FORMAT": "y", "QUETZAL_NONSENSE": "z"}))
        == 6
    )


@pytest.mark.parametrize(("written", "read"), [("on", True), ("off", False)])
def test_live_connections_can_be_turned_off(load: Load, written: str, read: bool) -> None:
    assert load(GOOD | {"QUETZAL_WATCH_SOCKETS": written}).watch_sockets is read


@pytest.mark.parametrize(
    ("written", "read"), [({}, None), ({"QUETZAL_PUBLIC_PAGE_DIR": "/var/www/q"}, Path("/var/www/q"))]
)
def test_a_public_page_is_written_only_when_asked_for(
    load: Load, written: dict[str, str], read: Path | None
) -> None:
    assert load(GOOD | written).public_page_dir == read


@pytest.mark.parametrize(("written", "read"), [({}, None), ({"QUETZAL_PUBLIC_PAGE_PORT": "8082"}, 8082)])
def test_a_public_page_is_served_only_when_asked_for(
    load: Load, written: dict[str, str], read: int | None
) -> None:
    assert load(GOOD | written).public_page_port == read


@pytest.mark.parametrize(("written", "read"), [({}, False), ({"QUETZAL_PRESENCE": "on"}, True)])
def test_players_are_shown_in_the_bots_status_only_when_asked_for(
    load: Load, written: dict[str, str], read: bool
) -> None:
    assert load(GOOD | written).presence is read


@pytest.mark.parametrize(("written", "read"), [("on", True), ("off", False)])
def test_counting_players_can_be_turned_off(load: Load, written: str, read: bool) -> None:
    assert load(GOOD | {"QUETZAL_WATCH_PLAYERS": written}).watch_players is read


def test_times_that_people_type_are_in_the_time_zone_of_the_settings(load: Load) -> None:
    assert load(GOOD).time_zone.key == "UTC"
    assert load(GOOD | {"QUETZAL_TIME_ZONE": "Europe/Berlin"}).time_zone.key == "Europe/Berlin"
    with pytest.raises(SettingsInvalid, match="QUETZAL_TIME_ZONE must be the name of a time zone"):
        load(GOOD | {"QUETZAL_TIME_ZONE": "Berlin time"})


def test_a_panel_has_a_time_zone_of_its_own(load: Load) -> None:
    assert load(GOOD).panels["main"].time_zone is None
    zone = load(GOOD | {"QUETZAL_PANEL_TIME_ZONE": "America/New_York"}).panels["main"].time_zone
    assert zone == ZoneInfo("America/New_York")
    with pytest.raises(SettingsInvalid, match="QUETZAL_PANEL_TIME_ZONE must be the name of a time zone"):
        load(GOOD | {"QUETZAL_PANEL_TIME_ZONE": "UTC+2:00"})


def test_the_own_servers_are_listed_unless_all_are_asked_for(load: Load) -> None:
    assert load(GOOD).panels["main"].servers == "own"
    assert load({"QUETZAL_PANEL_SERVERS": "All"}).panels["main"].servers == "all"


def test_each_of_several_panels_has_its_own_choice(load: Load) -> None:
    panel = {"URL": "https://eu.example.com", "KEY": KEY, "GUILDS": f"{GUILD}=all", "SERVERS": "all"}
    named = {f"QUETZAL_PANELS__EU__{name}": value for name, value in panel.items()}
    assert load(GOOD | named).panels["eu"].servers == "all"


def test_anything_else_than_own_or_all_is_refused(load: Load) -> None:
    (problem,) = problems(load, GOOD | {"QUETZAL_PANEL_SERVERS": "some"})
    assert problem.startswith("QUETZAL_PANEL_SERVERS must be one of")
