"""Brings the entries of an old ledger in, many together: open ones as cases by the district's machine, closed ones as history.

The same decisions, numbers, timeline, audit and events as one by one; only the statements are fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.gathering import gathering, insert_rows, put
from core.db.sessions import TenantSession
from core.hazards.catalogue import Catalogue
from core.hazards.history.models import HazardImport, HistoricalHazard
from core.hazards.lifecycle import CaseState, Decision, Entry, Machine, Standing
from core.hazards.lifecycle.alike import Alike
from core.hazards.models import Hazard
from core.hazards.record import columns_of, phase_at, signatures
from core.hazards.relations import Ties, standing_of
from core.hazards.services.numbering import draw_many
from core.hazards.services.report import title_of
from core.hazards.services.timeline import Happening, Subject, post_title, tell
from core.hazards.services.writing import Case, add_event
from core.hazards.sources import ways_of
from core.hazards.telling import differences
from core.hazards.telling import told as told_of
from core.kernel.clock import local_date
from core.kernel.errors import NotFound, Refused, XiaoanError
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.orgs.queries import UnitCard, unit_cards
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Canonical, Fact

HISTORY = "历史导入"
NAMED = 50
NOBODY: dict[str, Any] = {
    "rectified_by": None, "rectified_by_name": "", "rectified_at": None, "verified_by": None, "verified_by_name": "",
    "closed_by": None, "closed_by_name": "", "closed_at": None,
}  # fmt: skip
"""Who signed what, as long as nobody did."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry of an old ledger. ``cells``: what a case has no place for, by column name, as it was written."""

    row_no: int
    fingerprint: str
    unit_id: UUID
    old_no: str
    place: str
    description: str
    domain: str
    category: str | None
    category_told: str
    grade: str | None
    found_at: datetime
    found_by_name: str
    responsible_name: str
    measure_done: str
    due_on: date | None
    closed_on: date | None
    closed_by_name: str
    note: str
    cells: Mapping[str, str]


@dataclass
class _Draft:
    """A case that is decided and not written yet."""

    told: Told
    id: UUID
    card: UnitCard
    decisions: Sequence[Decision]
    clauses: tuple[str, ...]


class _Importing:
    """What all entries of one call share; whatever many of them have in common is looked up and decided once."""

    def __init__(
        self, session: TenantSession, actor: Actor, pack: Pack, catalogue: Catalogue, units: set[UUID]
    ) -> None:
        self.session, self.actor, self.pack, self.life, self.catalogue = session, actor, pack, pack.lifecycle, catalogue
        self.now = session.now()
        homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
        self.cards = unit_cards(session, homes | units)
        self.machine = Machine(self.life)
        self._alike = Alike(self._decide, now=self.now)
        self.ways = cache(lambda unit_id: ways_of(self.life, actor, self.cards[unit_id], self.cards))
        self.standing = cache(self._standing)
        self.post = cache(lambda unit_id: post_title(actor, unit_id))
        self.phase = cache(lambda day: phase_at(pack.campaigns, day))

    def draft(self, one: Told) -> _Draft:
        """Raises NotFound for a unit in which the actor may not report, Invalid for what is missing or may not be chosen."""
        card = self.cards.get(one.unit_id)
        ways = self.ways(card.id) if card is not None else ()
        if card is None or not ways:
            raise NotFound()
        self.catalogue.require(one.domain, one.category)
        finder_unit_id = ways[0].grant.home_unit_id
        facts = {
            Fact.DESCRIPTION: one.description, Fact.PLACE: one.place, Fact.SOURCE: ways[0].source.code, Fact.FOUND_AT: one.found_at,
            Fact.FINDER: one.found_by_name or finder_unit_id or self.actor.name, Fact.DOMAIN: one.domain or None,
            Fact.CATEGORY: one.category, Fact.GRADE: one.grade,
        }  # fmt: skip
        state = CaseState(
            stage=self.life.initial,
            facts={fact: value for fact, value in facts.items() if value},
            org_type=card.org_type,
        )
        standing = self.standing(card.id, card.school_id, one.domain, finder_unit_id)
        clauses = self.catalogue.clauses(one.domain, one.category)
        return _Draft(one, new_id(), card, self._alike.decided(state, standing), clauses)

    def _standing(self, unit_id: UUID, school_id: UUID | None, domain: str, finder_unit_id: UUID | None) -> Standing:
        return standing_of(
            self.actor, self.pack, Ties(unit_id, school_id, domain, None, finder_unit_id, None), self.cards
        )

    def _decide(self, state: CaseState, standing: Standing) -> Sequence[Decision]:
        """Reported, and by the district's own move registered, if the ledger says enough for it and the actor may; else it
        waits for somebody."""
        reported = self.machine.report(state, entry=Entry(), now=self.now)
        after = reported.after
        for move in self.life.moves_from(after.stage):
            if self.life.canonical(move.to) is Canonical.REGISTERED:
                try:
                    return [
                        reported,
                        *self.machine.decide(after, move.code, entry=Entry(), standing=standing, now=self.now),
                    ]
                except XiaoanError:
                    continue
        return [reported]


