"""The risks of one school, each read by the right that its own list asks. The number of queries does not grow with the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from core.access.actor import Actor, Coverage
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.filters import LedgerFilter, conditions, overdue
from core.hazards.queries.ledger import LedgerLine, ledger_lines
from core.hazards.queries.whereabouts import spot
from core.hazards.record import plan_of
from core.hazards.scope import visible as hazards_seen
from core.hazards.tables.words import Words
from core.hazards.telling import part_text
from core.hooks.manager import Plugins
from core.http.paging import Paging
from core.inspections.checklist import content_of
from core.inspections.models import Answer, AnswerVersion, ChecklistVersion, Finding, Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.scope import visible as visits_seen
from core.kernel.clock import local_date
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span, school_year
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked, due_rows
from core.orgs.queries import closure_of, unit_card
from core.registers.feature import address, registers_of
from core.registers.queries.entries import EntryFilter, entries_page, sums_of
from core.tenancy.packs.model.lifecycle import PartKind
from core.workbench.school_plan.shapes import (
    MOST,
    DutyRisk,
    EndingRisk,
    FailedItem,
    HazardRisk,
    RiskSum,
    SchoolPlan,
)

YEAR = timedelta(days=365)
"""So far back failed items are looked for: what was looked at longer ago is no longer known."""
T = TypeVar("T")
DUES = ("overdue", "soon", "far")


@dataclass(frozen=True)
class _Part(Generic[T]):
    lines: tuple[T, ...] = ()
    total: int = 0


def school_plan(
    session: TenantSession, actor: Actor, *, words: Words, plugins: Plugins, unit_id: UUID
) -> SchoolPlan:  # fmt: skip
    """``unit_id`` was found within reach before. A part that the actor may not read is empty."""
    today = local_date(session.now())
    under = LedgerFilter(state="open", unit_id=unit_id)
    hazards = ledger_lines(session, actor, words.pack, asked=under, paging=Paging(page_size=MOST, sort="due_on"))
    items = _items(session, actor, unit_id, today) if actor.may(InspectionPermission.READ) else _Part[FailedItem]()
    duties = (
        _duties(session, actor, plugins, unit_id, today) if actor.may(ObligationPermission.READ) else _Part[DutyRisk]()
    )
    endings = _endings(session, actor, plugins, unit_id)
    return SchoolPlan(
        unit_id, unit_card(session, unit_id).name, today, _sums(session, actor, words, under, today),
        tuple(_hazard(words, line) for line in hazards.items), items.lines, duties.lines, endings.lines,
        hazards.total, items.total, duties.total, endings.total,
    )  # fmt: skip


def _sums(session: TenantSession, actor: Actor, words: Words, asked: LedgerFilter, today: date) -> tuple[RiskSum, ...]:
    """The most frequent kind first. One query."""
    major = Hazard.grade == "major"
    rows = session.execute(
        select(
            Hazard.domain, Hazard.category, func.count().filter(major), func.count().filter(~major), func.count().filter(overdue(today))
        )
        .select_from(Hazard)
        .where(hazards_seen(session, actor, words.pack), *conditions(asked, actor=actor, today=today))
        .group_by(Hazard.domain, Hazard.category)
    )  # fmt: skip
    found = (RiskSum(_kind(words, row[0], row[1]), row[2], row[3], row[4]) for row in rows)
    return tuple(sorted(found, key=lambda own: (-own.major, -own.open, own.kind)))


def _kind(words: Words, domain: str, category: str | None) -> str:
    return f"{words.catalogue.title(domain)} · {words.catalogue.category_title(domain, category) or '未分类'}"


def _hazard(words: Words, line: LedgerLine) -> HazardRisk:
    plan, parts = plan_of(line.plan), words.pack.lifecycle.parts
    texts = [(part.kind, plan[part.code]) for part in parts if part.kind is PartKind.TEXT and part.code in plan]
    measures = tuple(text for kind, value in texts if not value.waived and (text := part_text(kind, value)))
    return HazardRisk(
        line.id, line.no or "待编号", line.title, spot(line.place, line.school_name), _kind(words, line.domain, line.category),
        words.grade(line.grade, graded=line.graded), words.stage(line.stage), measures, line.responsible_name, line.clock_on,
        line.due_state == "overdue",
    )  # fmt: skip


def _items(session: TenantSession, actor: Actor, unit_id: UUID, today: date) -> _Part[FailedItem]:
    """Of each item of each checklist what it came to when it was last answered; a hazard that is closed settles it. Three queries."""
    newest = func.row_number().over(
        partition_by=(Visit.unit_id, ChecklistVersion.checklist_id, Answer.item),
        order_by=(Visit.planned_on.desc(), Visit.id.desc()),
    )
    answered = (
        select(
            Answer.visit_id, Answer.item, Answer.verdict, Answer.heads[1].label("head"), Visit.planned_on, Visit.checklist_version_id,
            newest.label("place"),
        )
        .join(Visit, Visit.id == Answer.visit_id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(
            visits_seen(actor), Visit.unit_id.in_(closure_of(unit_id)), Visit.state == "finished", Visit.planned_on > today - YEAR,
            Answer.verdict.in_(("pass", "fail")),
        )
        .subquery()
    )  # fmt: skip
    last = answered.c
    rows = session.execute(
        select(last.visit_id, last.item, last.planned_on, last.checklist_version_id, AnswerVersion.note, Hazard.no, func.count().over())
        .join(AnswerVersion, AnswerVersion.id == last.head)
        .outerjoin(Finding, and_(Finding.visit_id == last.visit_id, Finding.item == last.item))
        .outerjoin(Hazard, Hazard.id == Finding.hazard_id)
        .where(last.place == 1, last.verdict == "fail", or_(Hazard.id.is_(None), Hazard.canonical.not_in(("closed", "cancelled"))))
        .order_by(last.planned_on.desc(), last.visit_id, last.item)
        .limit(MOST)
    ).all()  # fmt: skip
    asked = select(ChecklistVersion.id, ChecklistVersion.content).where(
        ChecklistVersion.id.in_({row[3] for row in rows})
    )
    contents = {row.id: content_of(row.content) for row in session.execute(asked)} if rows else {}

    def called(version: UUID, code: str) -> str:
        item = contents[version].item(code)
        return item.content if item is not None else code

    lines = tuple(FailedItem(row[0], called(row[3], row[1]), row[4], row[2], row[5] or "") for row in rows)
    return _Part(lines, rows[0][6] if rows else 0)


def _duties(session: TenantSession, actor: Actor, plugins: Plugins, unit_id: UUID, today: date) -> _Part[DutyRisk]:
    """Of this school year. One query beside those of the pack."""
    span = Span(school_year(today).starts, today)
    late = Asked(span, states=frozenset({str(Standing.OVERDUE)}), under=unit_id, reader=actor)
    coverage = actor.coverage(ObligationPermission.READ)
    page = due_rows(session, plugins, coverage=coverage, asked=late, paging=Paging(page_size=MOST))
    lines = tuple(
        DutyRisk(row.duty.code, str(row.duty.rule.title), "、".join(row.party), row.due_on) for row in page.items
    )
    return _Part(lines, page.total)


def _endings(session: TenantSession, actor: Actor, plugins: Plugins, unit_id: UUID) -> _Part[EndingRisk]:
    """Two queries, and as many for each register in which something runs out as its list takes."""
    registers = registers_of(plugins)
    here = Coverage(frozenset(session.scalars(closure_of(unit_id))))
    asked = [(own, own.reach(actor).within(here)) for own in registers.in_force(session).values() if own.expiring]
    counted = sums_of(session, [(own, coverage) for own, coverage in asked if coverage])
    found: list[EndingRisk] = []
    total = 0
    for own, coverage in asked:
        if not coverage:
            continue
        sums = counted[own.slug]
        total += sums.overdue + sums.soon + sums.far
        for due in (name for name in DUES if getattr(sums, name)):
            page = entries_page(
                session, registers, own, coverage, asked=EntryFilter(due=due), paging=Paging(page_size=MOST)
            )
            endpoint, args = address(own)
            where = (*args, ("unit_id", str(unit_id)), ("due", due))
            found += [
                EndingRisk(str(own.title), card.title, card.expires_on, card.days_left, endpoint, where)
                for card in page.items
            ]
    found.sort(key=lambda line: (line.expires_on or date.max, line.register, line.title))
    return _Part(tuple(found[:MOST]), total)
