"""Checks a panel's address, key, servers, permissions and nodes."""

from collections.abc import AsyncIterator, Iterator, Sequence
from ssl import SSLError

import aiohttp
from yarl import URL

from bot.client_configs import panel_config
from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.doctor.findings import LOOPBACK, Finding, Mark, clock, from_error, good, note, some, wrong
from bot.doctor.node_checks import check_node
from bot.domain.quoting import shown_address
from bot.panel import PanelClient
from bot.panel.errors import AddressForbidden, PanelError, PermissionMissing
from bot.panel.models import Server
from bot.settings import PanelSettings

# The permissions of each feature (docs/reference/panel-api.md#permissions); owner and root administrator have
# all.
FEATURES = {
    "console and live watch": ("websocket.connect", "control.console"),
    "power": ("control.start", "control.stop", "control.restart"),
    "files": ("file.read", "file.read-content", "file.create", "file.update", "file.delete", "file.archive"),
    "backups": ("backup.read", "backup.create", "backup.delete", "backup.download", "backup.restore"),
    "databases": (
        "database.read",
        "database.create",
        "database.update",
        "database.delete",
        "database.view_password",
    ),
    "schedules": ("schedule.read", "schedule.create", "schedule.update", "schedule.delete"),
    "startup and Docker image": ("startup.read", "startup.update", "startup.docker-image"),
    "name, description and reinstallation": ("settings.rename", "settings.reinstall"),
    "addresses": ("allocation.read", "allocation.create", "allocation.update", "allocation.delete"),
    "people with access in the panel": ("user.read", "user.create", "user.update", "user.delete"),
    "distinguishing crashes from stops": ("activity.read",),
}
_VIEWED = 50
"""Servers whose permissions are read: one request each, and the budget of a minute is shared with the bot."""
_PROBE_S = 15.0
_PROBE_BYTES = 64 * 1024
_ACCOUNT_PREFIXES, _APPLICATION_PREFIXES = ("ptlc_", "pacc_"), ("ptla_", "papp_")
_KEY_LENGTH = 48
_KEY_PAGE = "Create one in the panel: Account, API Credentials."


async def check_panel(panel_id: str, panel: PanelSettings, now: Clock) -> AsyncIterator[Finding]:
    """Check from the address to the key's permissions on each server; stop where the rest makes no sense."""
    address, reachable = await _check_address(panel.url, now)
    for finding in address:
        yield finding
    key_finding = _key_form(panel.key.get_secret_value())
    if key_finding:
        yield key_finding
    if not reachable:
        return
    async with PanelClient(panel_config(panel_id, panel), now.monotonic, sleep=now.sleep) as client:
        try:
            async for finding in _check_account(client, panel):
                yield finding
            servers = await client.servers.list_all()
        except PanelError as error:
            yield from_error(error)
            return
        for finding in _check_scope(panel, servers):
            yield finding
        seen, unseen = await _view_servers(client, servers[:_VIEWED])
        for finding in (*unseen, *_check_permissions(seen, len(servers))):
            yield finding
        async for finding in _check_nodes(client, seen):
            yield finding
    for name, node in panel.nodes.items():
        async for finding in check_node(name, node, servers, now):
            yield finding


async def _check_address(url: str, now: Clock) -> tuple[list[Finding], bool]:
    """Return the findings, and whether to go on."""
    address, findings = URL(url), list[Finding]()
    if address.scheme == "http" and address.host not in LOOPBACK:
        unencrypted = note(
            f"{url} isn't encrypted: the key can be read on the way.",
            "Use https:// if the panel and Quetzal aren't on the same trusted network.",
        )
        findings.append(unencrypted)
    try:
        # Without the key, so that it can't leak, and without following redirects.
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PROBE_S)) as session,
            session.get(
                f"{url}/api/client", headers={"Accept": "application/json"}, allow_redirects=False
            ) as response,
        ):
            answer = _who_answers(url, response, await response.content.read(_PROBE_BYTES))
            compared = clock("the panel", response.headers.get("Date"), now.now())
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [*findings, _unreachable(address, error)], False
    return [*findings, answer, *filter(None, [compared])], answer.mark is Mark.GOOD


