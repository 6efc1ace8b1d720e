"""Whoever reads a pack from a folder holds it against the same installation: what one way refuses, no other takes in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner

from core.cli.due import due
from core.cli.pack import pack
from core.cli.tenant import tenant

ROOT = Path(__file__).parents[3]
WAYS: dict[str, tuple[Command, list[str]]] = {
    "check": (pack, ["check"]),
    "show": (pack, ["show"]),
    "coverage": (pack, ["coverage"]),
    "onboard": (tenant, ["onboard", "--dry-run"]),
    "due": (due, ["--from", "2023-12-01", "--to", "2023-12-10", "--pack"]),
}
STRANGE = """
tables:
- {code: t, label: 表, clauses: [EX-1-02], columns: [{code: c1, label: 数, from: inspections.unheard}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The guide's pack with one permission and one fact that nothing here has."""
    guide = re.search(r"```yaml\n(format: 1.*?)```", (ROOT / "docs/packs.md").read_text(encoding="utf-8"), re.DOTALL)
    assert guide is not None
    shutil.copytree(ROOT / "tenants/layers", tmp_path / "layers")
    (tmp_path / "example").mkdir()
    text = guide[1].replace('permissions: ["hazard:case:read"', 'permissions: ["hazard:case:unheard"', 1)
    (tmp_path / "example/pack.yaml").write_text(text + STRANGE, encoding="utf-8")
    return tmp_path / "example"


@pytest.mark.parametrize("way", WAYS)
def test_pack_when_it_names_what_is_not_installed_then_every_way_refuses_it(folder: Path, way: str) -> None:
    command, arguments = WAYS[way]
    done = CliRunner().invoke(command, [*arguments, str(folder)])
    assert done.exit_code == 1, done.output
    assert "没有权限 hazard:case:unheard" in done.output and "inspections.unheard" in done.output
