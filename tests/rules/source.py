"""The project's own Python sources as parsed trees, for laws that read code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from core.kernel.memory import putting_together, settle

ROOT = Path(__file__).parents[2]


@cache
def paths(*folders: str) -> tuple[str, ...]:
    """Path (relative, with slashes) of every module below the folders."""
    return tuple(
        path.relative_to(ROOT).as_posix() for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))
    )


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """Path (as ``paths``) → tree of every module below the folders."""
    with putting_together():
        trees = {path: tree(path) for path in paths(*folders)}
    settle()  # millions of nodes that stay: nobody need look through them again
    return trees


@cache
def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its dotted name, e.g. ``self.db.tenant``; a part that is no name reads ``?``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
