"""`.env.example` names every setting, and works once it is filled in."""

import re
from pathlib import Path

from bot.settings import S3CopySettings, Settings, WebdavCopySettings
from tests.settings.variables import GOOD, KEY, Load, problems

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_example_file_documents_every_setting_and_nothing_else() -> None:
    named = set(re.findall(r"^#?(QUETZAL_\w+)=", EXAMPLE.read_text(), re.MULTILINE))
    developers_only = {"QUETZAL_DISCORD_API_URL"}
    short = {
        f"QUETZAL_{name}"
        for name in (
            "PANEL_URL",
            "PANEL_KEY",
            "PANEL_NODE_HOSTS",
            "PANEL_SERVERS",
            "PANEL_TIME_ZONE",
            "GUILDS",
            "SECRETS_DIR",
        )
    }
    long = {
        f"QUETZAL_PANELS__EU__{name}"
        for name in ("URL", "KEY", "GUILDS", "NODE_HOSTS", "SERVERS", "KEY_FILE")
    }
    plain = {
        f"QUETZAL_{name.upper()}" for name in Settings.model_fields if name not in {"panels", "copies"}
    } - developers_only
    secrets = ("DISCORD_TOKEN", "PANEL_KEY", "ENCRYPTION_KEYS", "HEARTBEAT_URL")
    files = {f"QUETZAL_{name}_FILE" for name in secrets}
    of_nodes = {f"QUETZAL_PANELS__MAIN__NODES__NODE1__{name}" for name in ("URL", "TOKEN", "TOKEN_FILE")}
    s3 = {name.upper() for name in S3CopySettings.model_fields}
    webdav = {name.upper() for name in WebdavCopySettings.model_fields} - {"PREFIX", "KEEP"}  # as with s3
    of_copies = {f"QUETZAL_COPIES__OFFSITE__{name}" for name in (*s3, "SECRET_FILE")} | {
        f"QUETZAL_COPIES__NAS__{name}" for name in (*webdav, "PASSWORD_FILE")
    }
    assert named == short | long | of_nodes | of_copies | plain | files


def test_the_example_file_works_once_filled_in(load: Load, tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    for name, value in GOOD.items():
        text = text.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    (tmp_path / ".env").write_text(text)
    assert load({}).panels["main"].key.get_secret_value() == KEY


def test_the_example_file_as_it_is_asks_for_the_first_four(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    assert [sentence.split()[0] for sentence in problems(load, {})] == list(GOOD)
