"""What the pack offers is taken over: its questions, and a draft of each of its exams."""

from __future__ import annotations

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.exams.models import BankQuestion, Exam
from core.exams.offers import PACK, digest_of, exam_of, questions_of
from core.exams.services.bank import fill_question
from core.exams.services.exams import new_exam
from core.kernel.clock import local_date
from core.kernel.ids import new_id
from core.tenancy.packs.model import Pack


def take_pack(session: TenantSession, *, actor: Actor, pack: Pack) -> tuple[int, int]:
    """Questions that the pack offers and that are new or changed; a draft for each of its exams that was never held.

    Returns how many of both. Safe to run again; what the district changed stays until the pack says something else. Questions that
    the pack dropped are retired.
    """
    offered = questions_of(pack)
    known = {
        row.code: row
        for row in session.scalars(select(BankQuestion).where(BankQuestion.origin == PACK).with_for_update())
    }
    taken = 0
    for code, facts in offered.items():
        row, digest = known.get(code), digest_of(facts)
        if row is None:
            row = BankQuestion(id=new_id(), code=code, origin=PACK)
            session.add(row)
        elif row.offered == digest:
            continue
        fill_question(session, row, facts=facts, name=actor.name)
        row.offered = digest
        taken += 1
    for code, row in known.items():
        if code not in offered and row.retired_on is None:
            row.retired_on, row.changed_at = local_date(session.now()), session.now()
            row.offered = None  # offered again one day, it comes back; what the district retired itself does not
            taken += 1
    drafts = _drafts(session, actor, pack)
    session.flush()
    if taken or drafts:
        record(
            session, actor=actor, action="exam_question.taken", object_kind="exam_question", object_id=PACK,
            data={"questions": taken, "exams": drafts},
        )  # fmt: skip
    return taken, drafts


def _drafts(session: TenantSession, actor: Actor, pack: Pack) -> int:
    held = set(session.scalars(select(Exam.series).distinct()))
    fresh = [own for own in pack.exams if own.code not in held]
    for own in fresh:
        session.add(new_exam(session, exam_of(own), clauses=own.clauses, confirm=own.confirm, name=actor.name))
    return len(fresh)
