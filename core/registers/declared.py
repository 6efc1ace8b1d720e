"""What a feature says of a register. Data only; everything else is derived from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from core.access.actor import Actor, Coverage
from core.db.base import TenantBase
from core.db.sessions import TenantSession
from core.kernel.ports import Port
from core.registers.models import Registered, RegisterEntry
from core.tenancy.packs.model import FieldKind, RegisterField, RegisterFiles, RegisterRule

KEPT_IN = ("school", "kindergarten", "campus", "training_institution")
DAYS_BEFORE = (90, 60, 30, 7)
"""When it is told that an entry comes to its last valid day."""
MOST_FILES = 20
"""On one entry, whatever a declaration says."""


@dataclass(frozen=True)
class Target:
    """What a field of kind ``entry`` points at where that is no register: ``model`` has ``unit_id`` and is called ``name``."""

    model: type[TenantBase]
    name: str = "name"


@dataclass(frozen=True)
class OfferedTarget:
    """What a field of kind ``entry`` points at where another plugin may offer it: nothing to choose where nobody does.

    ``options``: what the port gives, a unit → (id, words) pairs; ``names``: what the port gives, ids → words.
    """

    port: Port[Any]
    options: Callable[[Any, UUID], Sequence[tuple[str, str]]]
    names: Callable[[Any, Sequence[UUID]], Mapping[UUID, str]]


@dataclass(frozen=True)
class Completing:
    """An entry about to be written: whose, as it was (None: new), and what others offer."""

    session: TenantSession
    unit_id: UUID
    before: Mapping[str, Any] | None
    offered: Callable[[Port[Any]], Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Register:
    """A register. ``fields``: code = attribute of ``model``; ``extra``: the district's own, kept in the column ``extra``.

    ``read``, ``write``: permissions, asked in the unit of the entry: always through ``reach`` and ``keep``. ``district_rules``: rules that depend on what the
    district asks; one query or two, pure otherwise.
    """

    slug: str
    """``<plugin>_…`` of a plugin; name of the address, of the audited kind and of the table kinds."""
    title: str
    model: type[Registered]
    fields: tuple[RegisterField, ...]
    named_by: tuple[str, ...]
    """Fields that together name an entry for people."""
    read: str
    write: str
    read_by: str = ""
    """Permission that readers and keepers need besides; whoever lacks it is told that there is no such register."""
    files: RegisterFiles | None = None
    """Files that an entry holds; None: it takes none."""
    identified_by: tuple[str, ...] = ()
    """Fields that make two rows of a table the same entry of a unit; empty: those that name it."""
    domain: str = ""
    """Domain of the hazards that its rules lead to."""
    icon: str = "clipboard-list"
    kept_in: tuple[str, ...] = KEPT_IN
    """Kinds of units that keep it."""
    rules: tuple[RegisterRule, ...] = ()
    district_rules: Callable[[TenantSession], Sequence[RegisterRule]] | None = None
    targets: Mapping[str, Target | OfferedTarget] = field(default_factory=dict)
    """Field of kind ``entry`` → what it points at, where that is no register."""
    complete: Callable[[Completing, dict[str, Any]], dict[str, Any]] | None = None
    """The changes with what follows from them in other fields of the model; may raise Invalid."""
    days_before: tuple[int, ...] = DAYS_BEFORE
    extra: tuple[RegisterField, ...] = ()
    plugin: str = ""
    """Whose it is; filled in when it is registered."""
    clauses: tuple[str, ...] = ()
    """Of the notice, where a pack declares it."""
    note: str = ""

    @property
    def generic(self) -> bool:
        """Declared by a pack: its entries stand in the one table for all of these."""
        return self.model is RegisterEntry

    @property
    def path(self) -> str:
        return f"/registers/{self.slug}"

    @cached_property
    def all_fields(self) -> tuple[RegisterField, ...]:
        """Own ones first, the district's after them."""
        return (*self.fields, *self.extra)

    @cached_property
    def by_code(self) -> Mapping[str, RegisterField]:
        return {own.code: own for own in self.all_fields}

    @cached_property
    def extra_codes(self) -> frozenset[str]:
        return frozenset(own.code for own in self.extra)

    @cached_property
    def personal_codes(self) -> frozenset[str]:
        return frozenset(own.code for own in self.all_fields if own.personal)

    @cached_property
    def expiring(self) -> tuple[RegisterField, ...]:
        return tuple(own for own in self.all_fields if own.expires)

    def of_kind(self, *kinds: FieldKind) -> tuple[RegisterField, ...]:
        return tuple(own for own in self.all_fields if own.kind in kinds)

    def reach(self, actor: Actor) -> Coverage:
        """The units whose entries they read."""
        return self._besides(actor, actor.coverage(self.read))

    def keep(self, actor: Actor) -> Coverage:
        """The units whose entries they keep."""
        return self._besides(actor, actor.coverage(self.write))

    def _besides(self, actor: Actor, coverage: Coverage) -> Coverage:
        return coverage.within(actor.coverage(self.read_by)) if self.read_by else coverage

    def with_district(
        self, extra: Sequence[RegisterField], rules: Sequence[RegisterRule], *, files: RegisterFiles | None = None,
        read_by: str = "",
    ) -> Register:  # fmt: skip
        """The same with what a district adds: fields, rules, files, the permission that readers need besides."""
        return replace(
            self, extra=(*self.extra, *extra), rules=(*self.rules, *rules), files=files or self.files,
            read_by=read_by or self.read_by,
        )  # fmt: skip

    def key(self, code: str) -> str:
        """What the field is called in forms, filters and faults: the district's own under ``extra.``."""
        return f"extra.{code}" if code in self.extra_codes else code


def fault_of(register: Register) -> str | None:
    """What is wrong with a declaration, for whoever writes one; None if nothing is."""
    codes = [own.code for own in register.fields]
    if len(set(codes)) != len(codes):
        return "a field is declared twice"
    for own in register.fields:
        if not register.generic and not hasattr(register.model, own.code):
            return f"{register.model.__name__} has no attribute {own.code}"
        if own.kind is FieldKind.ENTRY and not own.to and own.code not in register.targets:
            return f"{own.code} points nowhere: say to= or give a target"
        if (own.kind is FieldKind.CHOICE) != bool(own.choices):
            return f"{own.code}: choices go with kind=choice"
    if register.files is not None and not 1 <= register.files.most <= MOST_FILES:
        return f"files.most must be 1 to {MOST_FILES}"
    asked: list[Any] = [*register.named_by, *(rule.field for rule in register.rules if rule.field)]
    unknown = [code for code in asked if code not in codes]
    if unknown or not register.named_by:
        return f"named_by and rules must name fields; unknown: {unknown}"
    return None
