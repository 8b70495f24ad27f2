"""Reads the short XML answers of storage services. Pure.

Document types are refused, and with them entities, which can make a short text very long, or read files.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

_DEEPEST = 16
_MOST_ELEMENTS = 20_000
"""A page of 1,000 parts has about 7,000."""


@dataclass(slots=True)
class Element:
    """An element by its name without a namespace, its text, and its children."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def value(self, name: str) -> str:
        """Return the text of the first child with that name, "" without one."""
        return next((child.text.strip() for child in self.children if child.name == name), "")


def read_xml(body: bytes) -> Element:
    """Read a document; raises ValueError for what is no XML, has a document type or is unusually large."""
    reader = _Reader()
    # They are all in UTF-8. expat would look for an encoding of any other name among Python's codecs.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.add_text
    try:
        # Services that work for long send blanks first, so that the connection stays open.
        parser.Parse(body.strip(), True)
    except expat.ExpatError as error:
        raise ValueError(f"not XML: {error}") from None
    return reader.top.children[0]


class _Reader:
    """Builds the elements."""

    def __init__(self) -> None:
        self.top = Element("")
        self._open = [self.top]
        self._count = 0

    def refuse_doctype(self, *_arguments: object) -> None:
        raise ValueError("XML with a document type")

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) > _DEEPEST:
            raise ValueError("unusually large or deep XML")
        element = Element(name.rpartition(" ")[2])
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def add_text(self, text: str) -> None:
        self._open[-1].text += text
