"""Targets of backup copies: what an operator can set, and which message they get when it is wrong."""

from pathlib import Path

import pytest

from bot.settings import S3CopySettings, WebdavCopySettings
from tests.settings.variables import GOOD, Load, problems

OFFSITE = "QUETZAL_COPIES__OFFSITE__"
NAS = "QUETZAL_COPIES__MY_NAS__"
S3 = {
    f"{OFFSITE}KIND": "S3",
    f"{OFFSITE}URL": "https://s3.example.com/",
    f"{OFFSITE}BUCKET": "backups",
    f"{OFFSITE}KEY_ID": "AKIA-EXAMPLE",
    f"{OFFSITE}SECRET": "canary-copy-secret",
}
WEBDAV = {
    f"{NAS}KIND": "webdav",
    f"{NAS}URL": "http://10.0.0.9/dav/backups/",
    f"{NAS}USER": "quetzal bot",
    f"{NAS}PASSWORD": "canary copy password",
}


def test_both_kinds_are_read_with_their_defaults(load: Load) -> None:
    settings = load(GOOD | S3 | WEBDAV)
    assert set(settings.copies) == {"offsite", "my_nas"}
    bucket, folder = settings.copies["offsite"], settings.copies["my_nas"]
    assert isinstance(bucket, S3CopySettings)
    assert isinstance(folder, WebdavCopySettings)
    assert (bucket.url, bucket.bucket, bucket.region) == ("https://s3.example.com", "backups", "us-east-1")
    assert (folder.url, folder.user) == ("http://10.0.0.9/dav/backups", "quetzal bot")
    assert (bucket.prefix, bucket.keep, folder.prefix, folder.keep) == ("quetzal", 3, "quetzal", 3)


def test_the_host_may_name_the_bucket(load: Load) -> None:
    settings = load(GOOD | S3 | {f"{OFFSITE}URL": "https://{bucket}.s3.example.com"})
    assert settings.copies["offsite"].url == "https://{bucket}.s3.example.com"


def test_none_is_needed(load: Load) -> None:
    assert load(GOOD).copies == {}


def test_secrets_come_from_files_and_are_never_shown(load: Load, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret-in-a-file\n")
    directory = tmp_path / "secrets"
    directory.mkdir()
    (directory / "quetzal_copies__my_nas__password").write_text("password in a directory\n")
    variables = {name: value for name, value in (GOOD | S3 | WEBDAV).items() if "canary" not in value}
    settings = load(
        variables
        | {"QUETZAL_DISCORD_TOKEN": "t", "QUETZAL_PANEL_KEY": "ptlc_k"}
        | {f"{OFFSITE}SECRET_FILE": str(tmp_path / "secret"), "QUETZAL_SECRETS_DIR": str(directory)}
    )
    secrets = {"secret-in-a-file", "password in a directory"}
    assert secrets < {secret.get_secret_value() for secret in settings.secrets()}
    assert [secret for secret in secrets if secret in repr(settings)] == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (f"{OFFSITE}KIND", "ftp", "must be s3 or webdav. Example: QUETZAL_COPIES__OFFSITE__KIND=s3"),
        (f"{OFFSITE}KIND", "", "is missing: s3 or webdav."),
        (f"{OFFSITE}URL", "s3.example.com", "must be an address that begins with https://"),
        (f"{OFFSITE}URL", "https://u:p@s3.example.com", "must be an address only: no user"),
        (f"{OFFSITE}BUCKET", "", "is missing. Example: QUETZAL_COPIES__OFFSITE__BUCKET=backups"),
        (f"{OFFSITE}BUCKET", "a/b", "must be the name of a bucket"),
        (f"{OFFSITE}REGION", "eu central", "must be the name of a region"),
        (f"{OFFSITE}KEY_ID", "two words", "must be one word"),
        (f"{OFFSITE}SECRET", "two words", "must be one word"),
        (f"{OFFSITE}PREFIX", "a/../b", "must be the name of a folder"),
        (f"{OFFSITE}KEEP", "0", "must be at least 1."),
        (f"{OFFSITE}KEEP", "many", "must be a whole number."),
        (f"{OFFSITE}USER", "quetzal", "is no setting of a target of kind s3: remove it."),
        (f"{OFFSITE}BUKET", "backups", f"is not a setting of Quetzal. Did you mean {OFFSITE}BUCKET?"),
        (f"{NAS}USER", "a:b", "must be a user's name"),
        (f"{NAS}PASSWORD", "a\nb", "must be one line."),
        (f"{NAS}PASSWORD", "", "is missing."),
        (f"{NAS}BUCKET", "backups", "is no setting of a target of kind webdav: remove it."),
    ],
)
def test_a_mistake_is_named_once(load: Load, name: str, value: str, said: str) -> None:
    variables = GOOD | S3 | WEBDAV | {name: value}
    sentences = problems(load, variables)
    assert len(sentences) == 1
    assert sentences[0].startswith(f"{name} ")
    assert said in sentences[0]
    assert "canary" not in sentences[0]


def test_a_file_that_cannot_be_read_is_named(load: Load, tmp_path: Path) -> None:
    without = {name: value for name, value in (GOOD | WEBDAV).items() if name != f"{NAS}PASSWORD"}
    (sentence,) = problems(load, without | {f"{NAS}PASSWORD_FILE": str(tmp_path / "missing")})
    assert sentence.startswith(f"{NAS}PASSWORD should come from the file {tmp_path / 'missing'}")
