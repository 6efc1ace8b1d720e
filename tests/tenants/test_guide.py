"""The guide's worked example is cut from the sixth pack, and the reference is what the model says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.tenancy.packs.reference import elements, markdown

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
EXCERPTS = re.findall(r"```yaml\n# (tests/tenants/sixth/\S+)\n(.*?)```", GUIDE, re.DOTALL)


def test_guide_when_read_then_has_the_worked_example() -> None:
    assert len(EXCERPTS) >= 7


@pytest.mark.parametrize(("file", "excerpt"), EXCERPTS)
def test_excerpt_when_compared_then_stands_in_the_file(file: str, excerpt: str) -> None:
    assert excerpt in (ROOT / file).read_text(encoding="utf-8")


def test_reference_when_made_again_then_the_same() -> None:
    """Make it again: python -m core.tenancy.packs.reference > docs/pack-reference.md"""
    assert markdown() == (ROOT / "docs/pack-reference.md").read_text(encoding="utf-8")


def test_reference_when_read_then_no_element_is_missing_and_links_lead_somewhere() -> None:
    text = markdown()
    headings = {heading.lower() for heading in re.findall(r"^## (\w+)$", text, re.MULTILINE)}
    assert {cls.__name__.lower() for cls in elements()} == headings
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= headings
    assert len(headings) > 50
