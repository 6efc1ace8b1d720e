"""申诉: filed by the unit within the window, decided by another person than filed it or announced the result; what is upheld is a new version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.assessment.frozen import Frozen
from core.assessment.models import Appeal, AssessmentRound, AssessmentSheet, SheetVersion
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.rounds import SHOWN
from core.assessment.score import hundredths
from core.assessment.sheet import Content
from core.assessment.telling import appealed, decided
from core.assessment.window import window_open
from core.assessment.words import ANNOUNCED, CORRECTED, OPEN, REJECTED, UPHELD
from core.audit.services import record
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.notify.services import notify

READ, APPEAL, DECIDE = AssessmentPermission.READ, AssessmentPermission.APPEAL, AssessmentPermission.DECIDE


@dataclass(frozen=True)
class Decision:
    """``points``: what the item costs after it was upheld (of a veto: no matter)."""

    uphold: bool
    words: str
    points: float = 0


def file_appeal(session: TenantSession, *, actor: Actor, sheet_id: UUID, item: str, text: str) -> UUID:
    """Returns its id. Raises NotFound, Forbidden, Refused outside the window or while one about the item is open, Invalid."""
    sheet, row = _sheet(session, sheet_id)
    if not actor.may(READ, sheet.unit_id) or (row.state not in SHOWN and not actor.may(AssessmentPermission.WRITE)):
        raise NotFound()
    actor.require(APPEAL, sheet.unit_id)
    if actor.coverage(APPEAL).everywhere:  # held to be able to give it to schools' posts
        raise Refused("申诉由单位自己提出")
    if not window_open(row, local_date(session.now())):
        raise Refused("现在不在申诉期内")
    if sheet.left_on is not None:
        raise Refused("不再参评的单位没有结果可以申诉")
    if not text.strip():
        raise Invalid(fields={"text": "请写明理由"})
    content = _content(session, sheet)
    if item not in content.contestable:
        raise Invalid(fields={"item": "结果中没有这一项，或者这一项没有扣分"})
    waiting = select(Appeal.id).where(Appeal.sheet_id == sheet.id, Appeal.item == item, Appeal.state == OPEN)
    if session.scalar(waiting) is not None:
        raise Refused("这一项的申诉正在处理")
    appeal = Appeal(
        id=new_id(), sheet_id=sheet.id, version_no=sheet.latest_no, item=item, text=text.strip(), made_at=session.now(),
        made_by=actor.person_id, made_by_name=actor.name, state=OPEN,
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    _audit(session, actor, "filed", appeal, item=Frozen.from_json(row.scheme).title(item))
    if row.announced_by is not None:
        notify(
            session,
            to=row.announced_by,
            kind="assessment",
            title=appealed(row.title),
            link=f"/assessment/sheets/{sheet.id}",
        )
    return appeal.id


def decide_appeal(session: TenantSession, *, actor: Actor, appeal_id: UUID, version: int, decision: Decision) -> None:
    """Upheld: a new version of the sheet, the old one stays. Raises NotFound, Stale, Refused for whoever filed the appeal or announced
    the result and for one that is decided, Invalid."""
    found = session.scalar(select(Appeal.sheet_id).where(Appeal.id == appeal_id))
    if found is None:
        raise NotFound()
    sheet, row = _sheet(session, found)
    actor.require(DECIDE, sheet.unit_id)
    appeal = session.scalars(select(Appeal).where(Appeal.id == appeal_id).with_for_update()).one()
    if appeal.version != version:
        raise Stale()
    if appeal.state != OPEN or row.state != ANNOUNCED:
        raise Refused("这件申诉已经处理")
    if actor.person_id is not None and actor.person_id in (appeal.made_by, row.announced_by):
        raise Refused("提出申诉的人和公示结果的人不能处理这件申诉")
    if not decision.words.strip():
        raise Invalid(fields={"decision": "请写明理由"})
    if decision.uphold:
        appeal.taken = _correct(session, actor, sheet, row, appeal, decision)
    appeal.state, appeal.decision = UPHELD if decision.uphold else REJECTED, decision.words.strip()
    appeal.decided_at, appeal.decided_by, appeal.decided_by_name = session.now(), actor.person_id, actor.name
    session.flush()
    _audit(session, actor, appeal.state, appeal, item=Frozen.from_json(row.scheme).title(appeal.item))
    if appeal.made_by is not None:
        notify(
            session,
            to=appeal.made_by,
            kind="assessment",
            title=decided(row.title, upheld=decision.uphold),
            link=f"/assessment/sheets/{sheet.id}",
        )


def _correct(
    session: TenantSession,
    actor: Actor,
    sheet: AssessmentSheet,
    row: AssessmentRound,
    appeal: Appeal,
    decision: Decision,
) -> int:
    """What the item costs now, in hundredths."""
    content, frozen, words = _content(session, sheet), Frozen.from_json(row.scheme), decision.words.strip()
    line = next((own.line for own in content.lines if own.line.code == appeal.item), None)
    taken = hundredths(decision.points) if line else 0
    if line is not None and not 0 <= taken < max(line.taken, 1):
        raise Invalid(fields={"points": "更正后的扣分应少于原来的扣分"})
    changed = content.corrected(appeal.item, taken=taken, why=words, appeal=appeal.id)
    result = changed.score(frozen.scheme)
    sheet.latest_no, sheet.points, sheet.grade = sheet.latest_no + 1, result.points, result.grade
    sheet.vetoed = bool(result.vetoes)
    session.add(
        SheetVersion(
            id=new_id(), sheet_id=sheet.id, no=sheet.latest_no, kind=CORRECTED, points=result.points, content=changed.to_json(), reason=words,
            made_at=session.now(), made_by=actor.person_id, made_by_name=actor.name,
        )
    )  # fmt: skip
    return taken


def _sheet(session: TenantSession, sheet_id: UUID) -> tuple[AssessmentSheet, AssessmentRound]:
    """Both locked, the round first, as publication does: nothing is published between reading and deciding. Raises NotFound."""
    round_id = session.scalar(select(AssessmentSheet.round_id).where(AssessmentSheet.id == sheet_id))
    if round_id is None:
        raise NotFound()
    row = session.scalars(select(AssessmentRound).where(AssessmentRound.id == round_id).with_for_update()).one()
    sheet = session.scalars(select(AssessmentSheet).where(AssessmentSheet.id == sheet_id).with_for_update()).one()
    return sheet, row


def _content(session: TenantSession, sheet: AssessmentSheet) -> Content:
    wanted = select(SheetVersion.content).where(SheetVersion.sheet_id == sheet.id, SheetVersion.no == sheet.latest_no)
    return Content.from_json(session.scalars(wanted).one())


def _audit(session: TenantSession, actor: Actor, act: str, row: Appeal, **data: object) -> None:
    record(
        session,
        actor=actor,
        action=f"assessment_appeal.{act}",
        object_kind="assessment_appeal",
        object_id=row.id,
        data=data,
    )
