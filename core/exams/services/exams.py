"""An exam is set up as a draft, opened, closed. What is open is not changed any more: everybody sits the same exam."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, func, literal, or_, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.exams.drawing import Drawable, short_of
from core.exams.facts import MOST_QUESTIONS, Draw, ExamFacts, draws_of
from core.exams.models import BankQuestion, Exam
from core.exams.permissions import ExamPermission
from core.exams.series import own_series, series_titles
from core.exams.words import AUDIENCES, CLOSED, DRAFT, KINDS, OPEN
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import Pack

WRITE = ExamPermission.WRITE


def draft_exam(session: TenantSession, *, actor: Actor, pack: Pack, facts: ExamFacts) -> UUID:
    """Returns its id. One held for an exam of the pack bears that one's clauses. Raises Forbidden, Invalid."""
    actor.require(WRITE)
    _check(session, pack, facts)
    series = next((own for own in pack.exams if own.code == facts.series), None)
    row = new_exam(session, facts, clauses=series.clauses if series is not None else (), name=actor.name)
    session.add(row)
    session.flush()
    _audit(session, actor, "drafted", row)
    return row.id


def change_exam(
    session: TenantSession, *, actor: Actor, pack: Pack, exam_id: UUID, version: int, facts: ExamFacts
) -> None:
    """Raises NotFound, Stale, Invalid, Refused for one that was opened. What was 待确认 is confirmed by being saved."""
    row = _locked(session, actor, exam_id, version)
    if row.state != DRAFT:
        raise Refused("考试开始后不能修改，请另建一次考试")
    if facts.series != row.series:
        raise Invalid(fields={"series": "不能改换所属考试"})
    _check(session, pack, facts)
    _fill(row, facts)
    row.confirm = False
    session.flush()
    _audit(session, actor, "changed", row)


def open_exam(session: TenantSession, *, actor: Actor, exam_id: UUID, version: int) -> None:
    """Opens it for those who are asked. Raises NotFound, Stale, Refused where the bank is too small or the time is over."""
    row = _locked(session, actor, exam_id, version)
    if row.state != DRAFT:
        raise Refused("考试已经开始过")
    today = local_date(session.now())
    if row.closes_on is not None and row.closes_on < today:
        raise Refused("结束日期已过，请先修改")
    if short := short_of(draws_of(row.draws), drawable(session, row.audience)):
        raise Refused(
            "题库不够抽取：%(domain)s%(kind)s要%(number)s道",
            domain=_domain_said(short),
            kind=_kind_said(short),
            number=short.number,
        )
    row.state, row.opens_on = OPEN, row.opens_on or today
    session.flush()
    _audit(session, actor, "opened", row)


def close_exam(session: TenantSession, *, actor: Actor, exam_id: UUID, version: int) -> None:
    """Nobody can begin any more; who has begun may finish. Raises NotFound, Stale, Refused."""
    row = _locked(session, actor, exam_id, version)
    if row.state != OPEN:
        raise Refused("考试不在进行中")
    row.state, row.closes_on = CLOSED, min(row.closes_on or date.max, local_date(session.now()))
    if row.opens_on is not None and row.opens_on > row.closes_on:
        row.opens_on = row.closes_on  # called off before its first day
    session.flush()
    _audit(session, actor, "closed", row)


def drop_exam(session: TenantSession, *, actor: Actor, exam_id: UUID, version: int) -> None:
    """Deletes a draft. Raises NotFound, Stale, Refused for one that was opened."""
    row = _locked(session, actor, exam_id, version)
    if row.state != DRAFT:
        raise Refused("考试开始后不能删除")
    _audit(session, actor, "dropped", row)
    session.delete(row)
    session.flush()


def new_exam(
    session: TenantSession, facts: ExamFacts, *, clauses: Iterable[str] = (), confirm: bool = False, name: str
) -> Exam:
    """A draft that is not in the session yet."""
    exam_id = new_id()
    row = Exam(
        id=exam_id,
        state=DRAFT,
        clauses=list(clauses),
        confirm=confirm,
        made_at=session.now(),
        made_by_name=name,
        series=facts.series or own_series(exam_id),
    )
    _fill(row, facts)
    return row


def _fill(row: Exam, facts: ExamFacts) -> None:
    row.title, row.audience, row.posts = facts.title, facts.audience, list(facts.posts)
    row.draws = [{"number": draw.number, "domain": draw.domain, "kind": draw.kind} for draw in facts.draws]
    row.pass_percent, row.minutes, row.tries = facts.pass_percent, facts.minutes, facts.tries
    row.valid_months, row.opens_on, row.closes_on = facts.valid_months, facts.opens_on, facts.closes_on


def usable(audience: str) -> Select[Any]:
    """Questions that may be drawn for these: theirs, and those for everybody."""
    everybody = func.cardinality(BankQuestion.audience) == 0
    theirs = literal(audience, Text) == func.any(BankQuestion.audience)
    fitting = or_(everybody, theirs) if audience else everybody
    return select(BankQuestion).where(BankQuestion.retired_on.is_(None), fitting)


def drawable(session: TenantSession, audience: str) -> list[Drawable]:
    found = usable(audience).with_only_columns(BankQuestion.id, BankQuestion.domain, BankQuestion.kind)
    return [Drawable(*row) for row in session.execute(found)]


def _check(session: TenantSession, pack: Pack, facts: ExamFacts) -> None:
    wrong: dict[str, str] = {}
    bounds = {
        "pass_percent": (facts.pass_percent, 1, 100), "minutes": (facts.minutes, 1, 240), "tries": (facts.tries, 1, 20),
        "valid_months": (facts.valid_months, 0, 120),
    }  # fmt: skip
    for name, (value, least, most) in bounds.items():
        if not least <= value <= most:
            wrong[name] = Phrase("应为%(least)s到%(most)s", least=least, most=most)
    if not facts.title.strip():
        wrong["title"] = "请填写名称"
    if not facts.draws or sum(draw.number for draw in facts.draws) > MOST_QUESTIONS:
        wrong["draws"] = Phrase("请写明抽几道题，一次最多%(n)s道", n=MOST_QUESTIONS)
    domains = {domain.code for domain in pack.domains}
    if any(
        draw.number < 1 or (draw.domain and draw.domain not in domains) or (draw.kind and draw.kind not in KINDS)
        for draw in facts.draws
    ):
        wrong["draws"] = "领域、题型请从列表中选择，题数应为正数"
    if not facts.posts or not set(facts.posts) <= {post.code for post in pack.posts}:
        wrong["posts"] = "请选择要考的岗位"
    if facts.audience and facts.audience not in AUDIENCES:
        wrong["audience"] = "没有这类对象"
    if facts.series and facts.series not in series_titles(session, pack):
        wrong["series"] = "没有这个考试"
    if facts.opens_on and facts.closes_on and facts.closes_on < facts.opens_on:
        wrong["closes_on"] = "应不早于开始日期"
    if wrong:
        raise Invalid(fields=wrong)


def _domain_said(draw: Draw) -> str:
    return f"{draw.domain} " if draw.domain else ""


def _kind_said(draw: Draw) -> Phrase | str:
    return Phrase(KINDS[draw.kind]) if draw.kind else Phrase("题目")


def _locked(session: TenantSession, actor: Actor, exam_id: UUID, version: int) -> Exam:
    actor.require(WRITE)
    row = session.scalars(select(Exam).where(Exam.id == exam_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    return row


def _audit(session: TenantSession, actor: Actor, act: str, row: Exam) -> None:
    record(session, actor=actor, action=f"exam.{act}", object_kind="exam", object_id=row.id, data={"title": row.title})
