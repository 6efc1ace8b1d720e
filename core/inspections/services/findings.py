"""One tap on a failed item: a hazard, with what the item and the answer already say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from core.access.actor import EVERYTHING, Actor, Grant
from core.db.sessions import TenantSession
from core.files.services import share
from core.hazards.catalogue import catalogue_of
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.services import Found, report_hazard
from core.hooks.manager import Plugins
from core.inspections.checklist import FAIL, Item
from core.inspections.models import Answer, AnswerVersion, Finding, Visit, VisitPhoto
from core.inspections.services.writing import audit, content, locked, tell
from core.inspections.words import KINDS
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.kernel.ids import new_id
from core.orgs.queries import unit_card
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Lifecycle, Origin

GONE = ("closed", "cancelled")
ORIGINS = {"self_check": Origin.SELF_CHECK, "daily": Origin.SELF_CHECK, "peer": Origin.CLUSTER}
"""By kind of inspection; any other is an inspection from above."""


@dataclass(frozen=True)
class Reported:
    """``again``: the hazard was there already and is still open (回头看)."""

    id: UUID
    hazard_id: UUID
    no: str | None
    title: str
    again: bool


def report_finding(
    session: TenantSession, *, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], visit_id: UUID, item: str,
    finding_id: UUID | None = None,
) -> Reported:  # fmt: skip
    """The hazard of a failed item; the one that is there, if it was reported before. Allowed after the visit's end too.

    Nothing is asked again: unit, place, category, grade, clauses and photos come from visit, item and answer. A 回头看 that
    finds an open hazard of the earlier visit links it, and links a new one to it where it had been closed.
    Raises NotFound, Forbidden, Refused for an item that did not fail or that two devices answered differently.
    """
    visit = locked(session, actor=actor, visit_id=visit_id)
    found = session.scalars(select(Finding).where(Finding.visit_id == visit_id, Finding.item == item)).first()
    if found is not None:
        return _reported(session, found)
    if visit.state not in ("under_way", "finished"):
        raise Refused("检查还没有开始或已取消")
    asked = content(session, visit).item(item)
    answer = session.get(Answer, (session.tenant_id, visit_id, item))
    if asked is None or answer is None or len(answer.heads) != 1 or answer.verdict != FAIL:
        raise Refused("只有判为不合格的项才能登记为隐患")
    given = session.get_one(AnswerVersion, (session.tenant_id, answer.heads[0]))
    before = _earlier(session, visit, item)
    again = before is not None and before.canonical not in GONE
    if before is not None and again:
        hazard_id = before.id
    else:
        told = _found(session, pack, plugins, plugins_on, visit, asked, given, before)
        photos = _photos(session, actor, visit_id, given)
        hazard_id = report_hazard(
            session, actor=authorised(actor, visit), pack=pack, plugins=plugins, plugins_on=plugins_on, found=told,
            file_ids=photos,
        ).id  # fmt: skip
    row = Finding(
        id=finding_id or new_id(), visit_id=visit_id, item=item, hazard_id=hazard_id, again=again, at=session.now(),
        by_id=actor.person_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(session, actor=actor, visit=visit, act="reported", data={"items": [item], "hazard_id": str(hazard_id)})
    tell(session, visit=visit, topic="inspection.reported", hazard_id=str(hazard_id), item=item)
    return _reported(session, row)


def authorised(actor: Actor, visit: Visit) -> Actor:
    """The actor with what the visit itself permits: to report hazards in the unit visited. Peers hold no post there."""
    if EVERYTHING in actor.grants or actor.may(HazardPermission.REPORT, visit.unit_id):
        return actor
    given = Grant(
        permissions=frozenset({HazardPermission.REPORT}), unit_ids=frozenset({visit.unit_id}), post_title=KINDS[visit.kind],
        home_unit_id=visit.inspecting_unit_id, scope="unit",
    )  # fmt: skip
    return replace(actor, grants=(*actor.grants, given))


def _found(
    session: TenantSession, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], visit: Visit, item: Item,
    given: AnswerVersion, before: Hazard | None,
) -> Found:  # fmt: skip
    catalogue = catalogue_of(pack, plugins, plugins_on, today=local_date(session.now()))
    active = {domain.code: {category.code for category in domain.categories} for domain in catalogue.active}
    domain = item.domain if item.domain in active else ""
    same = before is not None and before.domain == domain and before.unit_id == visit.unit_id
    return Found(
        unit_id=visit.unit_id,
        place=item.place or item.section or unit_card(session, visit.unit_id).short_name,
        description="\n".join(text for text in (item.content, given.note, item.standard) if text),
        title=item.content,
        domain=domain,
        category=item.category if domain and item.category in active[domain] else None,
        grade=item.grade or None,
        source=_source(pack.lifecycle, visit.kind),
        source_note=visit.title,
        recurrence_of=before.id if before is not None and same and before.canonical == "closed" else None,
        clauses=item.clauses,
    )


def _source(life: Lifecycle, kind: str) -> str:
    wanted = ORIGINS.get(kind, Origin.INSPECTION)
    for origin in (wanted, Origin.INSPECTION):
        for own in life.sources:
            if own.origin is origin:
                return own.code
    return ""


def _photos(session: TenantSession, actor: Actor, visit_id: UUID, given: AnswerVersion) -> list[UUID]:
    """The answer's photos that have arrived, as loose files that the hazard may take."""
    if not given.photos:
        return []
    files = session.scalars(
        select(VisitPhoto.file_id)
        .where(VisitPhoto.visit_id == visit_id, VisitPhoto.id.in_(given.photos), VisitPhoto.file_id.is_not(None))
        .order_by(VisitPhoto.received_at, VisitPhoto.id)
    )
    return [share(session, actor=actor, file_id=file_id, purpose="before") for file_id in files if file_id is not None]


def _earlier(session: TenantSession, visit: Visit, item: str) -> Hazard | None:
    """回头看: the hazard that this item became on the visit before."""
    if visit.follows_id is None:
        return None
    return session.scalars(
        select(Hazard)
        .join(Finding, Finding.hazard_id == Hazard.id)
        .where(Finding.visit_id == visit.follows_id, Finding.item == item)
    ).first()


def _reported(session: TenantSession, row: Finding) -> Reported:
    hazard = session.get_one(Hazard, (session.tenant_id, row.hazard_id))
    return Reported(row.id, hazard.id, hazard.no, hazard.title, row.again)
