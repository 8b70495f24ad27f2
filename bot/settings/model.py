"""The settings as the rest of the bot sees them: checked, typed, frozen."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr

from bot.core.errors import BadInput
from bot.domain.levels import GuildScope
from bot.domain.paths import normalise
from bot.settings.copies import COPY_NAME, CopySettings
from bot.settings.values import STRICT, Secret, Unreadable, lower, split_address

ALL: Literal["all"] = "all"
PANEL_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
NODE_NAME = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_SERVER = re.compile(r"[0-9a-z][0-9a-z_-]{0,63}")
"""A short id or a uuid, in small letters. Panels make short ids of any length."""
_GUILD = re.compile(r"[0-9]{17,20}")
_HOST = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[?[0-9a-f:.]+\]?", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _panel_address(value: str) -> str:
    parts = split_address(value)
    path = parts.path.rstrip("/")
    if re.search(r"/(api|auth|admin|server|account)(/|$)", path):
        raise ValueError(f"must be the panel's own address, without {path} behind it.")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _node_address(value: str) -> str:
    parts = split_address(value)
    if parts.path.strip("/"):
        raise ValueError("must be the node's own address, with nothing behind the port.")
    return f"{parts.scheme}://{parts.netloc}"


def _heartbeat_address(value: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(value.get_secret_value())
        _ = parts.port
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError("must be the whole address to call, beginning with https:// (or http://).")
    return value


def _loopback_address(value: str) -> str:
    parts = split_address(value)
    if parts.hostname not in _LOOPBACK:
        raise ValueError("is for tests only and must be on this machine.")
    return f"{parts.scheme}://{parts.netloc}"


def _guilds(value: object) -> object:
    if not isinstance(value, str):
        return value
    guilds: dict[int, object] = {}
    for place, entry in enumerate(_entries(value), start=1):
        guild, _, servers = (part.strip() for part in entry.partition("="))
        if not _GUILD.fullmatch(guild):
            raise ValueError(f"entry {place} must begin with a Discord server id (17 to 20 digits).")
        if int(guild) in guilds:
            raise ValueError(f"entry {place} names a Discord server that an entry before it names too.")
        guilds[int(guild)] = _servers(place, servers.lower())
    return guilds


def _servers(place: int, servers: str) -> object:
    if servers == ALL:
        return ALL
    named = frozenset(filter(None, (name.strip() for name in servers.split("|"))))
    if not named:
        raise ValueError(f"entry {place} must say which servers it may see: `=all`, or `=1a7ce997|9c0de111`.")
    for name in named:
        if not _SERVER.fullmatch(name):
            raise ValueError(f"entry {place} must name game servers by short id or UUID.")
    return named


def _hosts(value: object) -> object:
    if not isinstance(value, str):
        return value
    hosts = tuple(host.lower() for host in _entries(value))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ValueError(
                "must be host names with commas between them, without https:// and without ports."
            )
    return hosts


def _entries(value: str) -> list[str]:
    return [entry.strip() for entry in re.split(r"[,\n]", value) if entry.strip()]


def _keys(value: object) -> object:
    match value:
        case Unreadable(why=why):
            raise ValueError(why)
        case str():
            return tuple(_entries(value))
    return value


def _trash(value: str) -> str:
    try:
        path = normalise(value)
    except BadInput as error:
        raise ValueError(error.happened) from None
    if path == "/" or path.count("/") > 1:
        raise ValueError("must be one folder at the top of the server's files.")
    return path


def _switch(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.strip().lower() not in {"on", "off"}:
        raise ValueError("must be on or off.")
    return value.strip().lower() == "on"


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be the name of a time zone, like Europe/Berlin.") from None


HeartbeatUrl = Annotated[Secret, AfterValidator(_heartbeat_address)]


class NodeSettings(BaseModel):
    """One node of a panel, which Quetzal may read directly."""

    model_config = STRICT

    url: Annotated[str, AfterValidator(_node_address)] = Field(examples=["https://node1.example.com:8080"])
    token: Secret = Field(examples=["<`token` from the panel: Admin, Nodes, Configuration>"])


class PanelSettings(BaseModel):
    """One Pterodactyl panel, and which of its servers each Discord guild may see."""

    model_config = STRICT

    url: Annotated[str, AfterValidator(_panel_address)] = Field(examples=["https://panel.example.com"])
    key: Secret = Field(examples=["ptlc_<the key from the panel: Account, API Credentials>"])
    guilds: Annotated[Mapping[int, GuildScope], BeforeValidator(_guilds)] = Field(
        min_length=1, examples=["123456789012345678=all"]
    )
    node_hosts: Annotated[tuple[str, ...], BeforeValidator(_hosts)] = Field(
        default=(), examples=["node1.example.com,node2.example.com"]
    )
    # Which servers the panel lists for the key: the account's own, or as an administrator's all of the panel.
    servers: Annotated[Literal["own", "all"], BeforeValidator(lower)] = Field(default="own", examples=["all"])
    # APP_TIMEZONE of the panel, in which it has the times of schedules; else worked out from its next runs.
    time_zone: Annotated[ZoneInfo | None, BeforeValidator(_zone)] = Field(
        default=None, examples=["Europe/Berlin"]
    )
    nodes: Mapping[Annotated[str, Field(pattern=f"^{NODE_NAME.pattern}$")], NodeSettings] = Field(
        default_factory=dict
    )


class Settings(BaseModel):
    """Everything an operator can set."""

    model_config = STRICT

    discord_token: Secret = Field(examples=["<the token from discord.com/developers: Bot, Reset Token>"])
    panels: Mapping[Annotated[str, Field(pattern=f"^{PANEL_ID.pattern}$")], PanelSettings] = Field(
        min_length=1
    )
    # Where copies of backups are kept outside of the panel.
    copies: Mapping[Annotated[str, Field(pattern=f"^{COPY_NAME.pattern}$")], CopySettings] = Field(
        default_factory=dict
    )
    # The first encrypts, all decrypt: put a new key in front of the old ones.
    encryption_keys: Annotated[tuple[Secret, ...], BeforeValidator(_keys)] = Field(
        default=(), examples=["<what `quetzal keys new` prints>"]
    )
    # In which days begin where people say "today" or "until tomorrow", and of times such as "at 4:00".
    time_zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = Field(
        default=ZoneInfo("UTC"), examples=["Europe/Berlin"]
    )
    audit_days: int = Field(default=365, ge=1, le=3650, examples=["365"])
    # Where a server keeps snapshots and trash, and for how long.
    trash_dir: Annotated[str, AfterValidator(_trash)] = Field(default="/.quetzal", examples=["/.quetzal"])
    trash_days: int = Field(default=30, ge=1, le=3650, examples=["30"])
    trash_mib: int = Field(default=1024, ge=1, examples=["1024"])
    file_shown_kib: int = Field(default=1024, ge=1, le=8192, examples=["1024"])
    file_edited_kib: int = Field(default=4096, ge=1, le=4096, examples=["4096"])
    # Whether `/database usage` may connect to the database servers that the panel names.
    database_usage: Annotated[bool, BeforeValidator(_switch)] = Field(default=False, examples=["on"])
    # Whether and how often each server is polled. The panel caches for 20 s; rules count samples that are
    # less than five minutes apart.
    watch: Annotated[bool, BeforeValidator(_switch)] = Field(default=True, examples=["on"])
    watch_seconds: int = Field(default=60, ge=20, le=240, examples=["60"])
    # Whether servers are observed by live connections to their nodes, where the key may open them.
    watch_sockets: Annotated[bool, BeforeValidator(_switch)] = Field(default=True, examples=["on"])
    # Whether running games are asked how many players are on, at their own addresses.
    watch_players: Annotated[bool, BeforeValidator(_switch)] = Field(default=True, examples=["on"])
    # Whether the bot's status in Discord says how many players are on, to everybody in every guild.
    presence: Annotated[bool, BeforeValidator(_switch)] = Field(default=False, examples=["on"])
    # The external heartbeat, which notices when Quetzal stops working.
    heartbeat_url: HeartbeatUrl | None = Field(default=None, examples=["https://hc-ping.com/<uuid>"])
    # Where the servers of public boards are written as a page, for a web server.
    public_page_dir: Path | None = Field(default=None, examples=["/var/www/quetzal"])
    # The same page by HTTP on loopback, for a reverse proxy.
    public_page_port: int | None = Field(default=None, ge=1, le=65535, examples=["8082"])
    health_port: int | None = Field(default=None, ge=1, le=65535, examples=["8081"])
    data_dir: Path = Field(default=Path("data"), examples=["/var/lib/quetzal"])
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        default="INFO", examples=["INFO"]
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(lower)] = Field(
        default="text", examples=["json"]
    )
    # For developers: a simulated Discord on this machine. Not in .env.example on purpose.
    discord_api_url: Annotated[str, AfterValidator(_loopback_address)] | None = Field(
        default=None, examples=["http://127.0.0.1:8080"]
    )

    @property
    def guild_ids(self) -> frozenset[int]:
        """The ids of all Discord guilds that panels serve."""
        return frozenset(guild for panel in self.panels.values() for guild in panel.guilds)

    def secrets(self) -> Iterator[SecretStr]:
        """All secrets, for redacting the log."""
        yield self.discord_token
        for panel in self.panels.values():
            yield panel.key
            yield from (node.token for node in panel.nodes.values())
        yield from (target.own_secret for target in self.copies.values())
        yield from self.encryption_keys
        if self.heartbeat_url is not None:
            yield self.heartbeat_url
