"""Somebody runs `quetzal doctor` on all kinds of set-ups, and reads what is wrong and how to mend it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.client import COMMANDS_FILE, RegisteredCommands
from bot.core.clock import Clock
from bot.core.discord_endpoint import point_discord_at
from bot.doctor.discord_checks import check_discord, looks_like_token
from bot.doctor.findings import Finding, Mark, clock
from bot.doctor.local_checks import check_data_dir, check_vault
from bot.doctor.panel_checks import check_panel
from bot.domain.notifications import ClosedChannel, MessageKind
from bot.settings import PanelSettings, Settings
from bot.storage import STORE, Store
from bot.storage.repositories import closed_channels, outbox
from sandbox import Fault, RealClock, Sandbox
from sandbox.world import World
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin

# The sandbox's answers carry the Date of its clock, the real one here, as the doctor uses.
NOW = Clock()


@pytest.fixture
async def panel() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=RealClock()) as sandbox:
        sandbox.world.add_server(name="Survival", owner="owner", state="running")
        yield sandbox


def panel_settings(panel: Sandbox, key: str | None = None, **changes: object) -> PanelSettings:
    values = {"url": panel.panel_url, "key": key or panel.world.key_of("owner"), "guilds": {GUILD_ID: "all"}}
    return PanelSettings.model_validate(values | changes)


async def examined(settings: PanelSettings, now: Clock = NOW) -> list[Finding]:
    return [finding async for finding in check_panel("main", settings, now)]


async def on_discord(settings: Settings, now: Clock = NOW) -> list[Finding]:
    return [finding async for finding in check_discord(settings, now)]


def bot_settings(data_dir: Path = Path("data"), token: str = TOKEN, **changes: object) -> Settings:
    panel = {"url": "https://panel.example.com", "key": "ptlc_x", "guilds": {GUILD_ID: "all"}}
    values = {"discord_token": token, "panels": {"main": panel}, "data_dir": data_dir}
    return Settings.model_validate(values | changes)


def wrongs(findings: list[Finding]) -> list[str]:
    return [f"{finding.summary} {finding.fix}" for finding in findings if finding.mark is Mark.WRONG]


def notes(findings: list[Finding]) -> list[str]:
    return [f"{finding.summary} {finding.fix}" for finding in findings if finding.mark is Mark.NOTE]


async def test_a_good_panel_has_nothing_to_mend(panel: Sandbox) -> None:
    results = await examined(panel_settings(panel))
    assert not wrongs(results)
    assert not notes(results)
    said = "\n".join(map(str, results))
    for fact in (
        "A panel answers at",
        "clock agrees",
        "belongs to owner",
        "720 times",
        "(Survival)",
        "everything Quetzal can",
        "node",
    ):
        assert fact in said
    assert not panel.unknown_routes


ACCOUNT_KEY = "ptlc_" + "0" * 43


def application_key(world: World) -> str:
    return world.add_key(world.user("owner"), kind="application").token


def blocked_key(world: World) -> str:
    return world.add_key(world.user("owner"), allowed_ips=("192.0.2.7",)).token


def key_of_an_account_without_second_factor(world: World) -> str:
    world.settings.require_two_factor = 2
    return world.key_of("owner")


def key_of_somebody_without_servers(world: World) -> str:
    return world.key_of("stranger")


@pytest.mark.parametrize(
    ("make_key", "said"),
    [
        (lambda _: ACCOUNT_KEY, ["The panel does not accept the API key."]),
        (
            application_key,
            [
                "The key is an application key",
                "The API key is an application key; Quetzal needs an account key.",
            ],
        ),
        (lambda _: ACCOUNT_KEY[:-3], ["has 45 characters instead of 48", "does not accept"]),
        (blocked_key, ["may not be used from this machine's address"]),
        (key_of_an_account_without_second_factor, ["two-factor authentication"]),
        (key_of_somebody_without_servers, ["The account sees no server."]),
    ],
    ids=["unknown", "application", "cut", "blocked", "second-factor", "no-servers"],
)
async def test_each_trouble_with_a_key_is_told_apart(
    panel: Sandbox, make_key: object, said: list[str]
) -> None:
    assert callable(make_key)
    key = make_key(panel.world)
    results = await examined(panel_settings(panel, key))
    wrong = wrongs(results)
    assert len(wrong) == len(said)
    for sentence, words in zip(wrong, said, strict=True):
        assert words in sentence
    assert key not in "\n".join(map(str, results))


async def test_a_key_without_a_prefix_is_noted_only(panel: Sandbox) -> None:
    old = panel.world.add_key(panel.world.user("owner"), token="0123456789abcdef" + "x" * 32).token
    results = await examined(panel_settings(panel, old))
    assert not wrongs(results)
    assert "neither with ptlc_" in notes(results)[0]


async def test_an_administrators_key_is_noted(panel: Sandbox) -> None:
    panel.world.user("owner").admin = True
    assert "opens every server" in notes(await examined(panel_settings(panel)))[0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            Fault.redirect("https://panel.example.com/api/client?token=canary"),
            "redirects to https://panel.example.com,",
        ),
        (Fault.redirect(), "most likely to log in"),
        (Fault.html_200(), "is not a Pterodactyl or Pelican panel (status 200, text/html)"),
        (Fault.status(502, html=True), "with status 502"),
        (Fault.status(403, html=True), "turns Quetzal away"),
        (Fault.cut(), "does not speak HTTP as it should"),
    ],
)
async def test_each_trouble_with_the_address_is_told_apart(panel: Sandbox, fault: Fault, said: str) -> None:
    panel.faults.add(fault)
    results = await examined(panel_settings(panel))
    (finding,) = wrongs(results)
    assert said in finding
    assert "canary" not in finding


async def test_a_nodes_address_is_not_taken_for_the_panels(panel: Sandbox) -> None:
    (finding,) = wrongs(await examined(panel_settings(panel, url=panel.node_url)))
    assert "is not a Pterodactyl or Pelican panel (status 401" in finding
    assert "a node's address is another one" in finding


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1", "Nothing listens at 127.0.0.1:1."),
        ("https://127.0.0.1:{port}", "does not speak TLS"),
    ],
)
async def test_an_address_that_cannot_be_reached_is_explained(panel: Sandbox, url: str, said: str) -> None:
    port = panel.panel_url.rsplit(":", 1)[1]
    (finding,) = wrongs(await examined(panel_settings(panel, url=url.format(port=port))))
    assert said in finding


async def test_missing_permissions_are_listed_by_what_they_are_for(panel: Sandbox) -> None:
    server = next(iter(panel.world.servers.values()))
    panel.world.add_subuser(server, "narrow", ["control.start", "websocket.connect"])
    (note,) = notes(await examined(panel_settings(panel, panel.world.key_of("narrow"))))
    assert "On Survival the account lacks for console and live watch: control.console;" in note
    assert "for power: control.stop, control.restart;" in note
    assert "for backups: backup.read, backup.create," in note


async def test_a_server_of_the_settings_that_nobody_sees_is_wrong(panel: Sandbox) -> None:
    short = next(iter(panel.world.servers))[:8]
    (finding,) = wrongs(
        await examined(panel_settings(panel, guilds={GUILD_ID: f"{short}|deadbeef".split("|")}))
    )
    assert "should see deadbeef, which" in finding


async def test_a_node_that_is_down_is_wrong(panel: Sandbox) -> None:
    panel.node_down()
    (finding,) = wrongs(await examined(panel_settings(panel)))
    assert finding.startswith("Node ")


def with_node(panel: Sandbox, **changes: str) -> PanelSettings:
    node = {"url": panel.node_url, "token": panel.world.node.secret}
    return panel_settings(panel, nodes={"first": node | changes})


async def test_a_node_with_a_token_tells_its_version_and_its_servers(panel: Sandbox) -> None:
    results = await examined(with_node(panel))
    assert not wrongs(results)
    said = "\n".join(map(str, results))
    assert "Node first accepts the token and runs Wings 1.11.11." in said
    assert "The clock agrees with node first." in said
    assert "Node first (node-1 in the panel) runs 1 server: Survival." in said


async def test_each_trouble_with_a_nodes_token_is_told_apart(panel: Sandbox) -> None:
    cases = {
        "wrong": "doesn't accept the token. Copy `token`",
        panel.world.key_of("owner"): "because it is an API key of the panel",
        f"id.{panel.world.node.secret}": "because its id stands in front of it",
    }
    for token, said in cases.items():
        results = await examined(with_node(panel, token=token))
        (finding,) = wrongs(results)
        assert finding.startswith(f"Node first ({panel.node_url}): The node ")
        assert said in finding
        assert token not in "\n".join(map(str, results))


async def test_another_panels_node_is_wrong(panel: Sandbox) -> None:
    async with Sandbox(clock=RealClock(), seed=2) as other:
        other.world.add_server("Elsewhere")
        results = await examined(with_node(panel, url=other.node_url, token=other.world.node.secret))
    (finding,) = wrongs(results)
    assert "Node first runs 1 server, but none that the panel account sees." in finding


async def test_the_panels_address_is_not_taken_for_a_nodes(panel: Sandbox) -> None:
    (finding,) = wrongs(await examined(with_node(panel, url=panel.panel_url)))
    assert "Something other than Wings answered" in finding


async def test_a_node_outside_of_the_named_hosts_is_wrong(panel: Sandbox) -> None:
    (finding,) = wrongs(await examined(panel_settings(panel, node_hosts=("elsewhere.example.com",))))
    assert "not allowed to connect to" in finding
    assert "QUETZAL_PANEL_NODE_HOSTS" in finding


async def test_good_discord_has_nothing_to_mend(discord_standin: DiscordStandin) -> None:
    results = await on_discord(bot_settings())
    assert not wrongs(results)
    said = "\n".join(map(str, results))
    assert "this is Quetzal" in said
    assert "The bot is in Acme Games" in said
    assert "in 1 of 1 text channels" in said


async def test_commands_that_discord_has_lost_are_wrong(
    discord_standin: DiscordStandin, tmp_path: Path
) -> None:
    settings = bot_settings().model_copy(update={"data_dir": tmp_path})
    said = "\n".join(map(str, await on_discord(settings)))
    assert "none are registered yet" in said
    RegisteredCommands(tmp_path / COMMANDS_FILE).note(GUILD_ID, "digest")
    (finding,) = wrongs(await on_discord(settings))
    assert "Discord has none of the bot's commands in Acme Games" in finding
    assert "Restart the bot" in finding


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (TOKEN.replace("stand", "canry"), "It was reset"),
        ("canary-client-secret", "It is neither the client secret"),
    ],
)
async def test_a_refused_token_is_explained_by_its_form(
    discord_standin: DiscordStandin, token: str, said: str
) -> None:
    (finding,) = wrongs(await on_discord(bot_settings(token=token)))
    assert said in finding
    assert token not in finding


async def test_a_guild_without_the_bot_gets_an_invitation(discord_standin: DiscordStandin) -> None:
    discord_standin.knows_guild = False
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "The bot is not in the Discord server" in finding
    assert f"guild_id={GUILD_ID}" in finding


async def test_missing_channel_permissions_are_named(discord_standin: DiscordStandin) -> None:
    discord_standin.permissions = str(discord.Permissions(view_channel=True, send_messages=True).value)
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "Attach Files, Embed Links" in finding


async def test_discord_out_of_reach_is_explained(discord_standin: DiscordStandin) -> None:
    point_discord_at("http://127.0.0.1:1")
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "Discord cannot be reached" in finding


async def test_discord_failing_halfway_ends_the_look_at_it_in_a_sentence(
    discord_standin: DiscordStandin,
) -> None:
    discord_standin.understands = False
    (finding,) = wrongs(await on_discord(bot_settings()))
    assert "Discord does not answer as it should (status 400)." in finding


async def test_a_clock_that_is_off_is_told_on_both_sides(
    panel: Sandbox, discord_standin: DiscordStandin
) -> None:
    late = Clock(now=lambda: datetime.now(UTC) - timedelta(hours=1))
    assert any(
        "s behind the panel's." in finding for finding in wrongs(await examined(panel_settings(panel), late))
    )
    assert any("s behind Discord's." in finding for finding in wrongs(await on_discord(bot_settings(), late)))


@pytest.mark.parametrize(
    ("header", "mark"),
    [
        ("Thu, 01 Jan 2026 00:00:05 GMT", Mark.GOOD),
        ("Thu, 01 Jan 2026 00:01:00 GMT", Mark.NOTE),
        ("Wed, 31 Dec 2025 23:00:00 GMT", Mark.WRONG),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(header: str | None, mark: Mark | None) -> None:
    finding = clock("the panel", header, datetime(2026, 1, 1, tzinfo=UTC))
    assert (finding.mark if finding else None) is mark


@pytest.mark.parametrize(
    ("text", "does"),
    [(TOKEN, True), ("a.b.c", False), ("only-one-part", False), ("..", False), ("OTAw.x.", False)],
)
def test_a_token_is_known_by_its_form(text: str, does: bool) -> None:
    assert looks_like_token(text) is does


def test_a_data_directory_in_order(tmp_path: Path) -> None:
    results = list(check_data_dir(bot_settings(tmp_path / "data")))
    assert {finding.mark for finding in results} == {Mark.GOOD}


def test_a_data_directory_that_others_can_read_is_noted(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert "chmod 700" in notes(list(check_data_dir(bot_settings(tmp_path))))[0]


def test_a_data_directory_that_cannot_be_made_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (finding,) = wrongs(list(check_data_dir(bot_settings(tmp_path / "file" / "data"))))
    assert "cannot be written to" in finding


def test_an_unusable_store_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "quetzal.db").mkdir()
    assert "store" in wrongs(list(check_data_dir(bot_settings(tmp_path))))[0]


def test_encryption_keys_are_checked_for_their_form() -> None:
    assert notes(list(check_vault(bot_settings())))
    (finding,) = wrongs(list(check_vault(bot_settings(encryption_keys=(SecretStr("canary-no-key"),)))))
    assert "canary" not in finding


def test_names_cannot_drive_the_terminal() -> None:
    assert "\x1b" not in str(Finding(Mark.GOOD, "evil \x1b[2J name"))


async def test_what_waits_to_be_delivered_is_told_with_since_when_and_why(tmp_path: Path) -> None:
    made_at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    store = await Store.open(directory / STORE, now=made_at)

    async def post(conn: AsyncConnection) -> None:
        for channel_id in (11, 11, 22):
            await outbox.post(
                conn,
                guild_id=GUILD_ID,
                panel_id="main",
                channel_id=channel_id,
                kind=MessageKind.ALERT,
                group_key="",
                incident_ids=(),
                now=made_at,
            )
        await closed_channels.put(
            conn, ClosedChannel(22, GUILD_ID, "main", "Quetzal may not write there.", made_at)
        )

    await store.write(post)
    await store.close()
    results = [*check_data_dir(bot_settings(directory))]
    (waits,) = notes(results)
    assert "2 alert messages for channel 11 not delivered since 2026-11-23 12:00 UTC" in waits
    assert "Next attempt at 12:00 UTC" in waits
    (closed,) = wrongs(results)
    assert "1 alert message for channel 22" in closed and "Quetzal may not write there." in closed
    assert "/alerts channel" in closed
