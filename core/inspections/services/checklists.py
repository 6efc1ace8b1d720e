"""Checklists are drafted and published; a published version never changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hazards.catalogue import Catalogue
from core.inspections.checklist import Content, check_columns, check_content, content_of, digest_of, json_of
from core.inspections.models import Checklist, ChecklistVersion
from core.inspections.offers import DISTRICT, Offer
from core.inspections.permissions import InspectionPermission
from core.inspections.words import KINDS
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.tenancy.packs.model import Pack
from core.tenancy.values import effective

CHECKLIST = InspectionPermission.CHECKLIST
COLUMNS = "inspection.columns"


def take_offers(session: TenantSession, *, actor: Actor, offers: Iterable[Offer]) -> int:
    """Publishes what pack and plugins offer and is new or changed; returns how many. Safe to run again.

    Old versions stay: visits that began with them read as they did. What the district made itself is never touched.
    """
    offered = {offer.code: offer for offer in offers}
    known = {
        row.code: row for row in session.scalars(select(Checklist).where(Checklist.code.in_(offered)).with_for_update())
    }
    taken = 0
    for code, offer in offered.items():
        data = json_of(offer.content)
        digest = digest_of(data)
        row = known.get(code)
        if row is None:
            row = Checklist(
                id=new_id(), code=code, title=offer.content.title, origin=offer.origin, updated_at=session.now()
            )
            session.add(row)
        elif row.offered == digest:
            continue
        row.domain, row.kinds, row.offered = offer.domain, list(offer.kinds), digest
        session.flush()
        _publish(session, row, offer.content, actor)
        record(
            session, actor=actor, action="inspection_checklist.taken", object_kind="inspection_checklist", object_id=row.id,
            data={"no": row.latest_no, "code": code},
        )  # fmt: skip
        taken += 1
    return taken


def draft_checklist(
    session: TenantSession, *, actor: Actor, pack: Pack, catalogue: Catalogue, content: Content, domain: str = "",
    kinds: Sequence[str] = (),
) -> UUID:  # fmt: skip
    """A new checklist of the district's own, not in force yet. Raises Forbidden, Invalid."""
    actor.require(CHECKLIST)
    _check(session, pack, catalogue, content, kinds)
    number = session.scalar(select(func.count()).select_from(Checklist).where(Checklist.origin == DISTRICT)) or 0
    row = Checklist(
        id=new_id(), code=f"own:{number + 1}", title=content.title, domain=domain, kinds=list(kinds), origin=DISTRICT,
        draft=json_of(content), updated_at=session.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, actor, row, "drafted")
    return row.id


def change_draft(
    session: TenantSession, *, actor: Actor, pack: Pack, catalogue: Catalogue, checklist_id: UUID, version: int, content: Content,
    kinds: Sequence[str] = (),
) -> None:  # fmt: skip
    """Writes the next version's draft; what is in force stays. Raises NotFound, Stale, Refused for one of the pack, Invalid."""
    row = _locked(session, actor, checklist_id, version)
    if row.origin != DISTRICT:
        raise Refused("来自文件或业务模块的检查表不能改，请另存为本区检查表")
    _check(session, pack, catalogue, content, kinds)
    row.draft, row.kinds, row.updated_at = json_of(content), list(kinds), session.now()
    session.flush()
    _record(session, actor, row, "drafted")


def publish_checklist(session: TenantSession, *, actor: Actor, checklist_id: UUID, version: int) -> int:
    """The draft becomes the next version, for good; returns its number. Raises NotFound, Stale, Conflict without a draft."""
    row = _locked(session, actor, checklist_id, version)
    if row.draft is None:
        raise Conflict("没有可以发布的修改")
    _publish(session, row, content_of(row.draft), actor)
    row.draft, row.updated_at = None, session.now()
    session.flush()
    _record(session, actor, row, "published")
    return row.latest_no


def retire_checklist(session: TenantSession, *, actor: Actor, checklist_id: UUID, version: int) -> None:
    """Not offered any more; visits that use it go on. Raises NotFound, Stale."""
    row = _locked(session, actor, checklist_id, version)
    row.retired_on = local_date(session.now())
    session.flush()
    _record(session, actor, row, "retired")


def copy_checklist(session: TenantSession, *, actor: Actor, checklist_id: UUID) -> UUID:
    """另存为本区检查表: a draft of the district's own from any checklist in force. Raises NotFound."""
    actor.require(CHECKLIST)
    row = session.get(Checklist, (session.tenant_id, checklist_id))
    if row is None or not row.latest_no:
        raise NotFound()
    latest = session.scalars(
        select(ChecklistVersion).where(ChecklistVersion.checklist_id == row.id, ChecklistVersion.no == row.latest_no)
    ).one()
    number = session.scalar(select(func.count()).select_from(Checklist).where(Checklist.origin == DISTRICT)) or 0
    made = Checklist(
        id=new_id(), code=f"own:{number + 1}", title=row.title, domain=row.domain, kinds=list(row.kinds), origin=DISTRICT,
        draft=latest.content, updated_at=session.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, actor, made, "drafted")
    return made.id


def _publish(session: TenantSession, row: Checklist, content: Content, actor: Actor) -> None:
    data = json_of(content)
    row.latest_no = (row.latest_no or 0) + 1
    row.title, row.updated_at = content.title, session.now()
    session.add(
        ChecklistVersion(
            checklist_id=row.id, no=row.latest_no, title=content.title, content=data, digest=digest_of(data),
            published_at=session.now(), published_by=actor.person_id, published_by_name=actor.name,
        )
    )  # fmt: skip
    session.flush()


def _check(session: TenantSession, pack: Pack, catalogue: Catalogue, content: Content, kinds: Sequence[str]) -> None:
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise Invalid(fields={"kinds": f"{unknown[0]}?"})
    categories = {
        domain.code: frozenset(category.code for category in domain.categories) for domain in catalogue.domains
    }
    check_content(content, categories, frozenset(clause.id for clause in pack.clauses))
    asked = effective(session, COLUMNS)
    if asked is not None and asked.value:
        check_columns(content)


def _locked(session: TenantSession, actor: Actor, checklist_id: UUID, version: int) -> Checklist:
    actor.require(CHECKLIST)
    row = session.scalars(select(Checklist).where(Checklist.id == checklist_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    return row


def _record(session: TenantSession, actor: Actor, row: Checklist, act: str) -> None:
    record(
        session, actor=actor, action=f"inspection_checklist.{act}", object_kind="inspection_checklist", object_id=row.id,
        data={"no": row.latest_no},
    )  # fmt: skip
