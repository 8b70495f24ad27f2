"""The page of pictures and the pictures themselves agree: none is missing, none is left out."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {
    "docs/pictures.md": (DOCS / "pictures.md").read_text(),
    "docs/alerts.md": (DOCS / "alerts.md").read_text(),
    "docs/backups.md": (DOCS / "backups.md").read_text(),
    "README.md": (DOCS.parent / "README.md").read_text(),
}
PICTURE = re.compile(r"shots/((?:before/)?[\w-]+\.png)")


def taken() -> set[str]:
    shots = DOCS / "shots"
    return {picture.relative_to(shots).as_posix() for picture in shots.rglob("*.png")}


def test_each_picture_is_on_the_page_of_pictures() -> None:
    assert taken() == set(PICTURE.findall(PAGES["docs/pictures.md"]))


@pytest.mark.parametrize("page", PAGES)
def test_each_page_shows_pictures_that_there_are(page: str) -> None:
    assert set(PICTURE.findall(PAGES[page])) <= taken()
