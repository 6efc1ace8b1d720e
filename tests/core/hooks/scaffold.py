"""A copy of the product to try things in that change its files, and plugins written by `make new-plugin`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SLUG = "lending"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".state", "var", "assets", "node_modules", "__pycache__", "*.egg-info", ".hypothesis", ".pytest_cache",
    ".ruff_cache", "vendor",
)  # fmt: skip


def copied(target: Path) -> Path:
    """The product without what is made or fetched; with mypy's memory, which saves a minute."""
    return Path(shutil.copytree(ROOT, target, ignore=LEFT_OUT))


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of this Python's environment in ``folder``, whose packages come before all others."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "XIAOAN", "DATABASE"))
    }
    own = {**inherited, "PYTHONPATH": str(folder), "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run([sys.executable, *command], cwd=folder, env=own, capture_output=True, text=True, check=False)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return f"{done.stdout}\n{done.stderr}"


def written(*arguments: str, root: Path = ROOT) -> None:
    """``make new-plugin`` of that copy."""
    done = run(
        root,
        str(root / "deploy" / "bin" / "new_plugin.py"),
        SLUG,
        "--title",
        "图书借阅",
        "--english",
        "Lending",
        *arguments,
    )
    assert done.returncode == 0, said(done)
