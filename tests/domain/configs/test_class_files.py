"""Arma's and DayZ's server.cfg: assignments with semicolons, lists and classes."""

import pytest

from bot.core.errors import BadInput
from bot.domain.configs import set_key

DAYZ = """hostname = "EXAMPLE NAME";  // Server name
password = "";
maxPlayers = 60;
motd[] = {"a, b", "c"};
/* who; may { */
class Missions
{
    class DayZ
    {
        template="dayzOffline.chernarusplus"; // Mission
    };
};
"""


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("hostname", 'My; "best" // one', "EXAMPLE NAME", 'My; ""best"" // one'),
        ("password", "p;w", 'password = ""', 'password = "p;w"'),
        ("hostname", "", '"EXAMPLE NAME"', '""'),
        ("maxPlayers", "40", "60", "40"),
        ("motd.0", "d}", '"a, b"', '"d}"'),
        ("Missions.DayZ.template", "x.enoch", "dayzOffline.chernarusplus", "x.enoch"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_value_changes(key: str, value: str, *, old: str, new: str, end: str) -> None:
    text = DAYZ.replace("\n", end)
    assert set_key("serverDZ.cfg", text, key, value).text == text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "key", "value", "changed"),
    [
        ("MaxMsgSend=128;\nx = 1; // y\n", "MaxMsgSend", "256", "MaxMsgSend=256;\nx = 1; // y\n"),
        ('#include "x"\nclass A : B { x[] += {1,{2,"3"}}; };', "A.x.1.1", "q", None),
        ("template = tdm.Stratis;\nclass X;\n", "template", "a b", 'template = "a b";\nclass X;\n'),
        ("class A\n{\n x=1;\n}\n", "A.x", "2", "class A\n{\n x=2;\n}\n"),
        ("paths=a;b;\nk=1\nj=2\nl=3\n", "k", "5", "paths=a;b;\nk=5\nj=2\nl=3\n"),
    ],
)
def test_its_relatives_are_read_too(text: str, key: str, value: str, changed: str | None) -> None:
    assert set_key("basic.cfg", text, key, value).text == (changed or text.replace('"3"', '"q"'))


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\nb = 2;\nclass X { c = 1; };\n",
        'a = "x"\n  "y";\nb = 1;\n',
        'name = "a\\"b";\nb = 1;\n',
        "class X {\nb=1;\n",
        '<?xml version="1.0"?><b="1"/>\n',
    ],
)
def test_what_is_built_a_little_differently_is_left_alone_and_not_called_broken(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key("server.cfg", text, "b", "3")
    assert "The file may be fine" in refused.value.happened


@pytest.mark.parametrize(
    ("text", "key", "value", "said"),
    [
        (DAYZ, "maxPlayers", "many", "a number"),
        (DAYZ, "Missions.DayZ", "1", "more than one value"),
        ('name = "x";\nb = 1;\n', "name", 'a"b', "quotes and backslashes"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(text: str, key: str, value: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key("server.cfg", text, key, value)
    assert said in refused.value.happened
