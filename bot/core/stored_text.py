"""Sentences in the store: texts of the catalogue with their values, for the language of each reader."""

import json
from collections.abc import Mapping

from bot.core.errors import QuetzalError
from bot.core.i18n import Message, english


def stored(*sentences: str | Message) -> str:
    """Write sentences down. One that is no `Message` stays in English."""
    return json.dumps([_written(sentence) for sentence in sentences], ensure_ascii=False)


def reason_of(error: QuetzalError) -> str:
    """Write down what happened and what to do next."""
    return stored(error.to_store("happened"), error.to_store("next_step"))


def stored_also(text: str, sentence: str | Message) -> str:
    """Add a sentence to what `stored` has written; to nothing, too."""
    return json.dumps([*_parts(text), _written(sentence)], ensure_ascii=False)


def sentences_of(text: str) -> list[str]:
    """Return the sentences, in the current language. Earlier versions stored a line of English for each."""
    return [_shown(part) for part in _parts(text)]


def _written(sentence: object) -> object:
    if isinstance(sentence, Message):
        values = {name: _written(value) for name, value in sentence.values.items()}
        return {"text": sentence.message, "values": values}
    if isinstance(sentence, bool | int | float):
        return sentence
    return english(sentence) if isinstance(sentence, str) else str(sentence)


def _parts(text: str) -> list[object]:
    if not text.startswith("["):
        return [{"text": line, "values": {}} for line in text.split("\n") if line]
    return list(json.loads(text))


def _shown(part: object) -> str:
    return str(_readable(part))  # a Message is shown in the current language


def _readable(part: object) -> object:
    if not isinstance(part, Mapping):
        return part
    return Message(part["text"], {name: _readable(value) for name, value in part["values"].items()})
