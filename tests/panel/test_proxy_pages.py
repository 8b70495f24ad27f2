"""A page in the panel's place, or the node's: each status, each kind of body, on reads and on changes."""

from collections.abc import Awaitable, Callable, Collection

import pytest

from bot.panel import PanelClient, errors
from bot.panel.models import PowerSignal
from tests.panel.conftest import UUID, Clock
from tests.panel.transfers import pieces, serve
from tests.support.origin import Origin, http

BODIES = {
    "page": ("<!DOCTYPE html><html><body>Access denied</body></html>", {"Content-Type": "text/html"}),
    "page without a type": ("<html><h1>Blocked</h1></html>", {"Content-Type": ""}),
    "text": ("error code: 1020", {"Content-Type": "text/plain"}),
    "nothing": ("", {}),
    "JSON of its own": ('{"success": false, "message": "blocked"}', {}),
}
REFUSED = (400, 401, 403, 405, 406, 407, 408, 410, 413, 414, 418, 421, 429, 431, 444, 451, 494)
NEVER_PASSED_ON = (521, 523, 525, 526, 530)
UNANSWERED = (502, 503, 504, 520, 522, 524, 527, 529)
FAULTS = (500, 501, 507, 599)
EVERY = (*REFUSED, *NEVER_PASSED_ON, *UNANSWERED, *FAULTS)

Ask = Callable[[PanelClient], Awaitable[object]]
READS: dict[str, Ask] = {
    "list": lambda c: c.servers.page(fresh=True),
    "resources": lambda c: c.servers.resources(UUID),
    "file": lambda c: c.files.read(UUID, "/a"),
}
CHANGES: dict[str, Ask] = {
    "power": lambda c: c.servers.power(UUID, PowerSignal.STOP),
    "command": lambda c: c.servers.command(UUID, "say hi"),
    "rename": lambda c: c.files.rename(UUID, [("a", "b")]),
    "backup": lambda c: c.backups.create(UUID),
    "write": lambda c: c.files.write(UUID, "/a", b"text"),
}


def every_page(bodies: Collection[str]) -> pytest.MarkDecorator:
    """Play each status and each body in the suite, with one another in `make sweep`."""
    pages = [
        pytest.param(status, body, marks=() if (number + turn) % len(bodies) == 0 else pytest.mark.sweep)
        for number, status in enumerate(EVERY)
        for turn, body in enumerate(bodies)
    ]
    return pytest.mark.parametrize(("status", "body"), pages)


def expected(status: int, *, change: bool, content: bool = False) -> type[errors.PanelError]:
    if status == 429:
        return errors.FirewallLimited
    if status == 413 and content:
        return errors.BodyTooLarge
    if status in REFUSED:
        return errors.FirewallRefused
    if change and status not in NEVER_PASSED_ON:
        return errors.OutcomeUnknown
    return errors.PanelFault if status in FAULTS else errors.GatewayUnanswered


@every_page(BODIES)
async def test_each_page_is_one_named_error(
    status: int, body: str, client: PanelClient, origin: Origin, clock: Clock
) -> None:
    text, headers = BODIES[body]
    origin.answers(http(status, text, {**headers, "Retry-After": "30"}))
    asks = [(name, ask, False) for name, ask in READS.items()]
    asks += [(name, ask, True) for name, ask in CHANGES.items()]
    for name, ask, change in asks:
        clock.now += 1000  # whatever an earlier page blocked is over
        before = len(origin.requests)
        with pytest.raises(errors.PanelError) as caught:
            await ask(client)
        if isinstance(caught.value, errors.PanelDown):
            continue  # the panel itself answers like this, too
        assert type(caught.value) is expected(status, change=change, content=name == "write"), name
        if status in REFUSED:
            assert caught.value.state == "Nothing was changed."
            assert len(origin.requests) == before + 1
        if type(caught.value) is errors.FirewallRefused:
            assert f"(HTTP {status})" in caught.value.happened


