"""整改通知书 is issued once for a visit that found something: numbered, dated, kept as the file that was served."""

from __future__ import annotations

import io
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.services import store_file
from core.files.storage import Storage
from core.hazards.models import Hazard
from core.hazards.services.numbering import take_numbers
from core.inspections.checklist import FAIL, Item
from core.inspections.models import Answer, Finding, Inspector, RectificationOrder, Round, Visit
from core.inspections.paper_kinds import ORDER
from core.inspections.papers import GRADES, OrderLine, OrderPaper, order_docx, order_file, order_no, order_notice
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.people import candidates
from core.inspections.queries.scope import may_conduct
from core.inspections.services.answering import SUBJECT
from core.inspections.services.writing import audit, content, is_on_team, locked, tell
from core.inspections.words import KINDS, OWN_KINDS
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Forbidden, Invalid, Refused
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.queries import unit_card
from core.papers.queries.templates import template_bytes
from core.tenancy.packs.model import Pack


def issue_order(
    session: TenantSession, *, actor: Actor, pack: Pack, storage: Storage, visit_id: UUID, due_on: date | None = None,
    base_url: str = "",
) -> UUID:  # fmt: skip
    """Returns the order's id. ``due_on``: by when all is answered; default: the pack's limit for the gravest finding.

    Raises NotFound, Forbidden for who neither was on the team nor plans for the unit, Refused where there is nothing to put
    right or a failed item is not yet a hazard, Conflict for a second one, Invalid for a day gone by.
    Side effects: a file; a note to the unit's people.
    """
    visit = locked(session, actor=actor, visit_id=visit_id, conduct=False)
    planning = actor.may(InspectionPermission.PLAN, visit.unit_id)
    if not planning and not may_conduct(actor, visit, on_team=is_on_team(session, actor=actor, visit_id=visit_id)):
        raise Forbidden()
    if visit.kind in OWN_KINDS or visit.state != "finished" or visit.finished_at is None:
        raise Refused("完成了的上级检查才出具整改通知书")
    if session.scalars(select(RectificationOrder.id).where(RectificationOrder.visit_id == visit_id)).first():
        raise Conflict("这次检查已经出具整改通知书")
    found = _findings(session, visit)
    if not found:
        raise Refused("没有不合格项，不需要整改通知书")
    if missing := sum(hazard is None for _item, hazard in found):
        raise Refused("还有%(n)s个不合格项没有登记为隐患", n=missing)
    today = local_date(session.now())
    limit = due_on or today + timedelta(days=_days(pack, found))
    if limit < today:
        raise Invalid(fields={"due_on": "不能早于今天"})
    seq = take_numbers(session, code="inspection_order", period=str(today.year))
    no = order_no(pack.short_name, today.year, seq)
    unit = unit_card(session, visit.unit_id)
    inspected_on = local_date(visit.finished_at)
    paper = OrderPaper(
        issuer=pack.name, no=no, unit=unit.name, inspected_on=inspected_on, kind=KINDS[visit.kind], basis=_basis(session, visit),
        lines=tuple(_line(item, hazard) for item, hazard in found if hazard is not None), due_on=limit,
        inspectors=_names(session, visit_id), issued_on=today, closing_word=pack.lifecycle.closing_word,
        verify_url=f"{base_url}/inspections/visits/{visit_id}",
    )  # fmt: skip
    template, _own = template_bytes(session, storage, ORDER)
    card = store_file(
        session, actor=actor, storage=storage, stream=io.BytesIO(order_docx(paper, template)), name=order_file(no),
        purpose="order", subject_kind=SUBJECT, subject_id=visit_id,
    )  # fmt: skip
    row = RectificationOrder(
        id=new_id(), visit_id=visit_id, year=today.year, seq=seq, no=no, issued_on=today, due_on=limit, findings=len(found),
        file_id=card.id, issued_at=session.now(), issued_by=actor.person_id, issued_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(session, actor=actor, visit=visit, act="ordered", data={"no": no})
    tell(session, visit=visit, topic="inspection.ordered", no=no)
    people = set(candidates(session, pack, units={visit.unit_id, visit.school_id or visit.unit_id}))
    title = order_notice(no, limit)
    notify(session, to=people, kind="inspection", title=title, link=f"/inspections/visits/{visit_id}")
    return row.id


def _findings(session: TenantSession, visit: Visit) -> list[tuple[Item, Hazard | None]]:
    failed = set(session.scalars(select(Answer.item).where(Answer.visit_id == visit.id, Answer.verdict == FAIL)))
    rows = session.execute(
        select(Finding.item, Hazard).join(Hazard, Hazard.id == Finding.hazard_id).where(Finding.visit_id == visit.id)
    )
    hazards: dict[str, Hazard] = {row[0]: row[1] for row in rows}
    return [(item, hazards.get(item.code)) for item in content(session, visit).items if item.code in failed]


def _days(pack: Pack, found: list[tuple[Item, Hazard | None]]) -> int:
    """The longest limit that the pack gives to what was found; each hazard keeps its own."""
    grades = {hazard.grade for _item, hazard in found if hazard is not None}
    limits = [grade.deadline.days for grade in pack.lifecycle.grades if grade.code in grades]
    return max((days for days in limits if days), default=15)


def _line(item: Item, hazard: Hazard) -> OrderLine:
    basis = "；".join(text for text in (item.standard, item.law) if text)
    return OrderLine(item.content, basis, GRADES[hazard.grade], hazard.no or "", hazard.clock_on)


def _basis(session: TenantSession, visit: Visit) -> str:
    if visit.round_id is None:
        return ""
    return session.scalars(select(Round.basis).where(Round.id == visit.round_id)).one()


def _names(session: TenantSession, visit_id: UUID) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            select(Inspector.name).where(Inspector.visit_id == visit_id).order_by(Inspector.lead.desc(), Inspector.name)
        )
    )