def _who_answers(url: str, response: aiohttp.ClientResponse, body: bytes) -> Finding:
    match response.status:
        case 401 if response.content_type == "application/json" and b'"errors"' in body:  # a node: "error"
            return good(f"A panel answers at {url}.")
        case 301 | 302 | 303 | 307 | 308:
            target = _origin(response)
            if target == str(response.url.origin()):
                return wrong(
                    f"{url} sends Quetzal to another of its pages, most likely to log in.",
                    "Let /api/client pass every proxy as it is, the headers Accept and Authorization too.",
                )
            return wrong(
                f"{url} redirects to {target}, and Quetzal doesn't follow redirects.",
                f"If that is the panel, set {target} as its address; "
                "if it is a login page (Cloudflare Access, a proxy), let Quetzal pass it.",
            )
        case 502 | 503 | 504:
            return wrong(
                f"Something at {url} answers in the panel's place, with status {response.status}.",
                "The panel is down or in maintenance mode: check it first.",
            )
        case 403 | 429:
            return wrong(
                f"Something in front of {url} blocks Quetzal, with status {response.status}.",
                "Allow this machine's address in the firewall or bot protection, for /api/client.",
            )
        case _:
            return wrong(
                f"What answers at {url} isn't a Pterodactyl or Pelican panel (status {response.status}, "
                f"{response.content_type}).",
                "Use exactly the address at which you log in to the panel, without a path behind it; "
                "a node's address is another one.",
            )


def _origin(response: aiohttp.ClientResponse) -> str:
    """Return the origin that a redirect leads to; the rest may hold a token."""
    try:
        target = response.url.join(URL(response.headers.get("Location", "")))
        return str(target.origin())
    except ValueError:
        return "somewhere else"


def _unreachable(address: URL, error: Exception) -> Finding:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return wrong(
                f"The host name {address.host} doesn't exist.", "Check the spelling, and this machine's DNS."
            )
        case aiohttp.ClientConnectorCertificateError():
            return wrong(
                f"The certificate of {address.host} isn't valid.",
                "Renew it, or use the name it is for. A private CA: name its certificate in SSL_CERT_FILE.",
            )
        case aiohttp.ClientSSLError() | SSLError():
            return wrong(
                f"{shown_address(address.host or '', address.port or 0)} doesn't use TLS.",
                "Perhaps it uses http://.",
            )
        case TimeoutError():
            return wrong(
                f"{address} didn't answer within {_PROBE_S:.0f} s.",
                "A firewall may block this machine.",
            )
        case aiohttp.ClientConnectorError():
            return wrong(
                f"Nothing listens at {shown_address(address.host or '', address.port or 0)}.",
                "Check the address, and whether the panel runs.",
            )
        case _:
            return wrong(
                f"{address} does not speak HTTP as it should ({type(error).__name__}).", "Check the address."
            )


def _key_form(key: str) -> Finding | None:
    if key.startswith(_APPLICATION_PREFIXES):
        return wrong(
            "The key is an application key (made by an administrator).",
            f"Quetzal needs an account key. {_KEY_PAGE}",
        )
    if not key.startswith(_ACCOUNT_PREFIXES):
        return note(
            "The key begins neither with ptlc_ (Pterodactyl) nor with pacc_ (Pelican).",
            f"Only keys of very old panels look like that. {_KEY_PAGE}",
        )
    if len(key) != _KEY_LENGTH:
        return wrong(
            f"The key has {len(key)} characters instead of {_KEY_LENGTH}.", "Copy the whole key again."
        )
    return None


