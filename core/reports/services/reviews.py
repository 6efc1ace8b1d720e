"""Cluster and district look at what was submitted: hand on, accept, send back. Accepted is locked."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.errors import Forbidden, Invalid, Refused
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.reports.life import Step
from core.reports.models import Filing, FilingReview, FilingVersion
from core.reports.queries.scope import review_step
from core.reports.services.writing import audit, locked, owed, post_of, step, tell_filers


def hand_on(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int, words: str = "") -> None:
    """片区核转: the cluster has looked, the district decides. Raises NotFound, Forbidden, Stale, Refused."""
    row, as_what = _reviewed(session, actor, filing_id, version)
    if as_what != "cluster":
        raise Forbidden("核转由片区办理；区级请直接审核")
    step(row, Step.HAND_ON)
    _said(session, actor, row, as_what, "passed", words)


def accept(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int, words: str = "") -> None:
    """审核通过; from now on only a correction changes it. The district need not wait for the cluster.

    Raises NotFound, Forbidden, Stale, Refused also for whoever signed it.
    """
    row, as_what = _reviewed(session, actor, filing_id, version)
    if as_what != "district":
        raise Forbidden("审核由区级办理；片区请核转")
    step(row, Step.ACCEPT)
    row.accepted_no = row.latest_no
    _said(session, actor, row, as_what, "accepted", words)


def send_back(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int, words: str) -> None:
    """退回: the unit improves and signs again; what it had submitted stays. Raises as :func:`accept`, Invalid without words."""
    row, as_what = _reviewed(session, actor, filing_id, version)
    if not words.strip():
        raise Invalid(fields={"words": "请写明退回的原因"})
    step(row, Step.RETURN)
    row.draft = session.execute(
        select(FilingVersion.content).where(FilingVersion.filing_id == row.id, FilingVersion.no == row.latest_no)
    ).scalar_one()
    _said(session, actor, row, as_what, "returned", words)
    what = owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id)
    tell_filers(
        session, actor=actor, row=row, kind="report.returned", title=Phrase("已退回，请改好重报：%(name)s", name=what.name), body=words.strip()
    )  # fmt: skip


def _reviewed(session: TenantSession, actor: Actor, filing_id: UUID, version: int) -> tuple[Filing, str]:
    row = locked(session, actor=actor, filing_id=filing_id, version=version)
    as_what = review_step(actor, row.unit_id)
    if as_what is None:
        raise Forbidden()
    signer = session.scalar(
        select(FilingVersion.by_id).where(FilingVersion.filing_id == row.id, FilingVersion.no == row.latest_no)
    )
    if signer is not None and signer == actor.person_id:
        raise Refused("不能审核本人签报的报表")
    return row, as_what


def _said(session: TenantSession, actor: Actor, row: Filing, as_what: str, verdict: str, words: str) -> None:
    row.updated_at = session.now()
    session.add(
        FilingReview(
            id=new_id(), filing_id=row.id, version_no=row.latest_no, step=as_what, verdict=verdict, words=words.strip(),
            at=session.now(), by_id=actor.person_id, by_name=actor.name, by_post=post_of(actor, row.unit_id),
        )
    )  # fmt: skip
    audit(session, actor=actor, row=row, act=verdict, data={"no": row.latest_no, "step": as_what})
