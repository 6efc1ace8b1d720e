"""docs/coverage says what the packs and the product carry now."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.pack import coverage_pages

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "tenants" / slug for slug in ("lianyun", "sip", "tongyu", "wujin", "yongqiao")]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    made = coverage_pages(FOLDERS)
    assert made is not None
    return made


@pytest.mark.parametrize("name", ["README.md", *(f"{folder.name}.md" for folder in FOLDERS)])
def test_pages_of_coverage_are_fresh(pages: dict[str, str], name: str) -> None:
    """If this fails: ``make coverage-pages``."""
    assert (ROOT / "docs" / "coverage" / name).read_text(encoding="utf-8") == pages[name]


def test_every_clause_stands_in_its_page(pages: dict[str, str]) -> None:
    assert pages["sip.md"].count("| SIP-") >= 643
    assert "| SIP-A2-158 | task | 已承载 | `tasks[sip-a2-158]` |" in pages["sip.md"]