def import_cases(
    session: TenantSession, *, actor: Actor, pack: Pack, catalogue: Catalogue, batch_id: UUID, told: Sequence[Told]
) -> dict[int, UUID | XiaoanError]:
    """Cases in the pack's first stage, and registered where the ledger says enough for it. By row the id, or why not."""
    if not told:
        return {}
    work = _Importing(session, actor, pack, catalogue, {one.unit_id for one in told})
    answers: dict[int, UUID | XiaoanError] = {}
    drafts: list[_Draft] = []
    for one in told:
        try:
            draft = work.draft(one)
        except XiaoanError as fault:
            answers[one.row_no] = fault
        else:
            drafts.append(draft)
            answers[one.row_no] = draft.id
    _number(work, drafts)
    with gathering(session):
        for draft in drafts:
            row = _row(work, draft)
            put(session, Hazard, **row)
            _tell(work, draft, row)
            put(session, HazardImport, **_kept(batch_id, draft))
    return answers


def import_history(session: TenantSession, *, actor: Actor, batch_id: UUID, told: Sequence[Told]) -> dict[int, UUID]:
    """Entries of 历史台账. By row the id. One entry in the audit log for all of them: they are no cases."""
    if not told:
        return {}
    ids = {one.row_no: new_id() for one in told}
    now = session.now()
    insert_rows(
        session,
        HistoricalHazard,
        [
            {
                "tenant_id": session.tenant_id, "id": ids[one.row_no], "batch_id": batch_id, "row_no": one.row_no,
                "fingerprint": one.fingerprint, "unit_id": one.unit_id, "old_no": one.old_no, "place": one.place,
                "description": one.description, "domain": one.domain, "category": one.category_told, "grade": one.grade or "",
                "found_on": local_date(one.found_at), "found_by_name": one.found_by_name, "responsible_name": one.responsible_name,
                "measure_done": one.measure_done, "due_on": one.due_on, "closed_on": one.closed_on,
                "closed_by_name": one.closed_by_name, "note": one.note, "imported_at": now, "imported_by": actor.person_id,
            }
            for one in told
        ],
    )  # fmt: skip
    record(
        session, actor=actor, action="hazard.history_imported", object_kind="import_batch", object_id=batch_id, data={"rows": len(told)}
    )  # fmt: skip
    return ids


def take_back(session: TenantSession, *, actor: Actor, pack: Pack, batch_id: UUID) -> None:
    """Removes the history of a batch and strikes out its cases (what happened stays in the log, so they are not deleted).

    Raises Refused naming the rows whose case has moved on, and where the district has no stage for what is struck out.
    """
    rows = session.execute(
        select(Hazard, HazardImport.row_no, HazardImport.hazard_version)
        .join(HazardImport, HazardImport.hazard_id == Hazard.id)
        .where(HazardImport.batch_id == batch_id)
        .order_by(HazardImport.row_no)
        .with_for_update(of=Hazard)
    ).all()
    moved = [(row_no, hazard) for hazard, row_no, version in rows if hazard.version != version]
    if moved:
        raise Refused(
            "不能撤销：有%(n)s条隐患导入后又办理过", n=len(moved),
            fields={f"第{row_no}行": Phrase("%(no)s导入后又办理过", no=hazard.no or hazard.title) for row_no, hazard in moved[:NAMED]},
        )  # fmt: skip
    cancelled = next((stage for stage in pack.lifecycle.stages if stage.canonical is Canonical.CANCELLED), None)
    if rows and cancelled is None:
        raise Refused("本区的规定中没有撤去隐患的阶段，不能整批撤销")
    machine = Machine(pack.lifecycle)
    now = session.now()
    for hazard, _row_no, _version in rows:
        before = hazard.stage
        if cancelled is not None:
            hazard.stage, hazard.canonical, hazard.clock_on, hazard.updated_at = (
                cancelled.code,
                str(Canonical.CANCELLED),
                None,
                now,
            )
        case = Case(
            session,
            actor,
            pack,
            machine,
            hazard,
            CaseState(stage=hazard.stage, facts={}),
            standing_of(actor, pack, _ties(hazard), {}),
        )
        add_event(
            case, kind="move", code="import_undone", label="撤销历史导入", changes={}, topics=("hazard.cancelled",),
            version=hazard.version + 1, from_stage=before,
        )  # fmt: skip
    session.flush()
    for model in (HazardImport, HistoricalHazard):
        session.execute(delete(model).where(model.batch_id == batch_id).execution_options(synchronize_session=False))


