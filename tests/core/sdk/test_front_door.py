"""Law: rules and data of a plugin can be imported where there is no web."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = ("flask", "werkzeug", "jinja2", "flask_smorest")


@pytest.mark.parametrize("module", ["core.sdk.domain", "core.sdk.jobs", "core.sdk.hooks"])
def test_door_when_imported_alone_then_no_web_framework_comes_along(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {WEB!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["core.sdk.domain", "core.sdk.jobs", "core.sdk.hooks", "core.sdk.web"])
def test_door_when_read_then_every_name_it_promises_is_there(module: str) -> None:
    door = import_module(module)
    assert [name for name in door.__all__ if not hasattr(door, name)] == []
    assert len(door.__all__) == len(set(door.__all__))
