"""Games that answer by TCP or HTTP: FiveM, Palworld, Satisfactory, TeamSpeak 3.

Written from docs.fivem.net, docs.palworldgame.com/api/rest-api, satisfactory.wiki.gg/wiki/Dedicated_servers,
and the TeamSpeak 3 ServerQuery manual.
"""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def web_stand_in(
    routes: Mapping[str, Handler], *, tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[int]:
    """Serve paths on loopback; gives the port."""
    app = web.Application()
    for path, handler in routes.items():
        app.router.add_route("*", path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def answering(body: object, status: int = 200) -> Handler:
    """Answer with JSON."""

    async def handle(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return handle


FIVEM: Mapping[str, Handler] = {
    "/dynamic.json": answering(
        {
            "hostname": "^1The Hall",
            "mapname": "San Andreas",
            "clients": 2,
            "sv_maxclients": "48",
            "gametype": "RP",
        }
    ),
    "/players.json": answering([{"name": "Ann", "id": 1, "ping": 40}, {"name": "Bob", "id": 2, "ping": 41}]),
}

PALWORLD_PASSWORD = "correct horse"


def _palworld(body: object) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Basic YWRtaW46Y29ycmVjdCBob3JzZQ==":
            return web.Response(status=401)
        return web.json_response(body)

    return handle


PALWORLD: Mapping[str, Handler] = {
    "/v1/api/info": _palworld({"version": "v0.6", "servername": "The Hall", "description": ""}),
    "/v1/api/metrics": _palworld({"currentplayernum": 2, "maxplayernum": 32, "serverfps": 57}),
    "/v1/api/players": _palworld(
        {"players": [{"name": "Ann", "ping": 40.5, "level": 7}, {"name": "Bob", "ping": 41.0, "level": 9}]}
    ),
}


async def _satisfactory(request: web.Request) -> web.StreamResponse:
    asked = await request.json()
    if asked["function"] == "PasswordlessLogin":
        return web.json_response({"data": {"authenticationToken": "ewoJInBsIjogIkNsaWVudCIKfQ==.F00D"}})
    if request.headers.get("Authorization") != "Bearer ewoJInBsIjogIkNsaWVudCIKfQ==.F00D":
        return web.json_response({"errorCode": "insufficient_scope"}, status=401)
    state = {"activeSessionName": "Iron", "numConnectedPlayers": 2, "playerLimit": 4, "isGameRunning": True}
    return web.json_response({"data": {"serverGameState": state}})


SATISFACTORY: Mapping[str, Handler] = {"/api/v1": _satisfactory}


def satisfactory_state(question: bytes, state: int = 3) -> list[bytes]:
    """Answer a question for the state, with the question's cookie."""
    build = (385279).to_bytes(4, "little")
    substates = b"\x02" + b"\0\x01\0" + b"\x01\x02\0"
    return [
        b"\xd5\xf6\x01\x01"
        + question[4:12]
        + bytes((state,))
        + build
        + bytes(8)
        + substates
        + b"\x08\0The Hall"
    ]


def teamspeak(
    *, denied: bool = False
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], AsyncIterator[bytes]]:
    """Answer as ServerQuery; the bot that asks is a client, too."""
    ok = b"error id=0 msg=ok\n\r"
    answers = {
        b"serverinfo": (
            rb"virtualserver_name=The\sHall virtualserver_version=3.13.7\s[Build:\s1655727713]"
            rb" virtualserver_maxclients=32 virtualserver_clientsonline=3 virtualserver_queryclientsonline=1"
        ),
        b"clientlist": (
            rb"clid=1 cid=1 client_nickname=Ann client_type=0"
            rb"|clid=2 cid=1 client_nickname=Bob\pBot client_type=0"
            rb"|clid=3 cid=1 client_nickname=serveradmin client_type=1"
        ),
    }

    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        yield b"TS3\n\rWelcome to the TeamSpeak 3 ServerQuery interface.\n\r"
        while line := (await reader.readline()).strip():
            if denied:
                yield rb"error id=2568 msg=insufficient\sclient\spermissions" + b"\n\r"
            else:
                yield (answers[line] + b"\n\r" if line in answers else b"") + ok

    return handle


def own_certificate(folder: Path) -> ssl.SSLContext:
    """Make a certificate that nobody signed but its own key, as Satisfactory does."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "game")]),
    )
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "game.crt", folder / "game.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context
