"""Prints docs/pack-reference.md, every element and field of the language: `python -m core.tenancy.packs.reference > docs/pack-reference.md`.

Made of the model itself: names, types and defaults from its dataclasses, the words from their docstrings. A test compares.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any

from core.tenancy.packs.codec import to_json
from core.tenancy.packs.model import Layer, Pack
from core.tenancy.packs.model.base import Coded, Sourced
from core.tenancy.packs.shape import Field, Shape, fields_of

HEAD = """# Pack language: every element and field

Made from `core/tenancy/packs/model/` by `python -m core.tenancy.packs.reference > docs/pack-reference.md`; a test compares
them. How to write a pack, with a worked example: [packs.md](packs.md).

`*` must be there. Elements “with a code” also take `code`*, `label`*, `clauses` (ids of the clauses that they carry), `confirm` (待确认) and
`note` (why); elements “with clauses” take the last three. These are not listed again. Dates are `2023-11-01`; a day of every year is `"12-01"`.
"""
COMMON: Mapping[type, frozenset[str]] = {
    Coded: frozenset({"code", "label", "clauses", "confirm", "note"}),
    Sourced: frozenset({"clauses", "confirm", "note"}),
}
NOT_WRITTEN = frozenset({(Pack, "base")})
WORDS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "true / false",
    float: "number",
    date: "date",
    Mapping: "mapping",
    Any: "any value",
}


def markdown() -> str:
    return HEAD + "".join(_element(cls) for cls in elements())


@cache
def elements() -> tuple[type, ...]:
    """Every dataclass of the language, in the order in which the pack leads to them; the layer's file last."""
    found: dict[type, None] = {}
    waiting: list[type] = [Layer, Pack]
    while waiting:
        cls = waiting.pop()
        if cls in found or (cls is Layer and Pack not in found):
            continue
        found[cls] = None
        inner = [
            field.shape.of for field in fields_of(cls) if field.shape.nested and (cls, field.name) not in NOT_WRITTEN
        ]
        waiting += reversed(inner)
    return (*found, *(() if Layer in found else (Layer,)))


def _element(cls: type) -> str:
    kind = "With a code. " if issubclass(cls, Coded) else "With clauses. " if issubclass(cls, Sourced) else ""
    said = " ".join((inspect.getdoc(cls) or "").split())
    own = [field for field in fields_of(cls) if not _common(cls, field) and (cls, field.name) not in NOT_WRITTEN]
    table = "| key | value | otherwise | what it says |\n|---|---|---|---|\n" + "".join(
        _line(cls, field) for field in own
    )
    return f"\n## {cls.__name__}\n\n{kind}{said}\n\n{table if own else 'Nothing else.'}\n".rstrip("\n") + "\n"


def _common(cls: type, field: Field) -> bool:
    return any(issubclass(cls, base) and field.name in names for base, names in COMMON.items())


def _line(cls: type, field: Field) -> str:
    star = "*" if field.required else ""
    default = "" if field.required else _default(field.default)
    return f"| `{field.key}`{star} | {_type(field.shape)} | {default} | {_cell(_said(cls, field.name))} |\n"


def _type(shape: Shape) -> str:
    if shape.nested:
        text = f"[{shape.of.__name__}](#{shape.of.__name__.lower()})"
    elif isinstance(shape.of, type) and issubclass(shape.of, StrEnum):
        text = " ".join(f"`{member}`" for member in shape.of)
    else:
        text = WORDS.get(shape.of, "any value")
    return f"list of {text}" if shape.many else text


def _default(value: Any) -> str:
    plain = to_json(value)
    if plain in (None, "", [], {}):
        return "–"
    return f"`{str(plain).lower() if isinstance(plain, bool) else plain}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _said(cls: type, name: str) -> str:
    """The docstring under a field, of the class itself or of one it inherits from; of an enum's members after it."""
    for base in cls.__mro__:
        if name in (found := _docstrings(base)):
            return found[name]
    return ""


@cache
def _docstrings(cls: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError):
        return {}
    return dict(_pairs(tree.body[0]))


def _pairs(node: ast.AST) -> Iterator[tuple[str, str]]:
    body = getattr(node, "body", [])
    for first, second in pairwise(body):
        if (
            isinstance(first, ast.AnnAssign) and isinstance(first.target, ast.Name) and isinstance(second, ast.Expr)
            and isinstance(second.value, ast.Constant) and isinstance(second.value.value, str)
        ):  # fmt: skip
            yield first.target.id, second.value.value


if __name__ == "__main__":
    sys.stdout.write(markdown())
