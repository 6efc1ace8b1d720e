"""YAML 1.2 as packs may use it, read by libyaml: the node tree with its lines.

A value is a truth value, a number, a date or a text as YAML 1.2 says (``no`` and ``on`` are words). Repeating by anchor
and alias is refused, and so is what nests deeper than any pack does: both are how a small file grows without end.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

DEEPEST = 60
"""Levels of lists and mappings in each other; libyaml's own tree builder would run out of stack far above it."""


class Unreadable(ValueError):
    """``line`` from 1 and what is wrong there."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


class _Notation(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", list("0123456789")),
):
    _Notation.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def tree(text: str) -> yaml.Node | None:
    """The one document of this text, None where it is empty. Raises Unreadable."""
    try:
        _refuse_growth(text)
        return yaml.compose(text, Loader=_Notation)
    except yaml.MarkedYAMLError as error:
        # what is missing at the end is missing on the last line that says something
        last = text.rstrip().count("\n") + 1
        line = min(_line(error.problem_mark or error.context_mark), last)
        raise Unreadable(line, error.problem or str(error)) from None
    except yaml.YAMLError as error:
        raise Unreadable(1, str(error)) from None


def _refuse_growth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Notation):
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(_line(event.start_mark), "不支持 & 和 * 引用，请写全")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(_line(event.start_mark), f"套了{DEEPEST}层以上")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1
