"""Where configuration names a database, and how a new password takes the old one's place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.domain.config_references import (
    ReferenceKind,
    likeliest_first,
    needles,
    place_in,
    replaced,
    worth_opening,
    worth_reading,
)

OLD = "y8+s@.h=^!Qx12345678ABCD"
NEW = "!N3w@=.+^Passw0rd4567890"
panel_passwords = st.text("abcXYZ019!@=.+^", min_size=12, max_size=24)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("/plugins/A/config.yml", f"password: '{OLD}' # ours\n", f"password: '{NEW}' # ours\n"),
        ("/plugins/A/config.yml", f"a: 1\npassword: {OLD}\nb: 2\n", f'a: 1\npassword: "{NEW}"\nb: 2\n'),
        ("/config/a.json", f'{{"pass": "{OLD}"}}', f'{{"pass": "{NEW}"}}'),
        ("/config/a.toml", f'pass = "{OLD}"\n', f'pass = "{NEW}"\n'),
        ("/config/a.properties", f"pass={OLD}\n", f"pass={NEW}\n"),
        ("/config/a.properties", "pass=y8+s@.h\\=^\\!Qx12345678ABCD\n", f"pass={NEW}\n"),
        ("/.env", f"DB_PASS={OLD}\nOTHER=1\n", f"DB_PASS={NEW}\nOTHER=1\n"),
        (
            "/plugins/A/config.yml",
            "url: jdbc:mysql://h:3306/d?password=y8%2Bs%40.h%3D%5E%21Qx12345678ABCD&x=1\n",
            "url: jdbc:mysql://h:3306/d?password=%21N3w%40%3D.%2B%5EPassw0rd4567890&x=1\n",
        ),
        ("/config/hikari.conf", f'password = "{OLD}"\n', f'password = "{NEW}"\n'),
    ],
)
def test_each_form_gets_the_new_password_as_it_spells_it(path: str, before: str, after: str) -> None:
    assert replaced(path, before, (OLD,), NEW) == after


@pytest.mark.parametrize(
    ("path", "text", "new"),
    [
        ("/config/a.yml", f"password: {OLD}\n", "needs 'quotes\\"),  # nobody knows what each form makes of it
        ("/config/a.json", f'{{"pass": "{OLD}"', NEW),  # broken already
        ("/config/hikari.conf", f"password = {OLD}\n", NEW),  # HOCON reads symbols only between quotes
        ("/config/a.yml", f"key: a {OLD} b\n", NEW),  # in the middle of other words
        ("/config/a.yml", "nothing: here\n", NEW),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(path: str, text: str, new: str) -> None:
    assert replaced(path, text, (OLD,), new) is None


@given(panel_passwords, panel_passwords)
def test_yaml_reads_the_new_password_wherever_it_read_the_old_one(old: str, new: str) -> None:
    text = f"storage:\n  password: {json.dumps(old)}\n  name: s1_shop\n"
    changed = replaced("/plugins/A/config.yml", text, (old,), new)
    assert changed is not None
    assert YAML(typ="safe").load(changed) == {"storage": {"password": new, "name": "s1_shop"}}


def test_a_reference_has_its_lines_and_their_text() -> None:
    text = f"name: s1_shop\nother: s1_shop_test\nuser: u1_abc\npass: {OLD}\n"
    place = place_in("/a.yml", text, needles("s1_shop", "u1_abc", OLD))
    assert place is not None
    assert place.lines == (1, 3, 4)
    assert place.kinds == {ReferenceKind.NAME, ReferenceKind.USERNAME, ReferenceKind.PASSWORD}
    assert place.breaks
    assert OLD not in repr(place)
    assert place_in("/a.yml", "name: s1_shop_test\n", needles("s1_shop", "u1_abc")) is None


@pytest.mark.parametrize(
    ("path", "size", "worth"),
    [
        ("/plugins/A/config.yml", 100, True),
        ("/.env", 10, True),
        ("/plugins/A.jar", 100, False),
        ("/plugins/A/config.yml", 0, False),
        ("/plugins/A/data.json", 10_000_000, False),
    ],
)
def test_only_small_configuration_is_read(path: str, size: int, worth: bool) -> None:
    assert worth_reading(path, size) is worth


def test_folders_of_data_are_not_opened_and_likely_files_come_first() -> None:
    assert worth_opening("/plugins/LuckPerms")
    assert not worth_opening("/plugins/Essentials/userdata")
    assert not worth_opening("/plugins/a/b/c/d/e")
    order = likeliest_first(["/plugins/B/kits.yml", "/plugins/A/deep/mysql.yml", "/plugins/B/config.yml"])
    assert order == ["/plugins/B/config.yml", "/plugins/A/deep/mysql.yml", "/plugins/B/kits.yml"]
