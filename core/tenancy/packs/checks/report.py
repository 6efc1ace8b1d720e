"""What a check is handed: a place to put faults by path. Knows no section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any

from core.tenancy.packs.faults import Fault, Path, nearest
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.base import Coded
from core.tenancy.packs.shape import fields_of
from core.tenancy.packs.source import Source


class Report:
    """Collects faults at paths; knows the lines from the source."""

    def __init__(
        self,
        source: Source,
        *,
        permissions: frozenset[str] | None = None,
        registers: Mapping[str, frozenset[str]] | None = None,
        facts: Mapping[str, frozenset[str]] | None = None,
        holdings: frozenset[str] | None = None,
    ) -> None:
        self._source = source
        self.permissions = permissions
        """Codes of all declared permissions, where the caller knows them."""
        self.registers = registers
        """Registers of plugins → codes of their fields, where the caller knows them."""
        self.facts = facts
        """Facts that tables may show → what narrows them (fields of ``Only``), ``by_domain``, ``money``; where the caller
        knows them."""
        self.holdings = holdings
        """Words of plugins for what units have (``having.holding``), where the caller knows them."""
        self.faults: list[Fault] = []

    def fault(self, path: Path, code: str, wrong: str, right: str = "") -> None:
        """Notes a fault."""
        self.faults.append(self._source.fault(path, code, wrong, right))

    def codes(self, path: Path, items: Sequence[Coded]) -> frozenset[str]:
        """The codes of a list; a code used twice is a fault."""
        seen: dict[str, int] = {}
        for index, item in enumerate(items):
            if item.code in seen:
                self.fault((*path, index, "code"), "code-twice", f"代码 {item.code} 已用过", "同一列表中代码不能重复")
            seen.setdefault(item.code, index)
        return frozenset(seen)

    def known(self, path: Path, words: Iterable[str], known: Iterable[str], what: str, code: str) -> None:
        """Every word of a list must be one of the known ones."""
        known = frozenset(known)
        for index, word in enumerate(words):
            if word not in known:
                self.fault((*path, index), code, f"没有{what} {word}", nearest(word, known))

    def one(self, path: Path, word: str, known: Iterable[str], what: str, code: str) -> None:
        """A word, if written, must be one of the known ones."""
        if word and word not in (known := frozenset(known)):
            self.fault(path, code, f"没有{what} {word}", nearest(word, known))


@dataclass(frozen=True, slots=True)
class Check:
    """A check and the sections it needs to be right before it can be asked."""

    run: Callable[[Pack, Report], None]
    needs: frozenset[str]


def check(*needs: str) -> Callable[[Callable[[Pack, Report], None]], Check]:
    """Makes a function a check."""
    return lambda run: Check(run, frozenset(needs))


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every dataclass object inside a value, with its path in YAML terms."""
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index))
    elif is_dataclass(value):
        yield path, value
        cls: Any = type(value)
        for field in fields_of(cls):
            if field.shape.nested:
                yield from walk(getattr(value, field.name), (*path, field.key))
