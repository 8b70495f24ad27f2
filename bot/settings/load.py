"""Loads settings from the environment, `.env` and secret files, and reports all problems at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from rapidfuzz import fuzz, process
from typing_extensions import override

from bot.core.errors import SetupError
from bot.settings.copies import COPY_NAME, KINDS
from bot.settings.model import NODE_NAME, PANEL_ID, NodeSettings, PanelSettings, Settings
from bot.settings.values import Unreadable

PREFIX = "QUETZAL_"
MAIN = "main"
# One panel is the common case, so its settings have short names.
MAIN_PANEL = {
    "panel_url": "url",
    "panel_key": "key",
    "guilds": "guilds",
    "panel_node_hosts": "node_hosts",
    "panel_servers": "servers",
    "panel_time_zone": "time_zone",
}
_NEEDED_SECRETS = ("discord_token", "panel_key")
SECRETS = (*_NEEDED_SECRETS, "encryption_keys", "heartbeat_url")
_NODE = rf"PANELS__(?P<id>[A-Z0-9-]+)__NODES__{NODE_NAME.pattern.upper()}"
_SECRET_NAME = re.compile(
    rf"{PREFIX}(DISCORD_TOKEN|PANEL_KEY|ENCRYPTION_KEYS|HEARTBEAT_URL|PANELS__[A-Z0-9-]+__KEY|{_NODE}__TOKEN"
    r"|COPIES__[A-Z0-9_-]+?__(SECRET|PASSWORD))"
)
_PANEL_NAME = re.compile(rf"{PREFIX}PANELS__(?P<id>[A-Z0-9-]+)__(?P<field>[A-Z_]+)")
_NODE_NAME = re.compile(rf"{PREFIX}{_NODE}__(?P<field>[A-Z]+(?:_[A-Z]+)*)")
_COPY_NAME = re.compile(rf"{PREFIX}COPIES__(?P<id>[A-Z0-9_-]+?)__(?P<field>[A-Z]+(?:_[A-Z]+)*)")
_OF_PANEL = frozenset(field.upper() for field in PanelSettings.model_fields) - {"NODES"} | {"KEY_FILE"}
_OF_NODE = frozenset(field.upper() for field in NodeSettings.model_fields) | {"TOKEN_FILE"}
_OF_COPY = frozenset(
    field.upper() for kind in KINDS.values() for field in (*kind.model_fields, "secret_file", "password_file")
)
_MAX_SECRET_BYTES = 64 * 1024
_CLOSE = 78
"""Least likeness, in percent, of a mistyped name to the suggested setting, both without `QUETZAL_`."""
_ENV_FILE = Path(".env")
_NEXT_STEP = "Set them in the environment or in .env (.env.example documents each one)."
_COPY_EXAMPLE = "There's no .env here: copy the example and fill it in (cp .env.example .env)."
_SENTENCES = {
    "int_parsing": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "int_parsing_size": "is too large a number.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than_equal": "must be at most {le}.",
    "literal_error": "must be one of {expected}.",
    "missing": "is missing.",
    "too_short": "is missing.",
    "union_tag_not_found": "is missing: s3 or webdav.",
    "union_tag_invalid": "must be s3 or webdav.",
    "string_pattern_mismatch": "has a name that can't be used: small letters, digits and hyphens only.",
}
"""Messages for the operator, by pydantic's error type."""


class SettingsInvalid(SetupError):
    """Some settings are missing or wrong: `problems` has a sentence for each, without any value."""

    def __init__(self, problems: Iterable[str], next_step: str = _NEXT_STEP) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "These settings need attention:\n" + "\n".join(f"  - {problem}" for problem in self.problems),
            state="Quetzal did not start.",
            next_step=next_step,
        )


