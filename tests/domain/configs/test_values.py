"""One key changes; every other byte of the file stays, or the person reads why not."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.core.errors import BadInput
from bot.domain.configs import can_check, problem, set_key

SHOP = """# the shop
prices:
  diamond: 100 # each
  open: true
  'note': "buy low"
worlds: [overworld, nether]
empty:
"""
JSON = '{\n\t"name": "Survival",  "list": [1, {"deep": 2.5}],\n\t"on": false, "none": null }\n'
TOML = '# top\ntitle = "x" # why\n[server]\nport = 25565\nratio = 0.5 # half\n[[worlds]]\nname = "a"\n'
PROPERTIES = (
    "#Minecraft server properties\n#Mon\nmotd=A \\u00A7aServer\nmax-players : 20\r\npvp=true\nempty=\n"
)
INI = "; hi\n[server]\nname = old\nport: 1\n\n[other]\nname = kept\n"


@pytest.mark.parametrize(
    ("path", "text", "key", "value", "old_piece", "new_piece"),
    [
        ("a.yml", SHOP, "prices.diamond", "120", "100", "120"),
        ("a.yml", SHOP, "prices.open", "false", "true", "false"),
        ("a.yml", SHOP, "prices.note", "it's: #1", '"buy low"', '"it\'s: #1"'),
        ("a.yaml", SHOP, "worlds.1", "end", "nether", "end"),
        ("a.yml", SHOP, "empty", "5", "empty:", "empty: 5"),
        ("a.json", JSON, "name", 'say "hi"', '"Survival"', '"say \\"hi\\""'),
        ("a.json", JSON, "list.1.deep", "3", "2.5", "3"),
        ("a.json", JSON, "on", "true", "false", "true"),
        ("a.json", JSON, "none", "7", "null", "7"),
        ("a.toml", TOML, "title", "new", '"x"', '"new"'),
        ("a.toml", TOML, "server.port", "25566", "25565", "25566"),
        ("a.toml", TOML, "server.ratio", "0.75", "0.5", "0.75"),
        ("a.toml", TOML, "worlds.0.name", "b", '"a"', '"b"'),
        ("server.properties", PROPERTIES, "max-players", "30", "max-players : 20", "max-players : 30"),
        ("server.properties", PROPERTIES, "motd", "Grüß dich", "A \\u00A7aServer", "Gr\\u00FC\\u00DF dich"),
        ("server.properties", PROPERTIES, "empty", "no", "empty=", "empty=no"),
        ("a.ini", INI, "server.name", "new", "old", "new"),
        ("a.yml", "language: en\n", "language", "no", "en", '"no"'),
        ("a.yml", "version: latest\n", "version", "1.20", "latest", '"1.20"'),
        ("a.yml", "version: latest\n", "version", "1.21", "latest", "1.21"),
        ("a.yml", "rate: default\n", "rate", "1.20", "default", "1.20"),
        ("a.yml", "motd: &6Hi\n", "motd", "&cHo", "&6Hi", '&6Hi "&cHo"'),
        ("a.toml", "rate = 1.5 # r\n", "rate", "2", "1.5", "2.0"),
        ("a.json", '{\n  "a": [1, 2,],\n  "b": "x,}",\n}\n', "a.1", "7", "2", "7"),
        ("a.json", '{\n  "a": [1, 2,],\n  "b": "x,}",\n}\n', "b", "y", "x,}", "y"),
        ("a.json", "{a: 1, 'b': 'it\\'s, ]', c: .5 /* , */ , }", "c", "+1", ".5", "+1"),
    ],
)
def test_only_the_value_changes(
    path: str, text: str, *, key: str, value: str, old_piece: str, new_piece: str
) -> None:
    assert set_key(path, text, key, value).text == text.replace(old_piece, new_piece, 1)


@pytest.mark.parametrize(
    ("path", "text", "key", "value", "said"),
    [
        ("a.yml", SHOP, "prices.diamnd", "1", "no key"),
        ("a.yml", SHOP, "prices", "1", "more than one value"),
        ("a.yml", SHOP, "prices.diamond", "many", "a number"),
        ("a.yml", SHOP, "prices.open", "1", "true or false"),
        ("a.yml", "a: [1", "a", "1", "cannot be read"),
        ("a.json", JSON, "list", "1", "more than one value"),
        ("a.json", JSON, "on", "yes", "true or false"),
        ("a.json", "{", "a", "1", "cannot be read"),
        ("a.toml", TOML, "server", "1", "more than one value"),
        ("a.toml", TOML, "server.port", "x", "a number"),
        ("server.properties", PROPERTIES, "maxplayers", "1", "no key"),
        ("server.properties", PROPERTIES, "motd", "two\nlines", "one line"),
        ("a.ini", INI, "name", "1", "no key"),
        ("a.txt", "x", "x", "1", "does not know"),
    ],
)
def test_what_cannot_be_changed_is_said(path: str, text: str, key: str, value: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key(path, text, key, value)
    assert said in refused.value.sentence


def test_a_mistyped_key_gets_the_ones_that_were_perhaps_meant() -> None:
    with pytest.raises(BadInput) as refused:
        set_key("server.properties", PROPERTIES, "maxplayers", "1")
    assert "max-players" in refused.value.next_step


def test_of_two_equal_properties_the_one_that_counts_is_changed() -> None:
    assert set_key("a.properties", "a=1\na=2\n", "a", "3").text == "a=1\na=3\n"


@pytest.mark.parametrize(
    ("path", "text", "where"),
    [
        ("a.json", '{"a": }', "line 1, column 7"),
        ("a.json", '{"a": [1 2,],}', "line 1, column 10"),
        ("a.json", '{ // why\n"a": 1 "b": 2}', "line 2, column 8"),
        ("a.json", '{"a": 1,,}', "line 1"),
        ("a.json", "[,]", "line 1"),
        ("a.yml", "a: 1\n b: 2\n", "line 2"),
        ("a.yml", "a: 'open\n", "line"),
        ("a.toml", "a = \n", "line 1"),
        ("a.properties", "a=\\uZZZZ", "\\u"),
        ("a.ini", "[section\n", "bracket"),
    ],
)
def test_broken_syntax_is_said_with_its_place(path: str, text: str, where: str) -> None:
    wrong = problem(path, text)
    assert wrong is not None
    assert where in wrong


@pytest.mark.parametrize("path", ["a.txt", "a.log", "README"])
def test_nothing_is_said_of_unknown_formats(path: str) -> None:
    assert problem(path, "{[(") is None


@given(
    st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1),
    st.text().filter(lambda value: "\\u" not in value),  # what is typed as an escape is one
)
def test_any_key_and_text_survive_in_json(name: str, value: str) -> None:
    text = json.dumps({"before": "kept", name: "x"})
    assert json.loads(set_key("a.json", text, name, value).text) == {"before": "kept", name: value}


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_categories=["Cc"])),
    st.sampled_from(["'x'", '"x"', "!!str x"]),
)
def test_any_text_survives_in_yaml(value: str, before: str) -> None:
    changed = set_key("a.yml", f"a: {before}\nb: kept # why\n", "a", value).text
    assert YAML(typ="safe", pure=True).load(changed) == {"a": value, "b": "kept"}


@pytest.mark.parametrize("key", ["a", "c.d"])
def test_a_value_that_others_refer_to_is_left_alone(key: str) -> None:
    with pytest.raises(BadInput, match=r"is used on line [24]"):
        set_key("a.yml", "a: &x 1\nb: *x\nc: &y {d: 1}\ne: *y\n", key, "2")


@pytest.mark.parametrize(
    ("path", "text"), [("/a.json", "[" * 100_000), ("/a.yml", "[" * 5_000), ("/a.yml", "a: &a [*a]\n")]
)
def test_what_is_nested_for_ever_is_said_and_no_defect(path: str, text: str) -> None:
    problem(path, text)
    with pytest.raises(BadInput):
        set_key(path, text, "a", "2")


def test_a_few_lines_that_would_unfold_to_millions_are_in_nobodys_way() -> None:
    names = "abcdefghij"
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    text = "\n".join([*lines, "? *j", ": key", ""])
    assert set_key("/a.yml", f"{text}z: 1\n", "z", "2").text == f"{text}z: 2\n"


@pytest.mark.parametrize("text", ["[s]\nk=1\n[s]\nk=2\n", "[s]\nk=1\nk=2\n"])
def test_an_ini_key_that_is_there_twice_is_left_alone(text: str) -> None:
    with pytest.raises(BadInput, match="more than once"):
        set_key("/a.ini", text, "s.k", "3")


def test_no_verdict_where_it_is_uncertain_or_would_take_too_long() -> None:
    assert can_check("/server.cfg", "endpoint_add_tcp 0.0.0.0") is None
    assert problem("/server.cfg", "endpoint_add_tcp 0.0.0.0") is None
    assert can_check("/notes.txt", "") is None
    assert can_check("/a.yml", "a: 1\n") is True
    assert can_check("/a.yml", "a: 1\n" * 100_000) is False
    with pytest.raises(BadInput, match="too large"):
        set_key("/a.yml", "a: 1\n" * 100_000, "a", "2")


def test_words_from_the_file_cannot_become_more_than_words() -> None:
    with pytest.raises(BadInput) as raised:
        set_key("/a.properties", "`max`-*players*=1\n", "max-players", "2")
    assert "`` `max`-*players* ``?" in raised.value.next_step
