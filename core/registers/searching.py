"""What entries of registers are found by: their words and their unit; never a personal field.

A register that code declares is a kind of its own, with its own permission; all that packs declare are one kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.searching import EVERYTHING, Searchable, SearchHit, SearchText
from core.orgs.models import OrgUnit
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import rows_of
from core.registers.models import Registered, RegisterEntry
from core.registers.permissions import RegisterPermission
from core.registers.queries.cards import EntryCard, cards_of, in_words
from core.registers.queries.history import GENERIC
from core.registers.services.entries import CHANGED
from core.tenancy.packs.model import FieldKind

BATCH = 500
UNSAID = frozenset({FieldKind.DATE, FieldKind.BOOLEAN, FieldKind.PERSON})
"""Nobody looks for a day or a yes by words; a person is never found."""


def searchables(registers: Registers) -> tuple[Searchable, ...]:
    """One for each register of the process, and one for all that packs declare."""
    own = [
        _searchable(registers, slug, register.title, register.read, register.model)
        for slug, register in registers.coded.items()
    ]
    return (*own, _searchable(registers, GENERIC, "台账条目", RegisterPermission.READ, RegisterEntry))


def _searchable(registers: Registers, kind: str, title: str, permission: str, model: type[Registered]) -> Searchable:
    def among(known: Mapping[str, Register]) -> list[Register]:
        if kind == GENERIC:
            return [register for register in known.values() if register.generic]
        return [known[kind]] if kind in known else []

    def texts(session: TenantSession, ids: Sequence[UUID] | None) -> Iterator[SearchText]:
        for register in among(registers.known(session)):
            for part in _parts(session, register, () if ids is None else (model.id.in_(ids),)):
                for card in cards_of(session, registers, register, part):
                    yield SearchText(card.id, fields_of(register, card))
                for row, _unit in part:
                    session.expunge(row)

    def visible(session: TenantSession, actor: Actor) -> Select[Any]:
        """Of a plugin that is off: nothing."""
        parts = [
            and_(rows_of(register), register.reach(actor).filter(model.unit_id))
            for register in among(registers.in_force(session))
            if register.read_by
        ]
        # Most share one reach: said once, not once for each.
        shared = [rows_of(register) for register in among(registers.in_force(session)) if not register.read_by]
        mine = actor.coverage(permission).filter(model.unit_id)
        return select(model.id).where(or_(false(), and_(or_(false(), *shared), mine), *parts))

    def shown(session: TenantSession, actor: Actor, ids: Sequence[UUID]) -> list[SearchHit]:
        mine: tuple[ColumnElement[bool], ...] = (model.id.in_(ids), model.id.in_(visible(session, actor)))
        return [
            _hit(register, card)
            for register in among(registers.in_force(session))
            for part in _parts(session, register, mine)
            for card in cards_of(session, registers, register, part)
        ]

    return Searchable(
        kind=kind, title=title, permission=permission, texts=texts, visible=visible, shown=shown, order=60,
        follows={CHANGED: kind, "org.unit_updated": EVERYTHING, "org.roster_": EVERYTHING},
    )  # fmt: skip


def _parts(
    session: TenantSession, register: Register, where: Sequence[ColumnElement[bool]]
) -> Iterator[list[tuple[Registered, str]]]:
    """Entries with the names of their units, those that were made first come first."""
    model = register.model
    found = session.execute(
        select(model, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == model.unit_id)
        .where(rows_of(register), *where)
        .order_by(model.id)
        .execution_options(yield_per=BATCH)
    )
    for part in found.partitions(BATCH):
        yield [(row[0], row[1]) for row in part]


def fields_of(register: Register, card: EntryCard) -> tuple[str, ...]:
    """What it says in words, then the register and the unit."""
    said = [
        in_words(own, card.values.get(own.code), card.words)
        for own in register.all_fields
        if own.kind not in UNSAID and not own.personal
    ]
    return tuple(line for text in (*said, register.title, card.unit_name) for line in str(text).split("\n") if line)


def _hit(register: Register, card: EntryCard) -> SearchHit:
    own = (("register", register.slug), ("row_id", str(card.id))) if register.generic else ()
    endpoint = "registers.entry" if register.generic else f"register_{register.slug}.entry"
    said = [text for text in fields_of(register, card)[:-2] if text not in card.title]
    return SearchHit(
        id=card.id, title=card.title, endpoint=endpoint, args=own or ((f"{register.slug}_id", str(card.id)),),
        detail=f"{register.title} {' '.join(said)}", unit=card.unit_name, state="retired" if card.retired_on else "",
        state_label="已停用" if card.retired_on else "",
    )  # fmt: skip