def load_settings() -> Settings:
    """Read and check all settings; raises SettingsInvalid with every problem."""
    written = {name: value for name, value in _Written(_env_file=_ENV_FILE) if value is not None}
    problems = [*_unknown(_names())]
    next_step = _NEXT_STEP if _ENV_FILE.exists() else _COPY_EXAMPLE
    flat = {field: written.pop(name) for name, field in MAIN_PANEL.items() if name in written}
    written.pop("secrets_dir", None)
    panels = written.setdefault("panels", {})
    for target in written.get("copies", {}).values():
        for name in ("secret_file", "password_file") if isinstance(target, dict) else ():
            target.pop(name, None)  # read by _SecretFiles
    for panel in panels.values():
        panel.pop("key_file", None)  # read by _SecretFiles
        nodes = panel.get("nodes")
        for node in nodes.values() if isinstance(nodes, dict) else ():
            if isinstance(node, dict):
                node.pop("token_file", None)
    twice = flat.keys() & panels.get(MAIN, {}).keys()
    if twice:
        problems.append(
            f"{PREFIX}PANELS__MAIN__... and {PREFIX}PANEL_... are the same panel. Keep one of them."
        )
    if flat or not panels:
        panels[MAIN] = panels.get(MAIN, {}) | flat
    short = bool(flat) or panels == {MAIN: {}}
    try:
        settings = Settings.model_validate(written)
    except ValidationError as error:
        # Never the error itself: its input may be a secret in the wrong place.
        errors = error.errors(include_input=False, include_url=False)
        problems += _sentences(errors, short=short)
        raise SettingsInvalid(problems, next_step) from None
    if problems:
        raise SettingsInvalid(problems, next_step)
    return settings


def _names() -> set[str]:
    sources = EnvSettingsSource(_Written), DotEnvSettingsSource(_Written, env_file=_ENV_FILE)
    names = {name.upper() for source in sources for name in source.env_vars}
    return {name for name in names if name.startswith(PREFIX)}


class _Written(BaseSettings):
    """The raw values: the environment takes precedence over `.env`, both over files."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        enable_decoding=False,
        extra="ignore",
        hide_input_in_errors=True,
    )

    discord_token: Any = None
    panel_url: Any = None
    panel_key: Any = None
    panel_node_hosts: Any = None
    panel_servers: Any = None
    panel_time_zone: Any = None
    guilds: Any = None
    panels: dict[str, dict[str, Any]] = {}
    copies: dict[str, dict[str, Any]] = {}
    encryption_keys: Any = None
    audit_days: Any = None
    trash_dir: Any = None
    trash_days: Any = None
    trash_mib: Any = None
    file_shown_kib: Any = None
    file_edited_kib: Any = None
    database_usage: Any = None
    watch: Any = None
    watch_seconds: Any = None
    watch_sockets: Any = None
    watch_players: Any = None
    presence: Any = None
    heartbeat_url: Any = None
    public_page_dir: Any = None
    public_page_port: Any = None
    health_port: Any = None
    time_zone: Any = None
    data_dir: Any = None
    log_level: Any = None
    log_format: Any = None
    discord_api_url: Any = None
    secrets_dir: Any = None

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add our own secret files last: the built-in source doesn't know `_FILE`."""
        written = {
            name.upper(): value
            for source in (dotenv_settings, env_settings)
            if isinstance(source, EnvSettingsSource)
            for name, value in source.env_vars.items()
            if value
        }
        return env_settings, dotenv_settings, _SecretFiles(settings_cls, written)


class _SecretFiles(EnvSettingsSource):
    """Secrets out of files: `<NAME>_FILE`, then `QUETZAL_SECRETS_DIR/<name>`."""

    def __init__(self, settings_cls: type[BaseSettings], written: Mapping[str, str]) -> None:
        super().__init__(settings_cls)
        values: dict[str, Any] = {}
        directory = written.get(f"{PREFIX}SECRETS_DIR")
        if directory is not None:
            values |= _from_directory(Path(directory))
        for name, path in written.items():
            secret = name.removesuffix("_FILE")
            if secret != name and _SECRET_NAME.fullmatch(secret):
                values[secret.lower()] = _read(Path(path))
        self.env_vars = values


def _from_directory(directory: Path) -> dict[str, Any]:
    try:
        files = sorted(directory.iterdir())
    except OSError as error:
        why = Unreadable(
            f"is not set, and {PREFIX}SECRETS_DIR cannot be read: {directory}: {error.strerror}."
        )
        return {f"{PREFIX}{name}".lower(): why for name in _NEEDED_SECRETS}
    return {path.name.lower(): _read(path) for path in files if _SECRET_NAME.fullmatch(path.name.upper())}


