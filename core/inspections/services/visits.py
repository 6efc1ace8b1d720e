"""A visit begins, ends, or is called off."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.inspections.checklist import FAIL, Given, Result, result_of
from core.inspections.merging import digest_of
from core.inspections.models import Answer, AnswerVersion, Signature, Visit, VisitPhoto
from core.inspections.papers import result_notice
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.people import candidates
from core.inspections.services.writing import (
    Plan,
    add_visit,
    audit,
    content,
    latest_version,
    locked,
    tell,
    under_way,
)
from core.inspections.words import OWN_KINDS
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused
from core.notify.services import notify
from core.orgs.queries import unit_cards
from core.tenancy.packs.model import Pack

CONDUCT = InspectionPermission.CONDUCT


def begin_own_check(
    session: TenantSession, *, actor: Actor, pack: Pack, kind: str, unit_id: UUID, checklist_id: UUID
) -> UUID:
    """自查 and 日检查 of one's own unit begin at once. One that is under way today is gone on with.

    Raises Invalid for another kind or checklist, NotFound for a unit out of reach, Conflict where today's is done.
    """
    if kind not in OWN_KINDS:
        raise Invalid(fields={"kind": "自己做的只有自查和日检查，其余由上级安排"})
    actor.require(CONDUCT, unit_id)
    card = unit_cards(session, [unit_id]).get(unit_id)
    today = local_date(session.now())
    if card is None or not card.open_on(today):
        raise NotFound()
    version = latest_version(session, checklist_id, kind=kind)
    # two colleagues who begin at the same moment must not each make one: neither would see the other's
    session.execute(select(func.pg_advisory_xact_lock(session.tenant_id, func.hashtext(f"{kind}:{unit_id}"))))
    same = session.scalars(
        select(Visit)
        .where(
            Visit.unit_id == unit_id, Visit.kind == kind, Visit.checklist_version_id == version.id, Visit.planned_on == today,
            Visit.state.in_(("under_way", "finished")),
        )
        .order_by(Visit.state.desc(), Visit.id)
    ).first()  # fmt: skip
    if same is not None and same.state == "under_way":
        return same.id
    if same is not None and kind == "daily":
        raise Conflict("今天已经用这张表检查过")
    me = candidates(session, pack, people=[actor.person_id]) if actor.person_id else {}
    team = (me[actor.person_id],) if actor.person_id in me else ()
    plan = Plan(kind, version.title, card, version.id, today, team, inspecting_unit_id=card.school_id or card.id)
    visit = add_visit(session, actor=actor, plan=plan, items=len(version.content["items"]))
    _start(session, actor, visit)
    return visit.id


def start_visit(session: TenantSession, *, actor: Actor, visit_id: UUID, version: int | None = None) -> None:
    """The team stands at the gate. From here on the school sees it. Raises NotFound, Forbidden, Stale, Conflict."""
    visit = locked(session, actor=actor, visit_id=visit_id, version=version)
    if visit.state != "planned":
        raise Conflict("检查已经开始或已取消")
    if visit.planned_on > local_date(session.now()):
        raise Refused("还没有到安排的日期")
    _start(session, actor, visit)


def finish_visit(
    session: TenantSession, *, actor: Actor, pack: Pack, visit_id: UUID, version: int | None = None, summary: str = ""
) -> Result:
    """Scores the answers and closes the visit. Raises NotFound, Forbidden, Stale, and Refused naming what is missing:
    answers, photos that have not arrived or are asked for, choices between two devices, signatures.
    """
    visit = under_way(locked(session, actor=actor, visit_id=visit_id, version=version))
    asked = content(session, visit)
    answers = {row.item: row for row in session.scalars(select(Answer).where(Answer.visit_id == visit_id))}
    if torn := [code for code, row in answers.items() if len(row.heads) > 1]:
        raise Refused("有%(n)s项两台设备填得不一样，请先选定", n=len(torn))
    given = {code: Given(row.verdict or "", row.points) for code, row in answers.items()}
    result = result_of(asked, given)
    if result.open:
        raise Refused("还有%(n)s项没有填写", n=len(result.open))
    _check_photos(
        session,
        visit,
        {code: row.heads[0] for code, row in answers.items()},
        asked_on_fail={item.code for item in asked.items if item.photo_on_fail and given[item.code].verdict == FAIL},
    )
    _check_signatures(session, visit, digest_of({code: row.heads for code, row in answers.items()}))
    visit.state, visit.finished_at, visit.finished_by = "finished", session.now(), actor.person_id
    visit.finished_by_name, visit.summary = actor.name, summary.strip()
    visit.passed, visit.failed, visit.not_applicable = result.passed, result.failed, result.not_applicable
    visit.score = result.score
    session.flush()
    audit(session, actor=actor, visit=visit, act="finished", data={"score": result.score, "failed": result.failed})
    tell(session, visit=visit, topic="inspection.finished")
    if visit.kind not in OWN_KINDS:
        _tell_unit(session, pack, visit)
    return result


def cancel_visit(
    session: TenantSession, *, actor: Actor, visit_id: UUID, version: int | None = None, reason: str
) -> None:
    """Raises NotFound, Stale, Forbidden unless one planned it or plans for the unit, Refused for one that is over."""
    visit = locked(session, actor=actor, visit_id=visit_id, version=version, conduct=False)
    own = visit.kind in OWN_KINDS and actor.may(CONDUCT, visit.unit_id)
    if not own:
        actor.require(InspectionPermission.PLAN, visit.unit_id)
    if visit.state not in ("planned", "under_way"):
        raise Refused("检查已经结束，不能取消")
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明理由"})
    visit.state, visit.cancel_reason = "cancelled", reason.strip()
    session.flush()
    if not visit.concealed or visit.started_at is not None:
        audit(session, actor=actor, visit=visit, act="cancelled", data={"reason": reason.strip()})


def _start(session: TenantSession, actor: Actor, visit: Visit) -> None:
    visit.state, visit.started_at, visit.started_by = "under_way", session.now(), actor.person_id
    visit.started_by_name = actor.name
    session.flush()
    audit(session, actor=actor, visit=visit, act="started", data={"kind": visit.kind})
    tell(session, visit=visit, topic="inspection.started")


def _check_photos(session: TenantSession, visit: Visit, heads: dict[str, UUID], *, asked_on_fail: set[str]) -> None:
    named = {
        row.item: set(row.photos)
        for row in session.execute(
            select(AnswerVersion.item, AnswerVersion.photos).where(AnswerVersion.id.in_(heads.values()))
        )
    }
    there = set(
        session.scalars(select(VisitPhoto.id).where(VisitPhoto.visit_id == visit.id, VisitPhoto.file_id.is_not(None)))
    )
    if missing := sum(len(photos - there) for photos in named.values()):
        raise Refused("还有%(n)s张照片没有传到，请保持联网", n=missing)
    if without := [code for code in asked_on_fail if not named.get(code)]:
        raise Refused("有%(n)s个不合格项须拍照", n=len(without))


def _check_signatures(session: TenantSession, visit: Visit, digest: str) -> None:
    """The latest of each role must stand under these very answers; a unit's own check needs only its own."""
    wanted = ("inspector",) if visit.kind in OWN_KINDS else ("inspector", "unit")
    signed = {
        row.role: row.digest
        for row in session.execute(
            select(Signature.role, Signature.digest)
            .where(Signature.visit_id == visit.id, Signature.file_id.is_not(None))
            .order_by(Signature.received_at, Signature.id)
        )
    }
    if missing := [role for role in wanted if role not in signed]:
        raise Refused("还差%(n)s个签名", n=len(missing))
    if [role for role in wanted if signed[role] != digest]:
        raise Refused("签名后结果有改动，请重新签名")


def _tell_unit(session: TenantSession, pack: Pack, visit: Visit) -> None:
    """Whoever does checks in the school learns the result; the team knows it."""
    people = set(candidates(session, pack, units={visit.unit_id, visit.school_id or visit.unit_id}))
    title = result_notice(visit.title, visit.failed)
    notify(session, to=people, kind="inspection", title=title, link=f"/inspections/visits/{visit.id}")
