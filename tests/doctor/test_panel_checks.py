"""`quetzal doctor` checks the panel: its address, the key, the servers and the nodes."""

import pytest

from bot.settings import PanelSettings
from sandbox import Fault, RealClock, Sandbox
from sandbox.world import World
from tests.doctor.examination import examined, notes, panel_settings, wrongs
from tests.support.discord_standin import GUILD_ID


async def test_a_good_panel_has_nothing_to_mend(panel: Sandbox) -> None:
    results = await examined(panel_settings(panel))
    assert not wrongs(results)
    assert not notes(results)
    said = "\n".join(map(str, results))
    for fact in (
        "A panel answers at",
        "clock agrees",
        "belongs to owner",
        "720 requests",
        "(Survival)",
        "every permission Quetzal uses",
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
        (lambda _: ACCOUNT_KEY, ["The panel rejects the API key."]),
        (
            application_key,
            [
                "The key is an application key",
                "The API key is an application key; Quetzal needs an account key.",
            ],
        ),
        (lambda _: ACCOUNT_KEY[:-3], ["has 45 characters instead of 48", "rejects"]),
        (blocked_key, ["isn't allowed from this machine's address"]),
        (key_of_an_account_without_second_factor, ["two-factor authentication"]),
        (key_of_somebody_without_servers, ["The account has access to no server."]),
    ],
    ids=["unknown", "application", "cut", "blocked", "second-factor", "no-servers"],
)
async def test_each_trouble_with_a_key_is_distinguished(
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
    assert "has access to every server" in notes(await examined(panel_settings(panel)))[0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            Fault.redirect("https://panel.example.com/api/client?token=canary"),
            "redirects to https://panel.example.com,",
        ),
        (Fault.redirect(), "most likely to log in"),
        (Fault.html_200(), "isn't a Pterodactyl or Pelican panel (status 200, text/html)"),
        (Fault.status(502, html=True), "with status 502"),
        (Fault.status(403, html=True), "blocks Quetzal"),
        (Fault.cut(), "does not speak HTTP as it should"),
    ],
)
async def test_each_trouble_with_the_address_is_distinguished(
    panel: Sandbox, fault: Fault, said: str
) -> None:
    panel.faults.add(fault)
    results = await examined(panel_settings(panel))
    (finding,) = wrongs(results)
    assert said in finding
    assert "canary" not in finding


async def test_a_nodes_address_is_not_taken_for_the_panels(panel: Sandbox) -> None:
    (finding,) = wrongs(await examined(panel_settings(panel, url=panel.node_url)))
    assert "isn't a Pterodactyl or Pelican panel (status 401" in finding
    assert "a node's address is another one" in finding


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1", "Nothing listens at 127.0.0.1:1."),
        ("https://127.0.0.1:{port}", "doesn't use TLS"),
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


async def test_a_server_in_the_settings_that_the_key_cannot_see_is_wrong(panel: Sandbox) -> None:
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


async def test_a_node_with_a_token_reports_its_version_and_its_servers(panel: Sandbox) -> None:
    results = await examined(with_node(panel))
    assert not wrongs(results)
    said = "\n".join(map(str, results))
    assert "Node first accepts the token and runs Wings 1.11.11." in said
    assert "The clock agrees with node first." in said
    assert "Node first (node-1 in the panel) runs 1 server: Survival." in said


async def test_each_trouble_with_a_nodes_token_is_distinguished(panel: Sandbox) -> None:
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
    assert "isn't allowed to connect to" in finding
    assert "QUETZAL_PANEL_NODE_HOSTS" in finding


async def test_an_administrators_key_lists_its_own_servers_and_the_setting_is_named(panel: Sandbox) -> None:
    panel.world.add_server(name="Lobby", owner="admin")

    results = "\n".join(map(str, await examined(panel_settings(panel, panel.world.key_of("admin")))))

    assert "lists only the servers of admin itself (SERVERS=own)" in results
    assert "QUETZAL_PANELS__<ID>__SERVERS=all" in results
    assert "(Lobby)" in results


async def test_with_the_setting_every_server_of_the_panel_is_listed(panel: Sandbox) -> None:
    panel.world.add_server(name="Lobby", owner="admin")

    results = await examined(panel_settings(panel, panel.world.key_of("admin"), servers="all"))

    said = "\n".join(map(str, results))
    assert "lists every server of the panel (SERVERS=all)" in said
    assert "Survival" in said
    assert "Lobby" in said
    assert not wrongs(results)


async def test_the_setting_without_an_administrators_key_is_wrong(panel: Sandbox) -> None:
    wrong = wrongs(await examined(panel_settings(panel, servers="all")))

    assert any("SERVERS=all needs the key of a panel administrator" in finding for finding in wrong)
