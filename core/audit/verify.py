"""Walks a tenant's chain and names what was tampered with. Reads only; memory does not grow with the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from core.audit.chain import CANONICAL, START, link
from core.audit.faults import REMOVED, REWRITTEN, UNSEALED, Fault, Suspect, explain
from core.audit.heads import Heads
from core.audit.models import AuditEntry, AuditPending, AuditSeal
from core.audit.published import Published
from core.audit.seal import database_time
from core.db.sessions import TenantSession

CHUNK = 5_000
NAMED = 1_000
"""Faults that are named one by one; more are counted."""
SEALED_WITHIN = timedelta(hours=1)
"""Sealing takes seconds; this leaves room for a long import and a restart."""


@dataclass
class Report:
    """``entries``: links walked. ``heads``: published heads compared; ``older_key``: of these, signed by a key that was
    replaced since. ``more``: faults beyond those that are named."""

    tenant_id: int
    entries: int = 0
    heads: int = 0
    older_key: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    @property
    def ok(self) -> bool:
        return not self.faults

    def add(self, fault: Fault) -> None:
        if len(self.faults) < NAMED:
            self.faults.append(fault)
        else:
            self.more += 1


def verify(session: TenantSession, heads: Heads) -> Report:
    """Compares entries, links and the heads outside the database; goes on after a fault. Raises nothing for faults."""
    report = Report(session.tenant_id)
    # first of all: what is published while the walk goes on may lie beyond its end
    published = Published(heads.read(session.tenant_id))
    walk = _Walk(report, published)
    for chunk in _chunks(session):
        for seq, sealed, canonical in chunk:
            walk.step(seq, sealed, canonical)
    published.finish()
    report.heads, report.older_key = published.count, published.older
    places = _places(session, published)
    for fault in explain(walk.suspects, shifted=published.shifted(places)):
        report.add(fault)
    report.faults = _with_ids(session, report.faults)
    for fault in published.faults(end=walk.seq, places=places):
        if fault.kind != REWRITTEN or not any(
            known.covers(fault.seq or 0, fault.until or 0) for known in report.faults
        ):
            report.add(fault)
    for fault in _outside_the_chain(session):
        report.add(fault)
    return report


class _Walk:
    """Link by link, each against the stored hash before it: one change names one entry, not all that follow."""

    def __init__(self, report: Report, published: Published) -> None:
        self.report, self.published = report, published
        self.seq = 0
        self.suspects: list[Suspect] = []
        self._before: bytes | None = START
        """None after a gap: nothing can be said about the next link."""

    def step(self, seq: int, sealed: bytes, canonical: bytes) -> None:
        """``canonical`` is empty where the entry is gone."""
        if seq != self.seq + 1:
            self.report.add(Fault(REMOVED, seq=self.seq + 1, until=seq - 1))
            self._before = None
        if not canonical:
            self.report.add(Fault(REMOVED, seq=seq))
        elif self._before is not None and link(self._before, canonical) != sealed:
            self._suspect(Suspect(seq, canonical, previous=self._before, sealed=sealed))
        self.published.compare(seq, sealed)
        self.report.entries += 1
        self.seq, self._before = seq, sealed

    def _suspect(self, suspect: Suspect) -> None:
        if len(self.suspects) < NAMED:
            self.suspects.append(suspect)
        else:
            self.report.more += 1


def _chunks(session: TenantSession) -> Iterator[Iterable[tuple[int, bytes, bytes]]]:
    """(place, stored hash, canonical entry) in order. A chunk travels as three values: rows would cost twice the time."""
    present = case((AuditEntry.id.is_(None), ""), else_=CANONICAL)
    links = (
        select(AuditSeal.seq, func.encode(AuditSeal.hash, "hex").label("hash"), present.label("canonical"))
        .outerjoin(AuditEntry, (AuditEntry.tenant_id == AuditSeal.tenant_id) & (AuditEntry.id == AuditSeal.audit_id))
        .where(AuditSeal.seq > bindparam("after"))
        .order_by(AuditSeal.seq)
        .limit(CHUNK)
        .subquery()
    )
    statement = select(
        func.array_agg(aggregate_order_by(links.c.seq, links.c.seq)),
        func.string_agg(links.c.hash, aggregate_order_by(literal("\n"), links.c.seq)),
        func.string_agg(links.c.canonical, aggregate_order_by(literal("\n"), links.c.seq)),
    )
    after = 0
    while True:
        places, hashes, texts = session.execute(statement, {"after": after}).one()
        if places is None:
            return
        yield zip(places, map(bytes.fromhex, hashes.split("\n")), texts.encode().split(b"\n"), strict=True)
        after = places[-1]


def _with_ids(session: TenantSession, faults: Sequence[Fault]) -> list[Fault]:
    places = [fault.seq for fault in faults if fault.until is None]
    if not places:
        return list(faults)
    rows = session.execute(select(AuditSeal.seq, AuditSeal.audit_id).where(AuditSeal.seq.in_(places)))
    ids = {seq: audit_id for seq, audit_id in rows}  # noqa: C416  rows are tuples, which dict() does not take as such
    return [fault if fault.until else replace(fault, audit_id=ids.get(fault.seq or 0)) for fault in faults]


def _places(session: TenantSession, published: Published) -> dict[bytes, int]:
    """Where missed heads stand now, if they stand at all. A scan, needed only when something is wrong."""
    if not published.missed:
        return {}
    rows = session.execute(select(AuditSeal.hash, AuditSeal.seq).where(AuditSeal.hash.in_(published.hashes())))
    return {bytes(sealed): seq for sealed, seq in rows}


def _outside_the_chain(session: TenantSession) -> Iterator[Fault]:
    """Entries that were never sealed: written past ``record``, or waiting far too long; and such that vanished waiting."""
    too_old = _lowest_id(int((database_time(session) - SEALED_WITHIN).timestamp() * 1000))
    unsealed = (
        select(AuditEntry.id)
        .outerjoin(AuditSeal, (AuditSeal.tenant_id == AuditEntry.tenant_id) & (AuditSeal.audit_id == AuditEntry.id))
        .outerjoin(
            AuditPending, (AuditPending.tenant_id == AuditEntry.tenant_id) & (AuditPending.audit_id == AuditEntry.id)
        )
        .where(AuditSeal.audit_id.is_(None), AuditPending.audit_id.is_(None) | (AuditEntry.id < too_old))
        .order_by(AuditEntry.id)
        .limit(NAMED)
    )
    yield from (Fault(UNSEALED, audit_id=audit_id) for audit_id in session.scalars(unsealed))
    vanished = (
        select(AuditPending.audit_id)
        .outerjoin(
            AuditEntry, (AuditEntry.tenant_id == AuditPending.tenant_id) & (AuditEntry.id == AuditPending.audit_id)
        )
        .where(AuditEntry.id.is_(None))
        .order_by(AuditPending.audit_id)
        .limit(NAMED)
    )
    yield from (Fault(REMOVED, audit_id=audit_id) for audit_id in session.scalars(vanished))


def _lowest_id(milliseconds: int) -> UUID:
    """The smallest UUIDv7 of that system time."""
    return UUID(int=milliseconds << 80)
