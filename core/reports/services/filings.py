"""A unit writes and signs what it files; zero reports, corrections and supplements. Whatever was submitted stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, Refused
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.reports.content import Content, digest_of, faults_of
from core.reports.figures import ZERO_MEANS
from core.reports.life import State, Step, is_late
from core.reports.models import Filing, FilingVersion
from core.reports.permissions import ReportPermission
from core.reports.queries.facts import figures_of
from core.reports.queries.previous import previous_values
from core.reports.queries.scope import files_for
from core.reports.services.writing import (
    Owed,
    audit,
    locked,
    owed,
    post_of,
    refuse_cancelled,
    require_filer,
    step,
    tell_signers,
    told,
)
from core.reports.sheets import Cells, faults_of_sheets, filled, sheets_of, with_cells
from core.reports.words import REOPENINGS, zero_sentence

SUBJECT = "report_filing"
"""Attachments hang on the filing."""


@dataclass(frozen=True)
class Typed:
    """What the form brings; None and what is missing: as it was. ``figures``: code → number, None = as computed."""

    summary: str | None = None
    receipt_no: str | None = None
    figures: Mapping[str, int | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    files: tuple[UUID, ...] = ()
    """Attachments that now hang on the filing; added to those of before."""
    cells: Cells = field(default_factory=dict)
    """Of the tables; see core.reports.sheets."""
    cell_reasons: Cells = field(default_factory=dict)


def begin(session: TenantSession, *, actor: Actor, round_id: UUID, unit_id: UUID) -> UUID:
    """The draft with its figures from facts; the one that is there already, if somebody began. Raises NotFound, Forbidden."""
    what = owed(session, actor=actor, round_id=round_id, unit_id=unit_id)
    require_filer(actor, what)
    content = _asked_anew(session, what, Content())
    made = session.execute(
        insert(Filing)
        .values(
            tenant_id=session.tenant_id, id=new_id(), round_id=round_id, unit_id=unit_id, state=State.DRAFT, draft=content.to_json(),
            written_by=actor.person_id, written_by_name=actor.name, updated_at=session.now(), version=1,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "round_id", "unit_id"])
        .returning(Filing.id)
    ).scalar_one_or_none()  # fmt: skip
    if made is not None:
        row = session.scalars(select(Filing).where(Filing.id == made)).one()
        audit(session, actor=actor, row=row, act="begun")
        return made
    return session.execute(select(Filing.id).where(Filing.round_id == round_id, Filing.unit_id == unit_id)).scalar_one()


def save_draft(
    session: TenantSession, *, actor: Actor, filing_id: UUID, version: int, typed: Typed, ready: bool = False
) -> int:
    """Keeps what was written; ``ready``: and asks for a signature. Returns the new version.

    Raises NotFound, Forbidden, Stale, Refused once it is submitted, Invalid for what could not be signed (with ``ready``).
    """
    row = locked(session, actor=actor, filing_id=filing_id, version=version)
    what = owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id)
    require_filer(actor, what)
    step(row, Step.SAVE)
    content = _written(session, what, row, typed)
    if ready and (faults := _faults(content)):
        raise Invalid(fields=faults)
    row.draft, row.ready, row.updated_at = content.to_json(), ready, session.now()
    row.written_by, row.written_by_name = actor.person_id, actor.name
    audit(session, actor=actor, row=row, act="ready" if ready else "saved")
    if ready:
        tell_signers(session, actor=actor, row=row, title=Phrase("请签报：%(name)s", name=what.name))
    return row.version


def sign(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int, signed_as: str, typed: Typed) -> int:
    """Signs and submits: the content becomes a version that never changes. Returns its number.

    Figures are asked anew at this instant. Raises NotFound, Forbidden, Stale, Refused, Invalid naming what is missing or
    differs without a reason, or where the name is not the signer's.
    """
    row = locked(session, actor=actor, filing_id=filing_id, version=version)
    what = owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id)
    _require_signer(actor, what, signed_as)
    content = _written(session, what, row, typed)
    if faults := _faults(content):
        raise Invalid(fields=faults)
    content = replace(content, sheets=filled(content.sheets))
    kind = row.reopened or "report"
    return _submit(session, actor, row, what, kind=kind, content=content, reason=row.reopen_reason, signed_as=signed_as)


def sign_zero(
    session: TenantSession,
    *,
    actor: Actor,
    filing_id: UUID,
    version: int,
    signed_as: str,
    sentence: str,
    reason: str = "",
) -> int:
    """零报告: the signer answers by name for the sentence; it is kept word for word. Returns the number of the version.

    Raises as :func:`sign`; Refused where the report knows no zero report; Invalid for another sentence than the one shown, or
    where the ledger holds something of this period and ``reason`` does not say why nothing is reported.
    """
    row = locked(session, actor=actor, filing_id=filing_id, version=version)
    what = owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id)
    _require_signer(actor, what, signed_as)
    if not what.zero:
        raise Refused("这份报表不能零报告")
    if sentence.strip() != zero_words(what):
        raise Invalid(fields={"sentence": "请按所列原文签署"})
    content = _asked_anew(session, what, Content())
    known = sum(one.computed for one in content.figures if one.code in ZERO_MEANS)
    if known and not reason.strip():
        raise Invalid(fields={"reason": "本期台账里有新发现或销号的隐患，零报告请写明原因"})
    return _submit(
        session, actor, row, what, kind="zero", content=content, reason=reason.strip() or row.reopen_reason, signed_as=signed_as,
        sentence=sentence.strip(),
    )  # fmt: skip


def reopen(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int, kind: str, reason: str) -> None:
    """更正 or 补充 after submission: what was submitted stays and counts until the new version is signed.

    Raises NotFound, Forbidden, Stale, Refused before submission, Invalid without a reason.
    """
    row = locked(session, actor=actor, filing_id=filing_id, version=version)
    what = owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id)
    require_filer(actor, what)
    if kind not in REOPENINGS:
        raise Invalid(fields={"kind": "请选择更正或补充"})
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明更正或补充的原因"})
    step(row, Step.REOPEN)
    content = session.execute(
        select(FilingVersion.content).where(FilingVersion.filing_id == row.id, FilingVersion.no == row.latest_no)
    ).scalar_one()
    row.draft = _asked_anew(session, what, Content.from_json(content)).to_json()
    row.reopened, row.reopen_reason, row.updated_at = kind, reason.strip(), session.now()
    audit(session, actor=actor, row=row, act="reopened", data={"kind": kind, "reason": reason.strip()})


def drop_correction(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int) -> None:
    """Lets go of a correction that was begun: what was submitted stands as before. Raises NotFound, Forbidden, Stale, Refused."""
    row = locked(session, actor=actor, filing_id=filing_id, version=version)
    require_filer(actor, owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id))
    step(row, Step.DROP)
    row.draft, row.ready, row.reopened, row.reopen_reason, row.updated_at = None, False, "", "", session.now()
    audit(session, actor=actor, row=row, act="dropped")


def zero_words(what: Owed) -> str:
    """The sentence that is signed for this unit and period."""
    return zero_sentence(
        unit=what.unit_name, title=what.title, period=what.period_title, starts=what.span_from, ends=what.span_to
    )


def _written(session: TenantSession, what: Owed, row: Filing, typed: Typed) -> Content:
    """The draft with what was typed laid over it, its figures as the facts are now."""
    content = _asked_anew(session, what, Content.from_json(row.draft) if row.draft else Content())
    content = content.with_typed(typed.figures, typed.reasons)
    return replace(
        content,
        summary=content.summary if typed.summary is None else typed.summary.strip(),
        receipt_no=content.receipt_no if typed.receipt_no is None else typed.receipt_no.strip(),
        files=(*content.files, *(str(own) for own in typed.files if str(own) not in content.files)),
        sheets=with_cells(content.sheets, typed.cells, typed.cell_reasons),
    )


def _faults(content: Content) -> dict[str, str]:
    return faults_of(content) | faults_of_sheets(content.sheets)


def _asked_anew(session: TenantSession, what: Owed, content: Content) -> Content:
    span = Span(what.span_from, what.span_to)
    computed = figures_of(session, unit_id=what.unit_id, unit_kind=what.unit_kind, span=span, codes=what.figures)
    previous = previous_values(session, unit_id=what.unit_id, code=what.code, before=what.span_to) if computed else {}
    sheets = sheets_of(
        session, form=what.form, unit_id=what.unit_id, unit_kind=what.unit_kind, unit_name=what.unit_name, span=span,
        kept=content.sheets,
    )  # fmt: skip
    return replace(content.with_facts(computed, previous), sheets=sheets)


def _require_signer(actor: Actor, what: Owed, signed_as: str) -> None:
    refuse_cancelled(what)
    if not files_for(actor, ReportPermission.SIGN).has(what.unit_id, what.unit_kind):
        raise Forbidden("只有本单位负责人可以签报")
    if "".join(signed_as.split()) != "".join(actor.name.split()):
        raise Invalid(fields={"signed_as": Phrase("请写您本人的姓名：%(name)s", name=actor.name)})


def _submit(
    session: TenantSession, actor: Actor, row: Filing, what: Owed, *, kind: str, content: Content, reason: str, signed_as: str,
    sentence: str = "",
) -> int:  # fmt: skip
    step(row, Step.SIGN)
    now = session.now()
    late = is_late(what.due_at, now)
    kept: dict[str, Any] = content.to_json()
    number = row.latest_no + 1
    session.add(
        FilingVersion(
            id=new_id(), filing_id=row.id, no=number, kind=kind, content=kept, digest=digest_of(kept, sentence=sentence),
            sentence=sentence, reason=reason, late=late, signed_as=signed_as.strip(), submitted_at=now, by_id=actor.person_id,
            by_name=actor.name, by_post=post_of(actor, what.unit_id),
        )
    )  # fmt: skip
    if row.first_submitted_at is None:
        row.first_submitted_at, row.submitted_on, row.late = now, local_date(now), late
    row.latest_no, row.submitted_at, row.zero = number, now, kind == "zero"
    row.draft, row.ready, row.reopened, row.reopen_reason, row.updated_at = None, False, "", "", now
    audit(session, actor=actor, row=row, act="signed", data={"no": number, "kind": kind, "late": late})
    told(session, row=row, what=what, late=late)
    return number
