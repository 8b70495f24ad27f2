"""The tokens a panel signs for its node: JSON Web Tokens (HS256) with the claims that were recorded.

Written here rather than taken from a library: these few lines judge `exp` by the sandbox's clock.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.model import GameServer, User
from sandbox.node.versions import Wings
from sandbox.permissions import unique
from sandbox.world import World

URL_LIFETIME_S = 15 * 60
SOCKET_LIFETIME_S = 10 * 60
_REMEMBERED_S = 60 * 60
_NOT_BEFORE_S = 5 * 60

Claims = dict[str, Any]


class BadToken(Exception):
    """Not a token, not signed with the node's secret, or not valid at this time."""


def file_url(world: World, server: GameServer, user: User, path: str) -> str:
    """Return a signed URL that downloads one file, once."""
    claims = _claims(world, server, user, URL_LIFETIME_S, first={"file_path": path})
    return _url(world, server, "download/file", claims, "file-download")


def backup_url(world: World, server: GameServer, user: User, backup_uuid: str) -> str:
    """Return a signed URL that downloads one backup, once."""
    claims = _claims(world, server, user, URL_LIFETIME_S, first={"backup_uuid": backup_uuid})
    return _url(world, server, "download/backup", claims, "backup-download")


def upload_url(world: World, server: GameServer, user: User) -> str:
    """Return a signed URL that takes one upload."""
    return _url(world, server, "upload/file", _claims(world, server, user, URL_LIFETIME_S), "file-upload")


def socket_token(
    world: World,
    server: GameServer,
    user: User,
    permissions: list[str] | None = None,
    *,
    lifetime_s: float = SOCKET_LIFETIME_S,
) -> str:
    """Return a token for the websocket, with the user's permissions on this server unless given others."""
    permissions = server.permissions_of(user) or [] if permissions is None else permissions
    claims = _claims(world, server, user, lifetime_s, last={"permissions": unique(permissions)})
    return encode(_scoped(world, claims, "websocket"), server.node.secret)


def socket_url(server: GameServer) -> str:
    """Return where the server's websocket is."""
    return f"{server.node.socket_url}/api/servers/{server.uuid}/ws"


def identity(user: User, server: GameServer) -> str:
    """Return the `jti` that all tokens of this person and server share (checked on recorded ones)."""
    return hashlib.md5(f"{user.id}{server.uuid}".encode(), usedforsecurity=False).hexdigest()


def encode(claims: Mapping[str, Any], secret: str) -> str:
    """Sign claims."""
    body = f"{_pack({'typ': 'JWT', 'alg': 'HS256'})}.{_pack(claims)}"
    return f"{body}.{_signature(body, secret)}"


def decode(token: str, secret: str) -> Claims:
    """Return the claims of a well-signed token; its times are not judged.

    Raises BadToken.
    """
    body, _, signature = token.rpartition(".")
    if not token.isascii() or not hmac.compare_digest(signature, _signature(body, secret)):
        raise BadToken
    return _unpack(body)


def holder_claims(token: str) -> Claims:
    """Return the claims a token says it has, unchecked: only to find out whose secret to check it with.

    Raises BadToken.
    """
    return _unpack(token.rpartition(".")[0])


def revoke(world: World, server: GameServer, user: User) -> None:
    """Revoke all socket tokens of a person, as the panel asks when a subuser is changed or removed.

    Tokens name whole seconds, the node's list does not: those that are issued later in this second are
    refused, too (wings/ws-token-fetched-in-the-second-of-a-permission-change).
    """
    server.node.revoked[identity(user, server)] = int(world.now().timestamp()) + 1


def socket_refusal(world: World, server: GameServer, claims: Claims) -> str | None:
    """Return why a websocket's token does not hold (any more), in Wings' words."""
    started = server.node.started_at
    boot = 0 if started is None else int(started.timestamp())
    void_before = max(boot, server.node.revoked.get(str(claims.get("jti")), 0))
    wings = Wings.of(world.mode, server.node.wings_version)
    has_scope = not wings.needs_scope or "websocket" in str(claims.get("scope", "")).split()
    if world.now().timestamp() >= claims.get("exp", 0):
        return "jwt: exp claim is invalid"
    if claims.get("iat", 0) < void_before:
        return "jwt: created too far in past (denylist)"
    if not has_scope or not allows(claims, "websocket.connect"):
        return "jwt: missing connect permission"
    return None


def allows(claims: Claims, permission: str) -> bool:
    """Whether a token carries a permission; `*` does not cover `admin.*`."""
    held = claims.get("permissions") or []
    return permission in held or ("*" in held and not permission.startswith("admin."))


def is_current(claims: Claims, now: datetime) -> bool:
    """Whether a token's times hold."""
    return bool(claims.get("nbf", 0) <= now.timestamp() < claims.get("exp", 0))


class BurntTokens:
    """The single-use tokens that were used: Wings remembers them for an hour, in memory."""

    def __init__(self) -> None:
        self._burnt: dict[str, float] = {}

    def burn(self, claims: Claims, seconds: float) -> bool:
        """Use a token up at a clock second; False if it was used before."""
        self._burnt = {key: at for key, at in self._burnt.items() if seconds - at < _REMEMBERED_S}
        unique = str(claims.get("unique_id"))
        if unique in self._burnt:
            return False
        self._burnt[unique] = seconds
        return True


def _claims(  # noqa: PLR0913 - who, where, how long, and what for
    world: World,
    server: GameServer,
    user: User,
    lifetime_s: float,
    *,
    first: Claims | None = None,
    last: Claims | None = None,
) -> Claims:
    """Return the claims in the recorded order: what a URL is for stands first, permissions stand last."""
    now = int(world.now().timestamp())
    return {
        "iss": world.settings.url,
        "aud": [server.node.url],
        "jti": identity(user, server),
        "iat": now,
        "nbf": now - _NOT_BEFORE_S,
        "exp": int(now + lifetime_s),
        **(first or {}),
        "server_uuid": server.uuid,
        **(last or {}),
        "user_uuid": user.uuid,
        "user_id": user.id,
        "unique_id": world.new_secret(16),
    }


def _scoped(world: World, claims: Claims, scope: str) -> Claims:
    """Name what a token is good for, where panel and node do so.

    Source: docs/reference/versions.md#panel-and-wings-112.
    """
    return claims | {"scope": scope} if world.mode.tokens_have_scope else claims


def _url(world: World, server: GameServer, path: str, claims: Claims, scope: str) -> str:
    token = encode(_scoped(world, claims, scope), server.node.secret)
    return f"{server.node.url}/{path}?token={token}"


def _pack(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _unpack(body: str) -> Claims:
    text = body.partition(".")[2]
    try:
        claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadToken from error
    if not isinstance(claims, dict):
        raise BadToken
    return claims


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(body: str, secret: str) -> str:
    return _base64(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest())
