"""Secrets come from files, too, and are shown nowhere."""

from pathlib import Path

import pytest

from bot.settings import SettingsInvalid
from tests.settings.variables import GOOD, GUILD, KEY, TOKEN, Load, problems


def test_no_value_is_repeated_in_a_complaint(load: Load) -> None:
    canary = "canary canary"  # in the wrong place everywhere
    wrong = dict.fromkeys([*GOOD, "QUETZAL_LOG_LEVEL", "QUETZAL_PANEL_NODE_HOSTS", "QUETZAL_TOKEN"], canary)
    with pytest.raises(SettingsInvalid) as caught:
        load(wrong)
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_secrets_do_not_show_in_settings(load: Load) -> None:
    assert "canary" not in repr(load(GOOD))
    assert "canary" not in str(load(GOOD).model_dump())


def test_secrets_come_from_files_named_one_by_one(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    (tmp_path / "key").write_text(KEY)
    settings = load(
        {
            "QUETZAL_DISCORD_TOKEN_FILE": str(tmp_path / "token"),
            "QUETZAL_PANELS__EU__URL": "https://eu.example.com",
            "QUETZAL_PANELS__EU__KEY_FILE": str(tmp_path / "key"),
            "QUETZAL_PANELS__EU__GUILDS": f"{GUILD}=all",
        }
    )
    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.panels["eu"].key.get_secret_value() == KEY


def test_secrets_come_from_a_directory(load: Load, tmp_path: Path) -> None:
    secrets = tmp_path / "run-secrets"
    secrets.mkdir()
    (secrets / "quetzal_discord_token").write_text(f" {TOKEN} \n")
    (secrets / "QUETZAL_PANEL_KEY").write_text(KEY)
    (secrets / "somebody-elses").write_text("x")
    named = {name: GOOD[name] for name in ("QUETZAL_PANEL_URL", "QUETZAL_GUILDS")}
    settings = load(named | {"QUETZAL_SECRETS_DIR": str(secrets)})
    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.panels["main"].key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"\n", "which is empty"),
        (b"\xff\xfe\xff", "which is not text"),
    ],
)
def test_a_secret_file_of_no_use_is_named(
    load: Load, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    variables = {name: value for name, value in GOOD.items() if name != "QUETZAL_DISCORD_TOKEN"}
    (sentence,) = problems(load, variables | {"QUETZAL_DISCORD_TOKEN_FILE": str(tmp_path / "token")})
    assert sentence.startswith(f"QUETZAL_DISCORD_TOKEN should come from the file {tmp_path / 'token'}")
    assert said in sentence


def test_a_missing_secrets_directory_is_named(load: Load, tmp_path: Path) -> None:
    variables = {name: GOOD[name] for name in ("QUETZAL_PANEL_URL", "QUETZAL_GUILDS")}
    said = problems(load, variables | {"QUETZAL_SECRETS_DIR": str(tmp_path / "nowhere")})
    assert [sentence.split()[0] for sentence in said] == ["QUETZAL_DISCORD_TOKEN", "QUETZAL_PANEL_KEY"]
    assert all("QUETZAL_SECRETS_DIR cannot be read" in sentence for sentence in said)
