"""What the district asks of those who hold a post, beside what the notice asks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.exams.models import PostQualification
from core.exams.permissions import ExamPermission
from core.exams.series import series_titles
from core.exams.words import CERTIFICATES
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.tenancy.packs.model import Pack

WRITE = ExamPermission.WRITE


def ask_of_post(
    session: TenantSession,
    *,
    actor: Actor,
    pack: Pack,
    post_code: str,
    series: str = "",
    certificate: str = "",
    reason: str,
) -> UUID:
    """Returns its id. Raises Forbidden, Invalid, Conflict where the same is asked already."""
    actor.require(WRITE)
    wrong: dict[str, str] = {}
    if post_code not in {post.code for post in pack.posts}:
        wrong["post_code"] = "请选择岗位"
    if bool(series) == bool(certificate):
        wrong["series"] = "考试和证书选一项"
    elif series and series not in series_titles(session, pack):
        wrong["series"] = "没有这个考试"
    elif certificate and certificate not in CERTIFICATES:
        wrong["certificate"] = "没有这种证书"
    if not reason.strip():
        wrong["reason"] = "请写明依据"
    if wrong:
        raise Invalid(fields=wrong)
    asked = any(
        post_code in own.posts and own.exam == series and str(own.certificate or "") == certificate
        for own in pack.qualifications
    )
    same = select(PostQualification.id).where(
        PostQualification.post_code == post_code, PostQualification.series == series,
        PostQualification.certificate == certificate, PostQualification.ended_on.is_(None),
    )  # fmt: skip
    if asked or session.scalars(same).first() is not None:
        raise Conflict("这个岗位已有同样的要求")
    row = PostQualification(
        id=new_id(), post_code=post_code, series=series, certificate=certificate, reason=reason.strip(), made_at=session.now(),
        made_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, actor, "asked", row)
    return row.id


def stop_asking(session: TenantSession, *, actor: Actor, qualification_id: UUID, version: int) -> None:
    """From today on. Raises NotFound, Stale, Refused the second time."""
    actor.require(WRITE)
    row = session.scalars(
        select(PostQualification).where(PostQualification.id == qualification_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    if row.ended_on is not None:
        raise Refused("这项要求已经取消")
    row.ended_on = local_date(session.now())
    session.flush()
    _audit(session, actor, "ended", row)


def _audit(session: TenantSession, actor: Actor, act: str, row: PostQualification) -> None:
    record(
        session, actor=actor, action=f"post_qualification.{act}", object_kind="post_qualification", object_id=row.id,
        data={"post": row.post_code, "exam": row.series, "certificate": row.certificate},
    )  # fmt: skip
