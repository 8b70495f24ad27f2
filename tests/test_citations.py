"""What code and pages cite exists in the repository: pages, sections and recordings."""

import fnmatch
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
CITED = re.compile(r"docs/[\w/-]+\.md(?:#[\w-]+)?")
LINKED = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
RECORDED = re.compile(r"`((?:panel|wings|node)/[\w.-]+)`")
# Sections of a document that is not here were cited as "section 12.5".
NUMBERED = re.compile(r"\bsections? \d", re.IGNORECASE)
NOT_OURS = {"build", "recordings"}


def files(pattern: str) -> Iterator[Path]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if not name.startswith(".") and name not in NOT_OURS]
        yield from (
            Path(folder, name) for name in fnmatch.filter(names, pattern) if name != Path(__file__).name
        )


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as GitHub does."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def exists(target: str, *, beside: Path) -> bool:
    name, _, section = target.partition("#")
    page = (beside / name) if name else None
    if page is None or not page.exists():
        return False
    return not section or section in anchors(page)


def test_every_page_and_section_that_code_cites_exists() -> None:
    cited = {(path, citation) for path in files("*.py") for citation in CITED.findall(path.read_text())}
    assert len(cited) > 50
    assert [pair for pair in sorted(cited) if not exists(pair[1], beside=ROOT)] == []


def test_code_cites_pages_by_name_and_not_by_number() -> None:
    assert [str(path.relative_to(ROOT)) for path in files("*.py") if NUMBERED.search(path.read_text())] == []


@pytest.mark.parametrize("page", sorted(files("*.md")), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [
        link if not link.startswith("#") else page.name + link for link in LINKED.findall(page.read_text())
    ]
    assert [link for link in links if not exists(link, beside=page.parent)] == []


@pytest.mark.parametrize("page", sorted(REFERENCE.glob("*.md")), ids=lambda page: page.name)
def test_every_recording_that_a_page_names_exists(page: Path) -> None:
    named = RECORDED.findall(page.read_text())
    recordings = ROOT / "tests" / "recordings"
    assert [name for name in named if not (recordings / f"{name}.json").exists()] == []


def test_the_sections_of_a_page_are_named_as_github_names_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Panel API: rules\n\n## Panel and Wings 1.12\n")
    assert anchors(page) == {"panel-api-rules", "panel-and-wings-112"}
    assert exists("page.md#panel-and-wings-112", beside=tmp_path)
    assert not exists("page.md#panel-and-wings-113", beside=tmp_path)
    assert not exists("other.md", beside=tmp_path)
