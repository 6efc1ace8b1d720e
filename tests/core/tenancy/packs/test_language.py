"""The guide and the language say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.setting import Layer
from core.tenancy.packs.shape import fields_of
from tests.core.tenancy.packs.conftest import ROOT

GUIDE = (ROOT / "docs/packs.md").read_text(encoding="utf-8")


def classes(cls: Any, seen: set[Any]) -> set[Any]:
    if cls not in seen:
        seen.add(cls)
        for field in fields_of(cls):
            if field.shape.nested:
                classes(field.shape.of, seen)
    return seen


KEYS = sorted(
    {field.key for cls in classes(Pack, set()) | classes(Layer, set()) for field in fields_of(cls)} - {"base"}
)


@pytest.mark.parametrize("key", KEYS)
def test_guide_when_a_key_exists_then_it_is_described(key: str) -> None:
    assert re.search(rf"(?<![A-Za-z_]){key}(?![A-Za-z_])", GUIDE)


def test_model_when_a_field_exists_then_it_has_a_docstring() -> None:
    for file in (ROOT / "core/tenancy/packs/model").rglob("*.py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if (
                re.match(r"    [a-z_]+: [^=]+(= .+)?$", line)
                and not line.strip().endswith(("(", ","))
                and "->" not in line
            ):
                following = next((later for later in lines[number + 1 :] if later.strip()), "")
                assert following.strip().startswith('"""'), f"{file.name}:{number + 1}: {line}"