def _read(path: Path) -> str | Unreadable:
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_SECRET_BYTES).decode().strip()
    except OSError as error:
        return Unreadable(f"should come from the file {path}, which cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        return Unreadable(f"should come from the file {path}, which is not text.")
    return text or Unreadable(f"should come from the file {path}, which is empty.")


def _unknown(names: set[str]) -> Iterator[str]:
    known = {f"{PREFIX}{field.upper()}" for field in _Written.model_fields}
    known -= {f"{PREFIX}PANELS", f"{PREFIX}COPIES"}
    known |= {f"{PREFIX}{secret.upper()}_FILE" for secret in SECRETS}
    for name in sorted(names - known):
        match, form, fields = _of_several(name)
        if match and form.fullmatch(match["id"].lower()) and match["field"] in fields:
            continue
        before = name.removesuffix(match["field"]) if match else PREFIX
        candidates = fields if match else {setting.removeprefix(PREFIX) for setting in known}
        closest = process.extractOne(
            name.removeprefix(before), candidates, scorer=fuzz.ratio, score_cutoff=_CLOSE
        )
        hint = f"Did you mean {before}{closest[0]}?" if closest else "Remove it: .env.example lists them all."
        if "__NODES" in name and fields is not _OF_NODE:
            hint = f"A node has two: {PREFIX}PANELS__<ID>__NODES__<NAME>__URL and __TOKEN."
        yield f"{name} is not a setting of Quetzal. {hint}"


def _of_several(name: str) -> tuple[re.Match[str] | None, re.Pattern[str], frozenset[str]]:
    """Match the setting of a node, copy target or panel; add the form of its id, and its siblings."""
    if match := _NODE_NAME.fullmatch(name):
        return match, PANEL_ID, _OF_NODE
    if match := _COPY_NAME.fullmatch(name):
        return match, COPY_NAME, _OF_COPY
    return _PANEL_NAME.fullmatch(name), PANEL_ID, _OF_PANEL


def _sentences(errors: Iterable[ErrorDetails], *, short: bool) -> Iterator[str]:
    for error in errors:
        loc = [str(part) for part in error["loc"]]
        of_no_node = loc[2:3] == ["nodes"] and not NodeSettings.model_fields.keys() & loc[4:5]
        if loc[0] == "copies" and error["type"] == "extra_forbidden" and loc[3].upper() in _OF_COPY:
            yield (
                f"{PREFIX}COPIES__{loc[1]}__{loc[3]}".upper()
                + f" is no setting of a target of kind {loc[2]}: remove it."
            )
        if error["type"] == "extra_forbidden" or of_no_node:  # already reported by its name
            continue
        name, example = _named(loc, short=short)
        yield f"{name} {_sentence(error)} Example: {name}={example}"


def _named(loc: list[str], *, short: bool) -> tuple[str, str]:
    match loc:
        case ["panels", panel, "nodes", node, field, *_] if field in NodeSettings.model_fields:
            known, name = NodeSettings.model_fields[field], f"panels__{panel}__nodes__{node}__{field}"
        case ["panels", panel, field, *_] if field in PanelSettings.model_fields:
            known = PanelSettings.model_fields[field]
            brief = next(name for name, target in MAIN_PANEL.items() if target == field)
            name = brief if panel == MAIN and short else f"panels__{panel}__{field}"
        case ["copies", target, kind, field, *_] if kind in KINDS and field in KINDS[kind].model_fields:
            known, name = KINDS[kind].model_fields[field], f"copies__{target}__{field}"
        case ["copies", target]:
            return f"{PREFIX}COPIES__{target}__KIND".upper(), "s3"
        case [field, *_] if field in Settings.model_fields:
            known, name = Settings.model_fields[field], field
        case _:
            return PREFIX + "__".join(loc).upper(), "..."
    return PREFIX + name.upper(), (known.examples or ["..."])[0]


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _SENTENCES.get(error["type"], "can't be used.").format(**error.get("ctx", {}))
