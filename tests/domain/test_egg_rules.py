"""An egg's rules say in words what a value has to be, and refuse what the panel would."""

import pytest

from bot.domain.egg_rules import rules_of

JAR = r"required|regex:/^([\w\d._-]+)(\.jar)$/"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("required|string|max:20", "text of at most 20 characters"),
        ("required|string|between:3,15", "text of 3 to 15 characters"),
        ("required|integer|between:1,64", "a whole number from 1 to 64"),
        ("required|numeric|min:0.5", "a number of at least 0.5"),
        ("required|string|in:easy,hard", "one of `easy`, `hard`"),
        ("required|boolean", "1 (on) or 0 (off)"),
        ("nullable|string|max:32", "text of at most 32 characters, or empty"),
        ("required|string|size:8", "text of 8 characters"),
        ("required|url", "a web address"),
        (JAR, r"text that matches `/^([\w\d._-]+)(\.jar)$/`"),
        (["required", "regex:/^(a|b)$/"], "text that matches `/^(a|b)$/`"),
        ("required|regex:/^(a|b)$/|max:3", "text of at most 3 characters that matches `/^(a|b)$/`"),
        ("required|numeric|digits_between:1,5", "a number of 1 to 5 digits"),
        ("required|integer|digits:4", "a whole number of 4 digits"),
        ("required|string|max_digits:3", "a whole number of at most 3 digits"),
        ('required|in:"a, b",c', "one of `a, b`, `c`"),
        ("required|made_up:7|odd", "text (the panel also checks `made_up:7`, `odd`)"),
        ("nullable|required|string", "text"),
        ("required|starts_with:a,b|not_in:ab", "text that starts with `a`, `b` other than `ab`"),
        ("required|doesnt_end_with:.zip", "text that doesn't end with `.zip`"),
        ("required|integer|gte:1024|lte:65535", "a whole number from 1024 to 65535"),
        ("required|timezone", "a time zone like `Europe/Berlin`"),
        (r"required|regex:{^\d|x{2}$}i|max:3", r"text of at most 3 characters that matches `{^\d|x{2}$}i`"),
        (None, "text"),
    ],
)
def test_rules_are_said_in_words(rules: str | list[str] | None, words: str) -> None:
    assert rules_of(rules).describe() == words


@pytest.mark.parametrize(
    ("rules", "allowed", "refused"),
    [
        ("required|string|max:20", ["x", "x" * 20], ["", "x" * 21]),
        ("nullable|string|max:32", ["", "x"], ["x" * 33]),
        ("string|max:32", ["x"], [""]),
        ("required|integer|between:1,64", ["1", "64"], ["0", "65", "many", "1.5", "007", "٣"]),
        ("required|numeric|max:2", ["1.5", "-3", "2"], ["2.1", "two"]),
        ("required|string|in:easy,hard", ["easy", "hard"], ["Easy", "insane"]),
        ("required|boolean", ["0", "1"], ["true", "2"]),
        (JAR, ["server.jar"], ["server.zip", "a b.jar"]),
        ("required|regex:/^(?<name>[a-z]+)$/i", ["ABC"], ["a1"]),
        ("required|not_regex:/;/", ["a"], ["a;b"]),
        ("required|regex:/^(a|b)$/", ["a", "b"], ["c"]),
        ("required|alpha_dash", ["a-b_c1"], ["a b"]),
        ("required|ip", ["10.0.0.1", "::1"], ["10.0.0"]),
        ("required|ipv4", ["10.0.0.1"], ["::1"]),
        ("required|regex:[unclosed", ["anything, which the panel decides"], []),
        ("required|regex:/(?&broken", ["anything, which the panel decides"], []),
        ("required|max:lots", ["anything"], []),
        ("required|made_up:7", ["anything"], []),
        ("required|numeric|digits_between:2,5", ["12", "12345"], ["1", "123456", "1.5", "-12"]),
        ("required|integer|digits:4", ["1234"], ["123", "12345"]),
        ("required|digits_between:lots", ["anything"], []),
        ('required|in:"a, b",c', ["a, b", "c"], ["a", "b", '"a']),
        ("required|alpha_dash", ["cafe\u0301"], ["cafe\u0301 x"]),
        ("required|regex:/^[[:alnum:]]+$/", ["which", "the-panel decides"], []),
        ("", ["", "anything"], []),
        ("nullable|required|string", ["x"], [""]),
        ("required|integer", ["9223372036854775807"], ["9223372036854775808"]),
        ("required|string|not_in:a,b", ["c"], ["a", "b"]),
        ("required|starts_with:a,b|ends_with:.jar", ["a.jar", "b.jar"], ["c.jar", "a.zip"]),
        ("required|doesnt_start_with:/|doesnt_end_with:/", ["a/b"], ["/a", "a/"]),
        ("required|integer|gte:5|lte:7", ["5", "7"], ["4", "8"]),
        (r"required|regex:{^\d+$}", ["12"], ["x1"]),
        (r"required|regex:(^a$)i", ["A"], ["b"]),
        ("required|url", ["https://a.b/c?d=e", "http://localhost:80"], ["example.com", "http://", "a b"]),
        ("required|email", ["a@b.c"], ["a@", "nobody"]),
        ("required|uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
        ("required|json", ["{}", "[1]", "5"], ["{", "on", "NaN"]),
        ("required|timezone", ["UTC", "Europe/Berlin"], ["Nowhere/There", "CEST"]),
        ([], ["", "anything"], []),
    ],
)
def test_values_are_checked_as_the_panel_does(
    rules: str | list[str], allowed: list[str], refused: list[str]
) -> None:
    known = rules_of(rules)

    assert [value for value in allowed if not known.allow(value)] == []
    assert [value for value in refused if known.allow(value)] == []


@pytest.mark.parametrize(
    ("rules", "typed", "value"),
    [
        ("required|boolean", " on ", "1"),
        ("required|boolean", "False", "0"),
        ("required|string", " two words ", "two words"),
        ("required|string", "on", "on"),
    ],
)
def test_a_value_is_sent_as_the_panel_takes_it(rules: str, typed: str, value: str) -> None:
    assert rules_of(rules).normalise(typed) == value


def test_the_only_values_are_known() -> None:
    assert rules_of("required|in:a,b").choices == ("a", "b")
    assert rules_of("required|boolean").choices == ("1", "0")
    assert rules_of("required|string").choices == ()
