"""What a person may mean by a path, which panel, console and stack traces show in other forms. Pure."""

import re
from collections.abc import Iterator

from bot.core.errors import BadInput
from bot.domain.paths import normalise

_QUOTES = {'"': '"', "'": "'", "`": "`", "<": ">", "“": "”"}
# How containers, install scripts and Wings' log call the server's own folder.
_ROOT = re.compile(
    r"/?(?:home/container|mnt/server|var/lib/(?:pterodactyl|pelican)/volumes/[0-9a-fA-F-]{36})(?=/|$)|~(?=/|$)"
)
_LINE = re.compile(r"(?::\d{1,9}){1,2}:?$|[ ,(]+(?:on )?line \d{1,9}\)?:?$")


def readings(typed: str) -> list[str]:
    """Give the paths that may be meant, the one as it stands first. Raises BadInput when that is none."""
    found = [normalise(typed)]
    for form in _forms(typed):
        try:
            path = normalise(form)
        except BadInput:
            continue  # a backslash as a slash may make `..`
        if path not in found:
            found.append(path)
    return found


def names_folder(typed: str) -> bool:
    """Whether a slash at its end says that a folder is meant."""
    return _unquoted(typed).endswith(("/", "\\"))


def cleaned(typed: str) -> str:
    """Give the likeliest form where nothing of that name exists; a line number stays in it."""
    return _within_root(_unquoted(typed).replace("\\", "/"))


def new_path(typed: str) -> str:
    """Give the path of something that is not there yet: cleaned, but with the blanks around it."""
    bare = _unquoted(typed)
    return normalise(cleaned(typed) if bare != typed.strip() else _within_root(typed.replace("\\", "/")))


def _forms(typed: str) -> Iterator[str]:
    bare = _unquoted(typed)
    for form in (typed, bare, bare.replace("\\", "/")):
        yield form
        yield _within_root(form)
        yield _LINE.sub("", form)
        yield _LINE.sub("", _within_root(form))


def _unquoted(typed: str) -> str:
    bare = typed.strip()
    if len(bare) > 1 and _QUOTES.get(bare[0]) == bare[-1]:
        bare = bare[1:-1].strip()
    return bare


def _within_root(path: str) -> str:
    return _ROOT.sub("", path, count=1) if _ROOT.match(path) else path
