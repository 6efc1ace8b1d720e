"""Formulas over named numbers: ``(c11 + c15) / (c9 + c13)``, ``sum(c7, c8)``. Exact, and nothing but arithmetic.

A parser of its own, so that a formula out of a pack can never run code. Grammar: ``+ - * / ( )``, whole numbers, names,
``sum(a, b, …)``. A result is None where a number is missing or the divisor is zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

LONGEST = 400
"""Characters of a formula."""
DEEPEST = 20
"""Brackets inside brackets."""
_WORD = re.compile(r"\s*(?:(\d{1,12})|([A-Za-z][A-Za-z0-9_.]*)|(.))", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")

Values = Mapping[str, int | Fraction | None]


class FormulaFault(ValueError):
    """What is wrong, in words, and at which character (from 1)."""

    def __init__(self, wrong: str, at: int) -> None:
        super().__init__(f"{wrong}（第{at}个字符）")


@dataclass(frozen=True, slots=True)
class Number:
    value: int

    def of(self, values: Values) -> Fraction | None:
        return Fraction(self.value)


@dataclass(frozen=True, slots=True)
class Name:
    name: str

    def of(self, values: Values) -> Fraction | None:
        found = values[self.name]
        return None if found is None else Fraction(found)


@dataclass(frozen=True, slots=True)
class Sum:
    """Of what is there; None where nothing is."""

    parts: tuple[Node, ...]

    def of(self, values: Values) -> Fraction | None:
        found = [value for part in self.parts if (value := part.of(values)) is not None]
        return sum(found, Fraction(0)) if found else None


@dataclass(frozen=True, slots=True)
class Two:
    sign: str
    left: Node
    right: Node

    def of(self, values: Values) -> Fraction | None:
        left, right = self.left.of(values), self.right.of(values)
        if left is None or right is None:
            return None
        match self.sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return left / right if right else None


Node = Number | Name | Sum | Two


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read. Its values must hold every one of ``names``."""

    text: str
    root: Node

    @property
    def names(self) -> frozenset[str]:
        return frozenset(_names(self.root))

    @property
    def divides(self) -> bool:
        return any(isinstance(node, Two) and node.sign == "/" for node in _nodes(self.root))

    def value(self, values: Values) -> Fraction | None:
        """Exact; None for a missing number or a division by zero."""
        return self.root.of(values)

    def ratio(self, values: Values) -> tuple[Fraction, Fraction] | None:
        """Part and whole, where the last step is a division and both are there (the whole may be zero)."""
        if not isinstance(self.root, Two) or self.root.sign != "/":
            return None
        part, whole = self.root.left.of(values), self.root.right.of(values)
        return None if part is None or whole is None else (part, whole)


@cache
def formula(text: str) -> Formula:
    """Raises FormulaFault."""
    if len(text) > LONGEST:
        raise FormulaFault("公式太长", LONGEST)
    return Formula(text, _Reader(text).read())


class _Reader:
    """Precedence by descent: sums of products of atoms."""

    def __init__(self, text: str) -> None:
        self._words = [
            (kind, word, found.start(kind) + 1)
            for found in _WORD.finditer(text.rstrip())
            for kind, word in enumerate(found.groups(), start=1)
            if word is not None
        ]
        self._at = 0
        self._depth = 0
        self._end = len(text) + 1

    def read(self) -> Node:
        found = self._sum()
        if self._at < len(self._words):
            raise self._unexpected()
        return found

    def _sum(self) -> Node:
        found = self._product()
        while (sign := self._taken("+", "-")) is not None:
            found = Two(sign, found, self._product())
        return found

    def _product(self) -> Node:
        found = self._atom()
        while (sign := self._taken("*", "/")) is not None:
            found = Two(sign, found, self._atom())
        return found

    def _atom(self) -> Node:
        if self._at >= len(self._words):
            raise FormulaFault("公式没有写完", self._end)
        kind, word, _ = self._words[self._at]
        if kind == 1:
            self._at += 1
            return Number(int(word))
        if kind == 2:
            self._at += 1
            return Sum(tuple(self._parts())) if word == "sum" else Name(word)
        if word == "(":
            return self._bracket()
        raise self._unexpected()

    def _bracket(self) -> Node:
        self._open()
        found = self._sum()
        self._close()
        return found

    def _parts(self) -> Iterator[Node]:
        self._open()
        yield self._sum()
        while self._taken(",") is not None:
            yield self._sum()
        self._close()

    def _open(self) -> None:
        if self._taken("(") is None:
            raise self._unexpected()
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaFault("括号层数太多", self._words[self._at - 1][2])

    def _close(self) -> None:
        if self._taken(")") is None:
            raise FormulaFault("缺少右括号", self._place())
        self._depth -= 1

    def _taken(self, *signs: str) -> str | None:
        if self._at < len(self._words) and self._words[self._at][1] in signs:
            self._at += 1
            return self._words[self._at - 1][1]
        return None

    def _place(self) -> int:
        return self._words[self._at][2] if self._at < len(self._words) else self._end

    def _unexpected(self) -> FormulaFault:
        if self._at >= len(self._words):
            return FormulaFault("公式没有写完", self._end)
        return FormulaFault(f"不认识 {self._words[self._at][1]}", self._place())


def rounded(number: Fraction) -> int:
    """Half away from zero, as people round; ``round`` would go to the even neighbour."""
    sign = -1 if number < 0 else 1
    return sign * ((2 * abs(number.numerator) + number.denominator) // (2 * number.denominator))


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The formula with these names replaced."""
    return _NAME.sub(lambda found: names.get(found[0], found[0]), text)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Sum(parts):
            for part in parts:
                yield from _nodes(part)
        case Two(_, left, right):
            yield from _nodes(left)
            yield from _nodes(right)


def _names(node: Node) -> Iterator[str]:
    return (found.name for found in _nodes(node) if isinstance(found, Name))
