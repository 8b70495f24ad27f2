"""The pages for newcomers are true: packages, contracts, paths and quotes."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
ADDING = ROOT / "docs" / "adding-a-command.md"
PATH = re.compile(
    r"`((?:bot|cogs|sandbox|demo|benchmarks|tests|docs)/[\w./-]*|[\w-]+\.(?:md|toml))(?:#[\w-]+)?`"
)
QUOTE = re.compile(r"```(?:python|text)\n(.*?)```", re.DOTALL)


def packages() -> list[str]:
    """Name every package as the page does."""
    roots = ("bot", "cogs", "sandbox", "demo", "benchmarks", "tests")
    return sorted(
        f"{init.parent.relative_to(ROOT)}/" for root in roots for init in (ROOT / root).rglob("__init__.py")
    )


def test_every_package_has_a_line() -> None:
    lines = re.findall(r"^\| `([\w/]+/)` \|", ARCHITECTURE.read_text(), re.MULTILINE)
    headed = re.findall(r"^### `([\w/]+/)`", ARCHITECTURE.read_text(), re.MULTILINE)
    assert sorted({*lines, *headed}) == packages()


def test_every_module_that_a_row_names_is_in_its_package() -> None:
    rows = re.findall(r"^\| `([\w/]+/)` \| .* \| (.+) \|$", ARCHITECTURE.read_text(), re.MULTILINE)
    named = [f"{package}{module}" for package, text in rows for module in re.findall(r"`(\w+\.py)`", text)]
    assert len(named) > 100
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_import_contract_is_listed_by_its_name() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = re.findall(r"^\d+\. (.+)$", ARCHITECTURE.read_text(), re.MULTILINE)
    assert [contract["name"] for contract in contracts if contract["name"] not in listed] == []


@pytest.mark.parametrize("page", [ARCHITECTURE, ADDING], ids=lambda page: page.name)
def test_every_path_on_the_page_exists(page: Path) -> None:
    ours, *_ = page.read_text().split("\n## Models to learn from")
    named = PATH.findall(ours)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


def test_every_quote_is_the_code_of_its_section() -> None:
    for section in ADDING.read_text().split("\n## ")[1:]:
        code = [
            unindented((ROOT / path).read_text()) for path in PATH.findall(section) if path.endswith(".py")
        ]
        for quote in QUOTE.findall(section):
            assert any(unindented(quote) in text for text in code), f"no file of this section has:\n{quote}"
