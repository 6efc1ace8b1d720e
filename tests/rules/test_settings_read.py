"""Law: whatever a pack may set is read by something. What nobody reads is no setting, and carries no clause."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from core.tenancy.packs.check import load
from core.tenancy.packs.checks.obligation import PARAMS
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.model import Pack
from tests.rules.source import modules

ROOT = Path(__file__).parents[2]
PACKS = sorted(file.parent.name for file in (ROOT / "tenants").glob("*/pack.yaml"))
DECLARING = ("core/tenancy/packs/keys.py", "core/tenancy/packs/checks/obligation.py")
"""Where words are declared; that is no reading."""
SET = [key.name for key in KEYS.values() if key.reads is None]
"""What the lifecycle says is run as the lifecycle and may be set nowhere else (checks/setting.py, switchboard)."""


@cache
def words() -> frozenset[str]:
    """Every text constant of the code that works; the demo only plays with it."""
    return frozenset(
        node.value
        for path, tree in modules("core", "plugins").items()
        if path not in DECLARING and not path.startswith("core/demo/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@cache
def fields_of(plugin: str) -> frozenset[str]:
    """Text constants and annotated names in a plugin: what its variants can be set by."""
    nodes = [node for tree in modules(f"plugins/{plugin}").values() for node in ast.walk(tree)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    return frozenset(texts | names)


@cache
def pack(slug: str) -> Pack:
    return load(ROOT / "tenants" / slug)


@pytest.mark.parametrize("key", SET)
def test_key_when_a_pack_may_set_it_then_the_code_reads_it(key: str) -> None:
    assert key in words(), f"nothing reads {key}: make it do what it says, or take it out of keys.py"


@pytest.mark.parametrize("word", sorted(PARAMS))
def test_param_when_a_duty_may_bear_it_then_the_code_reads_it(word: str) -> None:
    assert word in words()


@pytest.mark.parametrize("slug", PACKS)
def test_setting_of_a_domain_when_a_pack_says_it_then_its_plugin_reads_it(slug: str) -> None:
    unread = {
        (domain.code, word)
        for domain in pack(slug).domains
        for word in domain.settings
        if not domain.plugin or word not in fields_of(domain.code)
    }
    assert not unread
