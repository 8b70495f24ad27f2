"""Whatever a configuration holds: changing one key replaces the characters of its value and no other byte."""

import json
import string
import tomllib

import javaproperties
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain.configs import problem, set_key
from bot.domain.text_diff import TextFile

words = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
values = st.one_of(
    words,
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=20),
)
ends = st.sampled_from(["\n", "\r\n", "\r"])
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def set_in(path: str, raw: bytes, key: str, value: str) -> bytes:
    file = TextFile.of(raw)
    return file.edited(set_key(path, file.text, key, value).text)


@st.composite
def surroundings(draw: st.DrawFn, lines: tuple[str, ...]) -> tuple[str, str, str, str]:
    """Lines before and behind, each with an end of its own, the last perhaps with none; and an encoding."""
    before = "".join(draw(st.sampled_from(lines)) + draw(ends) for _ in range(draw(st.integers(0, 4))))
    behind = "".join(draw(st.sampled_from(lines)) + draw(ends) for _ in range(draw(st.integers(0, 4))))
    return (
        before,
        draw(ends) + behind if behind else draw(st.sampled_from(["", "\n", "\r\n"])),
        draw(encodings),
        "",
    )


def changed_only(
    path: str, around: tuple[str, str, str, str], head: str, *, old: str, value: str
) -> str | None:
    """Set `k` and see that what is around it stayed; give what stands there now, None when it is refused."""
    before, behind, encoding, _ = around
    mark = MARKS.get(encoding, b"")
    raw = mark + f"{before}{head}{old}{behind}".encode(encoding)
    try:
        now = set_in(path, raw, "k", value)
    except BadInput:
        return None
    start, end = mark + f"{before}{head}".encode(encoding), behind.encode(encoding.removesuffix("-sig"))
    assert now.startswith(start)
    assert now.endswith(end)
    return now[len(start) : len(now) - len(end)].decode(encoding.removesuffix("-sig"))


@given(
    surroundings(("# note", "other = 1", "", "; x", "\tb: 2", "c=d ; e")),
    values,
    st.sampled_from(["k=", "k = ", "\tk ="]),
)
def test_ini(around: tuple[str, str, str, str], value: str, head: str) -> None:
    written = changed_only("a.ini", around, head, old="old", value=value)
    assert written in (value, None)
    assert written is not None or not value.isalnum()


@given(
    surroundings(("#c", "! c", "a=1", "b : x\\\\", "", "motd=x y")),
    values,
    st.sampled_from(["k=", "k : ", " k\t"]),
)
@example(("", "", "utf-8", ""), "=", " k\t")
def test_properties_of_java(around: tuple[str, str, str, str], value: str, head: str) -> None:
    value = value.replace("\\", "/")
    written = changed_only("a.properties", around, head, old="old\\\n  more", value=value)
    assert written is not None
    assert written.isascii()
    assert javaproperties.loads(head + written) == {"k": value}


@given(surroundings(("#c", "a=1", "b=\\x", "")), values)
def test_properties_that_are_read_as_they_stand(around: tuple[str, str, str, str], value: str) -> None:
    before, behind, left, right = around
    written = changed_only(
        "server.properties",
        (f"allow-cheats=false\n{before}", behind, left, right),
        "k=",
        old="x",
        value=value,
    )
    assert written == value


@given(
    surroundings(("# c", "a: 1", "b: [x, {y: 'z'}]", "", "c:", "d: e # f")),
    values,
    st.sampled_from(["x", "'x'", '"x"', ""]),
)
def test_yaml(around: tuple[str, str, str, str], value: str, old: str) -> None:
    written = changed_only("a.yml", around, "k: ", old=old, value=value)
    if written is not None:
        (scalar,) = [
            e.value for e in yaml.parse(f"- {written}\n", yaml.SafeLoader) if isinstance(e, yaml.ScalarEvent)
        ]
        assert scalar == value
    elif problem("a.yml", f"{around[0]}k: {old}{around[1]}") is None:
        pytest.fail("refused, though the file is well")


@given(surroundings(("# c", "", 'b = "x#" # c')), values, st.sampled_from(['"x"', "'x'", '"""x"""']))
def test_toml(around: tuple[str, str, str, str], value: str, old: str) -> None:
    written = changed_only("a.toml", ("", *around[1:]), "k = ", old=old, value=value)
    assert written is None or tomllib.loads(f"k = {written}") == {"k": value}


@given(values, encodings, ends)
def test_json(value: str, encoding: str, end: str) -> None:
    around = (f'{{{end}\t"a" : [1, 2.50, {{"k": null}}],{end}  ', f' , "z":1e5{end}}}', encoding, "")
    written = changed_only("a.json", around, '"k" :', old='"x"', value=value)
    assert written is not None
    assert json.loads(written) == value


def plain_of(written: str, quote: str = '"') -> str:
    return written[1:-1] if written[:1] == quote else written