async def _check_account(client: PanelClient, panel: PanelSettings) -> AsyncIterator[Finding]:
    account = await client.account.view()
    yield good(f"The panel accepts the key; it belongs to {account.username}.")
    if account.is_admin:
        yield note(
            f"{account.username} is a panel administrator: its key has access to every server.",
            "A separate account that is a subuser of Quetzal's servers is safer.",
        )
        if panel.servers == "all":
            yield good("Quetzal lists every server of the panel (SERVERS=all).")
        else:
            yield note(
                f"Quetzal lists only the servers of {account.username} itself (SERVERS=own).",
                "To list every server of the panel, set QUETZAL_PANEL_SERVERS=all, "
                "or QUETZAL_PANELS__<ID>__SERVERS=all.",
            )
    elif panel.servers == "all":
        yield wrong(
            f"SERVERS=all needs the key of a panel administrator, and {account.username} is none.",
            "Leave it out, so that Quetzal lists the servers of the account; or use an administrator's key.",
        )
    limit = client.budget.limit
    if limit is not None:
        yield good(f"The panel allows this account {limit} requests a minute.")


def _check_scope(panel: PanelSettings, servers: Sequence[Server]) -> Iterator[Finding]:
    if not servers:
        yield wrong(
            "The account has access to no server.",
            "In the panel, open a server, Users, and add the account; or use the key of the servers' owner.",
        )
        return
    yield good(
        f"Servers that the account has access to: {len(servers)} ({some(server.name for server in servers)})."
    )
    known = {name for server in servers for name in (server.identifier.lower(), server.uuid, server.uuid[:8])}
    for guild_id, scope in panel.guilds.items():
        absent = [] if scope == "all" else sorted(scope - known)
        if absent:
            yield wrong(
                f"Discord server {guild_id} should see {some(absent)}, which the account does not.",
                "Correct the setting, or make the account a subuser there.",
            )


async def _view_servers(client: PanelClient, servers: Sequence[Server]) -> tuple[list[Server], list[Finding]]:
    seen: list[Server] = []
    unseen: list[Finding] = []
    for server in servers:
        try:
            seen.append(await client.servers.view(server.uuid))
        except PanelError as error:
            unseen.append(from_error(error, about=f"{server.name}: "))
    return seen, unseen


def _check_permissions(servers: Sequence[Server], of: int) -> Iterator[Finding]:
    lacking: dict[str, list[str]] = {}
    for server in servers:
        missing = "; ".join(_lacks(server))
        if missing:
            lacking.setdefault(missing, []).append(server.name)
    for missing, names in lacking.items():
        yield note(
            f"On {some(names)} the account lacks {missing}.",
            "To allow it, tick the permission in the panel: the server, Users, the account.",
        )
    if servers and not lacking:
        yield good(
            f"The account has every permission Quetzal uses, on {len(servers)} of {of} checked servers."
        )


def _lacks(server: Server) -> Iterator[str]:
    held = server.permissions or frozenset()
    if server.is_owner or "*" in held:
        return
    for feature, needed in FEATURES.items():
        missing = [permission for permission in needed if permission not in held]
        if missing:
            yield f"for {feature}: {', '.join(missing)}"


async def _check_nodes(client: PanelClient, servers: Sequence[Server]) -> AsyncIterator[Finding]:
    """Open one live connection on each node, as the console will."""
    one_each = {server.node: server for server in reversed(servers) if "websocket.connect" in _held(server)}
    for node, server in one_each.items():
        try:
            async with client.sockets.open(server.uuid):
                yield good(f"The node {node} is reachable.")
        except PermissionMissing:
            continue  # reported already
        except AddressForbidden as error:
            yield wrong(
                f"Node {node}: {error.happened}", f"{error.next_step} It is QUETZAL_PANEL_NODE_HOSTS."
            )
        except QuetzalError as error:
            yield from_error(error, about=f"Node {node}: ")


def _held(server: Server) -> frozenset[str]:
    return frozenset({"websocket.connect"}) if server.is_owner else server.permissions or frozenset()
