"""A connection string means the same to the driver that reads it as to the person who asked for it."""

import ast
import json
import re
import shlex
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from bot.core.errors import BadInput
from bot.domain.databases import Credentials, advice, checked_remote, connection_strings, new_name

LOGIN = Credentials("db.example.com", 3306, "s42_shop", "u42_QsIAp1jhvS", "y8+s@.h=^!'\"\\$`%;:/?#&x")
passwords = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


def written(password: str, form: str, host: str = "db.example.com") -> str:
    return connection_strings(Credentials(host, 3306, "s42_shop", "u42_x", password))[form]


@given(passwords)
def test_a_shell_hands_the_password_on_as_it_is(password: str) -> None:
    words = shlex.split(written(password, "mysql"))
    assert words[0] == "mysql"
    assert f"--password={password}" in words
    assert words[-1] == "s42_shop"


@given(passwords)
def test_jdbc_reads_its_query(password: str) -> None:
    url = urlsplit(written(password, "JDBC").removeprefix("jdbc:"))
    assert (url.hostname, url.port, url.path) == ("db.example.com", 3306, "/s42_shop")
    # Connector/J decodes percent signs only; a plus stays a plus.
    query = dict(pair.split("=", 1) for pair in url.query.split("&"))
    assert unquote(query["password"]) == password == parse_qs(url.query)["password"][0]


@given(passwords)
def test_sqlalchemy_parses_its_url(password: str) -> None:
    url = make_url(written(password, "SQLAlchemy"))
    assert (url.host, url.port, url.database, url.username, url.password) == (
        "db.example.com", 3306, "s42_shop", "u42_x", password,
    )  # fmt: skip


@given(passwords)
def test_pymysql_s_call_is_python(password: str) -> None:
    call = ast.parse(written(password, "PyMySQL"), mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert arguments == {
        "host": "db.example.com", "port": 3306, "user": "u42_x", "password": password, "database": "s42_shop",
    }  # fmt: skip


@given(passwords)
def test_mysql2_s_options_are_json(password: str) -> None:
    options = json.loads(written(password, "Node mysql2").removeprefix("mysql.createConnection(")[:-1])
    assert options["password"] == password
    assert options["port"] == 3306


@given(passwords)
def test_pdo_s_words_are_php(password: str) -> None:
    words = re.findall(r"'((?:[^'\\]|\\.)*)'", written(password, "PHP PDO"))
    assert words[0] == "mysql:host=db.example.com;port=3306;dbname=s42_shop;charset=utf8mb4"
    assert re.sub(r"\\([\\'])", r"\1", words[2]) == password


def test_an_ipv6_host_stands_in_brackets() -> None:
    assert make_url(written("x", "SQLAlchemy", host="2001:db8::1")).host == "2001:db8::1"


def test_the_password_is_not_in_a_repr() -> None:
    assert LOGIN.password not in repr(LOGIN)


@pytest.mark.parametrize(
    ("typed", "internal_id", "effective", "is_cut"),
    [
        ("essentials", 42, "s42_essentials", False),
        ("a" * 45, 4, f"s4_{'a' * 45}", False),
        ("a" * 46, 4, f"s4_{'a' * 45}", True),
        ("abc", 123456, "s123456_abc", False),
    ],
)
def test_the_real_name_is_known_beforehand(
    typed: str, internal_id: int, effective: str, *, is_cut: bool
) -> None:
    name = new_name(typed, internal_id)
    assert (name.effective, name.is_cut) == (effective, is_cut)


@pytest.mark.parametrize("typed", ["ab", "a" * 49, "with-dash", "grün", "a b", "", "a;b"])
def test_other_names_are_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        new_name(typed, 1)


@pytest.mark.parametrize(
    ("typed", "fine"), [("%", True), ("10.0.0.%", True), ("2001:db8::1", True), ("a b", False)]
)
def test_remotes(typed: str, *, fine: bool) -> None:
    if fine:
        assert checked_remote(typed) == typed
    else:
        with pytest.raises(BadInput):
            checked_remote(typed)


@pytest.mark.parametrize(
    ("count", "limit", "cited"),
    [
        (0, None, "No database yet"),
        (6, None, "6 databases"),
        (2, 2, "limit of 2"),
        (0, 0, "limit 0"),
        (1, 5, None),
    ],
)
def test_advice_cites_its_number(count: int, limit: int | None, cited: str | None) -> None:
    said = " ".join(advice(count, limit))
    assert cited in said if cited else said == ""