async def test_a_refused_signal_reads_well(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(403, *BODIES["page"]))
    with pytest.raises(errors.FirewallRefused) as caught:
        await client.servers.power(UUID, PowerSignal.STOP)
    assert caught.value.sentence == (
        "A firewall or proxy in front of the panel refused the request (HTTP 403). Nothing was changed. "
        "Whoever runs the panel should allow the bot's address there, for everything below `/api/client`."
    )


async def test_a_page_for_a_server_says_that_its_node_may_be_silent(
    client: PanelClient, origin: Origin
) -> None:
    origin.answers(http(504, *BODIES["page"]))
    with pytest.raises(errors.GatewayUnanswered) as caught:
        await client.servers.resources(UUID)
    assert "or the node (HTTP 504)" in caught.value.happened
    with pytest.raises(errors.GatewayUnanswered) as caught:
        await client.account.view()
    assert "machine" not in caught.value.happened


@every_page([name for name in BODIES if name != "JSON of its own"])
async def test_a_page_in_the_nodes_place(status: int, body: str, client: PanelClient, origin: Origin) -> None:
    reply = http(status, *BODIES[body])
    serve(origin, reply, reply)
    with pytest.raises(errors.PanelError) as download:
        await client.files.download(UUID, "/a").__aenter__()
    with pytest.raises(errors.PanelError) as upload:
        await client.files.upload(UUID, "/", "a", pieces(b"abc"), 3)
    if status in REFUSED:
        assert type(download.value) is errors.NodeFirewallRefused
        assert type(upload.value) is (errors.UploadTooLarge if status == 413 else errors.NodeFirewallRefused)
        assert upload.value.state == "Nothing was changed."
        return
    silent = errors.NodeFault if status in FAULTS else errors.NodeDown
    assert type(download.value) is silent
    assert type(upload.value) is (silent if status in NEVER_PASSED_ON else errors.OutcomeUnknown)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "to"),
    [
        (
            "https://team.cloudflareaccess.com/cdn-cgi/access/login?kid=canary",
            "https://team.cloudflareaccess.com",
        ),
        ("https://user:canary@127.0.0.1:8443/api/client", "https://127.0.0.1:8443"),
        ("//sso.example.com/canary", "https://sso.example.com"),
        ("/auth/login?canary", "another of its pages, most likely to log in"),
        ("https://`canary*/", "another of its pages, most likely to log in"),
        ("", "another of its pages, most likely to log in"),
    ],
)
async def test_a_redirect_was_not_passed_on_either(
    status: int, location: str, to: str, client: PanelClient, origin: Origin
) -> None:
    origin.answers(http(status, *("", {"Location": location}) if location else ("",)))
    for ask in (READS["list"], CHANGES["power"]):
        with pytest.raises(errors.RedirectedAway) as caught:
            await ask(client)
        assert caught.value.happened == (
            f"The panel's address redirects to {to} (HTTP {status}), so nothing was sent."
        )
        assert caught.value.state == "Nothing was changed."
        assert "canary" not in caught.value.sentence
        assert "log" in caught.value.next_step


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "errors": [{"code": 1000, "message": "denied"}], "result": None},
        {"errors": [{"code": "forbidden", "message": "no"}]},
        {"errors": [{"code": None, "detail": "no"}]},
        {"errors": [{"code": ["a"], "detail": "no"}]},
        {"errors": {"name": ["The name is wrong."]}},
        {"errors": [{"message": "no", "extensions": {"code": "DENIED"}}]},
        {"errors": ["no"]},
        {"message": "Forbidden"},
        {"detail": "Not Found"},
        {"type": "about:blank", "title": "Error 1015", "error_code": 1015},
        [],
    ],
    ids=lambda body: str(body)[:40],
)
async def test_another_applications_errors_are_not_the_panels(
    status: int, body: dict[str, object], client: PanelClient, origin: Origin
) -> None:
    origin.answers(http(status, body, {"Content-Type": "application/problem+json"}))
    with pytest.raises(errors.FirewallRefused) as caught:
        await CHANGES["power"](client)
    assert caught.value.state == "Nothing was changed."