def _number(work: _Importing, drafts: Sequence[_Draft]) -> None:
    """Draws all numbers of a pattern at once, in the order of the rows."""
    day = local_date(work.now)
    wanted: dict[str, list[tuple[_Draft, Fact]]] = {}
    for draft in drafts:
        for fact, numbering in sorted({pair for decision in draft.decisions for pair in decision.draws}):
            wanted.setdefault(numbering, []).append((draft, fact))
    for numbering, places in sorted(wanted.items()):
        whose = [(draft.card.code, draft.told.domain) for draft, _ in places]
        numbers = draw_many(
            work.session, numbering=work.life.numbering(numbering), slug=work.pack.slug, whose=whose, day=day
        )
        for (draft, fact), number in zip(places, numbers, strict=True):
            draft.decisions = [
                replace(decision, after=decision.after.with_facts(**{str(fact): number}))
                for decision in draft.decisions
            ]


def _row(work: _Importing, draft: _Draft) -> dict[str, Any]:
    """The case as the last decision leaves it; each of them is signed."""
    one, card = draft.told, draft.card
    campaign, phase = work.phase(local_date(one.found_at))
    row = {
        "id": draft.id, "unit_id": card.id, "school_id": card.school_id, "org_type": card.org_type,
        "title": title_of(one.description, one.place), "source_note": HISTORY, "found_by_name": one.found_by_name,
        "finder_unit_id": work.ways(card.id)[0].grant.home_unit_id, "campaign": campaign, "phase": phase, "clauses": list(draft.clauses),
        "created_at": work.now, "updated_at": work.now, "version": 1, **NOBODY,
        **columns_of(work.life, draft.decisions[-1].after),
    }  # fmt: skip
    for decision in draft.decisions:
        row |= signatures(decision, Entry(), person_id=work.actor.person_id, name=work.actor.name, now=work.now)
    return row


def _tell(work: _Importing, draft: _Draft, row: Mapping[str, Any]) -> None:
    """The timeline shows that it came from an old ledger, and what that said beside."""
    one, post = draft.told, work.post(draft.card.id)
    note: str = "；".join([Phrase("%(history)s，原编号%(no)s", history=HISTORY, no=one.old_no or "—"), *_remarks(one)])
    subject = Subject(draft.id, row["no"], draft.card.id, row["domain"], row["category"], row["grade"], row["version"])
    before: CaseState | None = None
    for decision in draft.decisions:
        after = decision.after
        changes = differences(told_of(work.pack, before), told_of(work.pack, after)) if before is not None else {}
        what = Happening(
            decision.kind, decision.code, decision.label, changes, decision.topics, after.stage, str(decision.canonical),
            before.stage if before is not None else None, note, {"imported": True},
        )  # fmt: skip
        tell(work.session, actor=work.actor, post=post, at=work.now, subject=subject, what=what)
        before, note = after, HISTORY


def _remarks(one: Told) -> Iterable[str]:
    labels = {
        "responsible": "整改责任人", "measure": "整改措施", "funds": "整改资金", "due_on": "整改时限", "measure_done": "整改情况", "note": "备注",
        "category": "类别",
    }  # fmt: skip
    return [f"{label}：{one.cells[name]}" for name, label in labels.items() if one.cells.get(name)]


def _kept(batch_id: UUID, draft: _Draft) -> dict[str, Any]:
    return {
        "hazard_id": draft.id, "batch_id": batch_id, "row_no": draft.told.row_no, "fingerprint": draft.told.fingerprint,
        "old_no": draft.told.old_no, "told": dict(draft.told.cells), "hazard_version": 1,
    }  # fmt: skip


def _ties(hazard: Hazard) -> Ties:
    return Ties(hazard.unit_id, hazard.school_id, hazard.domain, hazard.found_by, hazard.finder_unit_id, None)
