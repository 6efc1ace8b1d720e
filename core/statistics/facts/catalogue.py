"""What a source of facts is. Knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.db.sessions import TenantSession
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Only


class By(StrEnum):
    """What figures are told apart by."""

    UNIT = "unit"
    """The school that answers (its id)."""
    DOMAIN = "domain"
    """The domain (its code)."""


@dataclass(frozen=True)
class Fact:
    """``name`` as tables write it after ``from``. ``narrowed_by``: the fields of ``Only`` that it knows."""

    name: str
    title: str
    """Chinese msgid: what exactly is counted."""
    unit: str
    money: bool = False
    """In fen."""
    narrowed_by: frozenset[str] = frozenset()
    by: frozenset[By] = frozenset({By.UNIT})


@dataclass(frozen=True)
class Asked:
    """One figure: a fact, narrowed, in a span of local days, both included."""

    fact: str
    only: Only
    span: Span


Key = UUID | str
"""Unit id or code of a domain."""
Counted = Mapping[Key, Sequence[int]]
"""Key → a number for each thing asked; a key that is not there has zeros."""


@dataclass(frozen=True)
class FactSource:
    """Facts of one kind. ``count`` answers any number of questions in one grouped query; ``units`` None = all."""

    facts: tuple[Fact, ...]
    count: Callable[[TenantSession, Sequence[Asked], By, frozenset[UUID] | None], Counted]
