"""`make new-plugin` writes one that passes the gate at once. Tried in a copy; nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime.embedded import Embedded
from tests.conftest import HOME
from tests.core.hooks.scaffold import SLUG, copied, run, said, written


@pytest.fixture
def templates(embedded: Embedded) -> Iterator[None]:
    """Drops what the inner run makes of its own migrations."""
    before = set(HOME.glob("template_*.made"))
    yield
    for made in set(HOME.glob("template_*.made")) - before:
        embedded.drop_database(made.stem)
        made.unlink()


@pytest.mark.slow
def test_plugin_when_written_then_passes_the_gate(tmp_path: Path, templates: None) -> None:
    copy = copied(tmp_path / "copy")
    written(root=copy)
    own = [f"plugins/{SLUG}", f"tests/plugins/{SLUG}", f"migrations/versions/{SLUG}"]
    assert all((copy / path).is_dir() for path in own)
    for command in (
        ("-m", "ruff", "check", *own),
        ("-m", "ruff", "format", "--check", *own),
        ("-m", "mypy", own[0]),
        ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-logo"),
        ("-m", "core.cli", "pack", "check", "tenants/wujin", "tenants/sip"),
        ("-m", "pytest", "-q", "-p", "no:cacheprovider", own[1]),
    ):
        done = run(copy, *command, XIAOAN_TEST_HOME=str(HOME), XIAOAN_TEST_KEEP="1")
        assert done.returncode == 0, (command, said(done))
    catalogue = (copy / own[0] / "translations" / "en" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    assert 'msgstr ""' not in catalogue.split("\n\n", 1)[1], "English is complete"


@pytest.mark.parametrize("slug", ["Fire", "ab", "fire", "two words"])
def test_plugin_when_its_slug_cannot_be_then_refused_and_nothing_is_written(slug: str) -> None:
    root = Path(__file__).parents[3]
    done = run(root, str(root / "deploy" / "bin" / "new_plugin.py"), slug)
    assert done.returncode == 1
    assert slug in done.stderr
