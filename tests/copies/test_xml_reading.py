"""Answers in XML are read without entities and within bounds."""

import pytest

from bot.copies.xml_reading import read_xml


def test_names_come_without_a_namespace_and_blanks_in_front_are_allowed() -> None:
    body = b' \n <?xml version="1.0"?><List xmlns="http://s3.amazonaws.com/doc/"><Key> a&amp;b </Key></List>'
    listed = read_xml(body)
    assert (listed.name, listed.value("Key"), listed.value("Size")) == ("List", "a&b", "")


@pytest.mark.parametrize("encoding", ["unknown", "hex", "shift_jis"])
def test_answers_are_read_as_utf_8_whatever_they_say(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><Key>Überwelt</Key>'.encode()
    assert read_xml(body).text == "Überwelt"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Bad gateway",
        b"\xff\xfe<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" * 17 + b"</a>" * 17,
        b"<a>" + b"<b/>" * 20_000 + b"</a>",
    ],
    ids=["nothing", "a cut page", "no encoding", "an entity", "a document type", "deep", "many elements"],
)
def test_what_is_no_short_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"XML"):
        read_xml(body)
