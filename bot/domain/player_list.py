"""Reads what a Minecraft server answers to `list` in its console. Pure.

Players can type the same words, so an answer counts only at the beginning of what the server itself logged:
chat has its author in front. Bedrock's own server logs no chat; its answer and the lines with the names have
no time in front.
"""

import re
from collections.abc import Sequence

from bot.core.terminal_codes import without_prompt
from bot.domain.players import (
    GameProtocol,
    ImplausibleAnswer,
    PlayerCount,
    checked_online,
    named_player,
    named_players,
    plausible_maximum,
)

_PREFIX = re.compile(
    r"\[[^\]]{0,40}\d{1,2}:\d\d[^\]]{0,20}\](?: \[[^\]/]{1,80}/[^\]]{0,40}\])*(?: \([\w./$-]{1,80}\)|:)? "
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[[A-Z]{4,7}\] "
)
_MINECRAFT_COLOUR = re.compile(r"§.")
_HIDDEN_COUNT = r"(?:/\d{1,6})?"
"""EssentialsX shows a console how many players hide, behind those that everybody sees."""
_HIDDEN = "[HIDDEN]"
_COUNT = re.compile(
    rf"There are (?P<online>\d{{1,6}}){_HIDDEN_COUNT}"
    r"(?:(?: out)? of(?:(?: a)? max(?:imum)?(?: of)?)? |\s?/\s?)(?P<maximum>\d{1,10})"
    r"(?: players?)?(?: online)?[.:]*(?P<names> .*|)"
)
_LANGUAGES = (
    ("Има", "от максимум"),
    ("Online su", "od maksimalno"),
    ("Je připojeno", "z maximálního počtu"),
    ("Der er", "ud af maksimum"),
    ("Es sind", "von maximal"),
    ("Hay", "jugadores de un máximo de"),
    ("Võrgus on", "/"),
    ("Pelaajia palvelimella", "/"),
    ("Il y a", "joueurs en ligne sur"),
    ("Il y a", "joueurs en ligne sur un maximum de"),
    ("Jelenleg", "játékos online a maximális"),
    ("Ci sono", "giocatori online su un massimo di"),
    ("", "人のプレイヤーが接続中です。最大接続可能人数:"),
    ("Er zijn", "van het maximum"),
    ("Det er", "av maks"),
    ("Na serwerze jest", "graczy z maksimum"),
    ("Há", "de"),
    ("Há", "de no máximo"),
    ("Sunt", "din maxim"),
    ("Сейчас", "из"),
    ("Online je", "z maximálneho počtu"),
    ("Trenutno je", "od maksimalnih"),
    ("Det är", "av maximalt"),
    ("Sunucuda", "çevrimiçi oyuncu var. Maksimum oyuncu sayısı"),  # noqa: RUF001 - Turkish
    ("Наразі", "з максимальних"),
    ("Có", "trong tối đa"),
    ("当前有", "位玩家在线，可容纳最大在线人数为"),  # noqa: RUF001 - Chinese
    ("當前有", "個玩家在線,最大在線人數為"),
    ("現在有", "個玩家在線，最多在線人數為"),  # noqa: RUF001 - Chinese
)
"""How EssentialsX says it, before the number of players and between it and the number of slots."""
_TRANSLATED = tuple(
    re.compile(
        rf"{re.escape(before)} ?(?P<online>\d{{1,6}}){_HIDDEN_COUNT} ?{re.escape(between)} ?"
        r"(?P<maximum>\d{1,10})(?P<names>)[^\d:]{0,60}"
    )
    for before, between in _LANGUAGES
)
_GROUP = re.compile(r"[^,:]{1,40}: (?=\S)")
_NAME = re.compile(
    r"(?:\[[A-Za-z]{1,10}\] ?){0,4}(?P<name>[.*+~-]?[\w ]{1,20}?)(?: \([0-9a-fA-F-]{32,36}\))?"
)


def listed_players(lines: Sequence[str]) -> PlayerCount | None:
    """Return what the last answer in the lines says; None when there is none.

    Names are included when exactly as many follow as are online.
    """
    said = [_said(line) for line in lines]
    for number in range(len(said) - 1, -1, -1):
        text = said[number]
        match = (
            next(filter(None, (form.fullmatch(text) for form in (_COUNT, *_TRANSLATED))), None)
            if text
            else None
        )
        if match is not None:
            is_bare = _PREFIX.match(_plain(lines[number])) is None
            following = lines[number + 1 :]
            return _count(match, [*map(_plain, following)] if is_bare else said[number + 1 :])
    return None


def _count(match: re.Match[str], following: Sequence[str | None]) -> PlayerCount | None:
    try:
        online = checked_online(match["online"])
    except ImplausibleAnswer:
        return None
    names = _names(match["names"]) or []
    for text in following:
        if len(names) >= online or text is None or (more := _names(_GROUP.sub("", text, count=1))) is None:
            break
        names += more
    players = named_players(named_player(name) for name in names) if len(names) == online else None
    return PlayerCount(
        online=online,
        maximum=plausible_maximum(match["maximum"]),
        players=players,
        protocol=GameProtocol.MINECRAFT,
    )


def _names(text: str) -> list[str] | None:
    """Return the names of a list with commas, without those that hide; None for what is no such list."""
    shown = [part.strip() for part in text.split(",") if _HIDDEN not in part]
    if not any(shown):
        return []
    matches = [_NAME.fullmatch(part) for part in shown]
    return [match["name"].strip() for match in matches if match] if all(matches) else None


def _said(line: str) -> str | None:
    """Return what the server logged, without time and level; None for a line that has none of them."""
    plain = _plain(line)
    match = _PREFIX.match(plain)
    return plain[match.end() :] if match else plain if plain.startswith("There are ") else None


def _plain(line: str) -> str:
    return _MINECRAFT_COLOUR.sub("", without_prompt(line)).rstrip()