@given(
    surroundings(("# c", "// c", "", "a = 1", "b { c : [x, y] }", 'd.e = "}" # c', "f = x y")),
    values,
    st.sampled_from(["k=", "k : ", "\tk ="]),
    st.sampled_from(['"old"', "old", '"""old"""']),
)
def test_hocon(around: tuple[str, str, str, str], value: str, head: str, old: str) -> None:
    written = changed_only("a.hocon", around, head, old=old, value=value)
    if old.startswith('"""'):
        assert written in (f'"""{value}"""', None)
        assert written is not None or value.endswith('"') or '"""' in value
    else:
        assert written is not None
        assert (json.loads(written) if written.startswith('"') else written) == value


@given(
    surroundings(("# c", "", "I:a=1", "b {\n}", 'B:"c d"=true', "S:l <\n x=y\n>")),
    values,
    st.sampled_from(["S:k=", '\tS:"k"=']),
)
def test_forge(around: tuple[str, str, str, str], value: str, head: str) -> None:
    written = changed_only("a.cfg", around, head, old="old", value=value)
    assert written in (value, None)
    assert written is not None or value != value.strip()


@given(
    surroundings(("// c", "# c", "", "a 1", 'b "x y" // c', "exec c.cfg", "set d e")),
    values,
    st.sampled_from(["k ", "\tk\t", "seta k "]),
    st.sampled_from(['"old"', "old", '""']),
)
def test_console(around: tuple[str, str, str, str], value: str, head: str, old: str) -> None:
    written = changed_only("a.cfg", around, head, old=old, value=value)
    if written is None:
        assert '"' in value
    elif len(value) < 2 or value[0] != '"' or value[-1] != '"':
        assert plain_of(written) == value


@given(
    surroundings(("// c", "", "a = 1;", 'b[] = {"x", {1, 2}};', "class C { d=1; };", "/* e */ f=x.y; // c")),
    values,
    st.sampled_from(["k=", "\tk = "]),
    st.sampled_from(['"old"', "old.x", '""']),
)
def test_classes(around: tuple[str, str, str, str], value: str, head: str, old: str) -> None:
    before, behind, left, right = around
    behind = f"; {behind}\nclass Z {{}};"
    written = changed_only("a.cfg", (before, behind, left, right), head, old=old, value=value)
    assert written is not None
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        assert plain_of(written).replace('""', '"') == value


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("a.yml", "a: x\n- y\n{}[],'\"&*!|>%@`#: \\"),
        ("a.toml", "a = [1]\n\"'{}#.,\\"),
        ("a.json", '{"a":[1,null]}//\\\n'),
        ("a.ini", "[a]\nk=v;#\"' ("),
        ("a.conf", '{a=b}[]"$,#:\n/'),
        ("a.cfg", 'B:a=x{}<>\n"; '),
        ("a.cfg", 'class a{b=1;}[]"/*\n, '),
        ("a.properties", "a=b:\\u00\n# "),
    ],
)
def test_an_unreadable_file_is_refused_in_a_sentence(path: str, kinds: str) -> None:
    @given(st.text(kinds, max_size=60), st.sampled_from(["a", "k", "a.0", ""]), values)
    def play(text: str, key: str, value: str) -> None:
        try:
            change = set_key(path, text, key, value)
        except BadInput:
            return
        assert problem(path, change.text) is None

    play()


@pytest.mark.parametrize(
    ("path", "before", "value", "after"),
    [
        ("a.yml", "k: 'é'\n", "Žluť", "k: 'Žluť'\n"),
        ("a.yml", "# ü\nk: x\n", "zażółć 😀", "# ü\nk: zażółć 😀\n"),
        ("a.json", '{"k": "§x"}', "§ř", '{"k": "§ř"}'),
        ("a.toml", 'k = "§x"\n', "§ř", 'k = "§ř"\n'),
        ("a.conf", 'k = "§x"\n# {\n', "§ř", 'k = "§ř"\n# {\n'),
        ("a.properties", "k=§x\n", "§ř", "k=§ř\n"),
    ],
)
def test_a_file_in_unicode_gets_every_character_as_it_is(
    path: str, before: str, value: str, after: str
) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert set_in(path, before.encode(encoding), "k", value) == after.encode(encoding)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.yml", "k: x # ü\n", 'k: "\\u0159" # ü\n'),
        ("a.json", '{"k": "ü"}', '{"k": "\\u0159"}'),
        ("a.properties", "k=ü\n", "k=\\u0159\n"),
    ],
)
def test_a_file_in_latin_1_gets_an_escape_for_what_it_has_no_form_for(
    path: str, before: str, after: str
) -> None:
    assert set_in(path, before.encode("latin-1"), "k", "ř") == after.encode("latin-1")


@pytest.mark.parametrize("value", ["=", "= x", "a = b"])
def test_a_console_value_that_looks_like_an_assignment_gets_quotes(value: str) -> None:
    assert set_in("a.cfg", b"k old\n", "k", value) == f'k "{value}"\n'.encode()
