"""The pack of the pack guide, as a folder that a test may spoil."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.tenancy.packs.check import check, load
from core.tenancy.packs.faults import Fault
from core.tenancy.packs.model import Pack

ROOT = Path(__file__).parents[4]
GUIDE = re.search(r"```yaml\n(format: 1.*?)```", (ROOT / "docs/packs.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A right pack in a folder of its own, with the layers beside it."""
    assert GUIDE is not None
    shutil.copytree(ROOT / "tenants/layers", tmp_path / "layers")
    (tmp_path / "example").mkdir()
    (tmp_path / "example/pack.yaml").write_text(GUIDE[1], encoding="utf-8")
    return tmp_path / "example"


@pytest.fixture
def example(folder: Path) -> Pack:
    """The pack of the guide."""
    return load(folder)


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str], tuple[Fault, ...]]:
    """Replaces one text in the pack and checks it: ``spoil(old, new)``."""

    def spoil(old: str, new: str) -> tuple[Fault, ...]:
        file = folder / "pack.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text, old
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return check(folder)

    return spoil


@pytest.fixture
def line_of(folder: Path) -> Callable[[str], int]:
    """The line of a text in the pack as it stands now."""

    def line_of(text: str) -> int:
        lines = (folder / "pack.yaml").read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    return line_of
