"""What there is and what is missing, each counted by the right that its own list asks. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from core.access.actor import Actor, Coverage
from core.campaigns.models import Letter, LetterSignature, Scheme
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.scope import answering
from core.db.sessions import TenantSession
from core.exams.models import Exam
from core.exams.permissions import ExamPermission
from core.exams.queries.standing import asked_of_posts, missing_in, short_people
from core.exams.words import DRAFT
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.queries.filters import LedgerFilter, conditions, open_, overdue
from core.hazards.scope import visible as hazards_seen
from core.hooks.manager import Plugins
from core.http.paging import Paging
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.visits import VisitFilter, visits_page
from core.kernel.clock import local_date
from core.kernel.obligations import Standing
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked as DueAsked
from core.obligations.queries import due_sums
from core.orgs.models import OrgUnit
from core.orgs.queries import closure_of
from core.papers.models import Paper, PaperRecipient
from core.papers.permissions import PaperPermission
from core.papers.scope import reached
from core.records.kinds import kinds_of
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.queries.entries import RecordFilter
from core.records.queries.entries import conditions as records_asked
from core.registers.feature import address, registers_of
from core.registers.queries.entries import sums_of
from core.reports.models import Exemption, Expected, Filing, ReportRound
from core.reports.permissions import ReportPermission
from core.reports.queries.owing import excusing, joined, still_owed
from core.reports.queries.scope import visible as filings_seen
from core.tenancy.packs.model import Pack
from core.workbench.dossier.shapes import Asked, Dossier, ExamHeld, Part

ONE = Paging(page_size=1)
SENT = ("submitted", "passed", "accepted", "correcting")
"""States of a filing in which something stands submitted."""


def dossier(session: TenantSession, actor: Actor, pack: Pack, plugins: Plugins, *, asked: Asked) -> Dossier:
    """``asked.unit_id`` was found within reach before."""
    gaps: list[Part] = []
    parts: list[Part] = []
    for may, read in (
        (CampaignPermission.READ, _schemes), (CampaignPermission.READ, _letters), (RecordPermission.READ, _records),
        (InspectionPermission.READ, _visits), (HazardPermission.READ, _hazards), (ReportPermission.READ, _filings),
        (PaperPermission.READ, _papers),
    ):  # fmt: skip
        if actor.may(may):
            for part, missing in read(session, actor, pack, asked):
                (gaps if missing else parts).append(part)
    for part, missing in chain(_registers(session, actor, plugins, asked), _exams(session, actor, pack, asked)):
        (gaps if missing else parts).append(part)
    if actor.may(ObligationPermission.READ):
        gaps = [*_duties(session, actor, plugins, asked), *gaps]
    return Dossier(tuple(part for part in gaps if part.count), tuple(parts))


Found = Iterator[tuple[Part, bool]]
"""A part, and whether it is something missing."""


def under(column: Any, asked: Asked) -> ColumnElement[bool]:
    """SQL: of the unit that was asked for, or below it."""
    return column.in_(closure_of(asked.unit_id)) if asked.unit_id is not None else true()


def _duties(session: TenantSession, actor: Actor, plugins: Plugins, asked: Asked) -> Iterator[Part]:
    """Overdue by the calendar of obligations, each duty once."""
    span = Span(asked.since, asked.until)
    due = DueAsked(span, under=asked.unit_id, reader=actor)
    coverage = actor.coverage(ObligationPermission.READ)
    late: Counter[tuple[str, str]] = Counter()
    for one in due_sums(session, plugins, coverage=coverage, asked=due):
        late[one.expected.duty.code, one.expected.duty.rule.title] += one.tally.of(Standing.OVERDUE)
    for (code, title), count in sorted(late.items(), key=lambda own: (-own[1], own[0])):
        under = (("under", str(asked.unit_id)),) if asked.unit_id is not None else ()
        days = (("since", asked.since.isoformat()), ("until", asked.until.isoformat()))
        args = (*under, *days, ("code", code), ("state", str(Standing.OVERDUE)))
        yield Part(title, count, "due.rows", args, "到期没有留下记录")


def _schemes(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    at = and_(Scheme.unit_id == OrgUnit.id, Scheme.campaign == asked.campaign)
    schools = (
        actor.coverage(CampaignPermission.READ).filter(OrgUnit.id), under(OrgUnit.id, asked),
        or_(OrgUnit.kind == "school", OrgUnit.kind == "kindergarten"), *answering(session),
    )  # fmt: skip
    there = func.count().filter(Scheme.state.in_(("submitted", "accepted")))
    row = session.execute(
        select(there, func.count(OrgUnit.id)).select_from(OrgUnit).outerjoin(Scheme, at).where(*schools)
    ).one()
    args = (("campaign", asked.campaign),)
    yield Part("本单位实施方案", row[0], "campaigns.schemes", args, Phrase("应有%(n)s份", n=row[1])), False
    missing = row[1] - row[0]
    yield Part("没有交来的实施方案", missing, "campaigns.schemes", (*args, ("state", "missing")), "含退回未改的"), True


def _letters(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    signed = session.scalar(
        select(func.count())
        .select_from(LetterSignature)
        .join(Letter, Letter.id == LetterSignature.letter_id)
        .where(
            Letter.campaign == asked.campaign, under(LetterSignature.unit_id, asked),
            actor.coverage(CampaignPermission.READ).filter(LetterSignature.unit_id),
        )
    )  # fmt: skip
    yield Part("责任书（已签）", signed or 0, "campaigns.letters"), False


def _records(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    where = RecordFilter(since=asked.since, until=asked.until, unit_id=asked.unit_id, state="held")
    rows = session.execute(select(Record.kind, func.count()).where(*records_asked(actor, where)).group_by(Record.kind))
    counts = {row[0]: row[1] for row in rows}
    for code, kind in kinds_of(pack).items():
        if code not in counts:  # what was owed and not done stands among the gaps
            continue
        args = asked.args("since", "until", ("kind", code), ("state", "held"))
        yield Part(kind.label, counts[code], "records.index", args, "工作记录"), False


def _visits(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    where = VisitFilter(state="finished", unit_id=asked.unit_id, since=asked.since, until=asked.until)
    total = visits_page(session, actor, asked=where, paging=ONE).total
    yield Part("检查记录", total, "inspections.visits_list", asked.args("since", "until", ("state", "finished"))), False


def _hazards(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    today = local_date(session.now())
    where = LedgerFilter(found_from=asked.since, found_to=asked.until, unit_id=asked.unit_id)
    counted = Hazard.canonical != "cancelled"
    row = session.execute(
        select(
            func.count().filter(counted), func.count().filter(Hazard.canonical == "closed"), func.count().filter(open_(), overdue(today)),
        )
        .select_from(Hazard)
        .where(hazards_seen(session, actor, pack), *conditions(where, actor=actor, today=today))
    ).one()  # fmt: skip
    args = asked.args("found_from", "found_to")
    yield Part("隐患台账", row[0], "hazards.ledger", args, Phrase("已办结%(n)s条", n=row[1])), False
    yield Part("逾期未整改的隐患", row[2], "hazards.ledger", (*args, ("due", "overdue")), "过了整改时限"), True


def _filings(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    """Rounds whose day lies within the span; one that is only inferred (待确认) is no gap."""
    now = session.now()
    owed = func.count().filter(still_owed(), ReportRound.due_at.is_not(None), ReportRound.due_at <= now)
    sent = func.count().filter(Filing.state.in_(SENT))
    row = session.execute(
        select(sent, owed)
        .select_from(Expected)
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .where(
            filings_seen(actor), under(Expected.unit_id, asked), ReportRound.due_on.between(asked.since, asked.until),
            ReportRound.cancelled_at.is_(None),
        )
    ).one()  # fmt: skip
    page = "reports.grid" if actor.coverage(ReportPermission.READ).everywhere else "reports.mine"
    yield Part("报表和总结", row[0], page, (), "已报送"), False
    yield Part("没有报送的报表和总结", row[1], page, (), "已过报送时间"), True


def _papers(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    got = PaperRecipient.received_at
    row = session.execute(
        select(func.count(Paper.id.distinct()), func.count(Paper.id.distinct()).filter(got.is_(None)))
        .join(PaperRecipient, PaperRecipient.paper_id == Paper.id)
        .where(
            reached(actor), under(PaperRecipient.unit_id, asked), Paper.issued_on.between(asked.since, asked.until),
            Paper.withdrawn_at.is_(None),
        )
    ).one()  # fmt: skip
    yield Part("公文", row[0], "papers.index"), False
    yield Part("没有签收的公文", row[1], "papers.index", (("waiting", "1"),)), True


def _registers(session: TenantSession, actor: Actor, plugins: Plugins, asked: Asked) -> Found:
    """As they are today: a register has no days. What ran out is a gap. One query beside those of the unit and the pack."""
    registers = registers_of(plugins).in_force(session).values()
    here = Coverage(None if asked.unit_id is None else frozenset(session.scalars(closure_of(asked.unit_id))))
    reached_ = [(own, own.reach(actor).within(here)) for own in registers]
    counted = sums_of(session, [(own, coverage) for own, coverage in reached_ if coverage])
    unit = () if asked.unit_id is None else (("unit_id", str(asked.unit_id)),)
    for own in registers:
        sums = counted.get(own.slug)
        if sums is None or not sums.total:
            continue
        endpoint, args = address(own)
        title = str(own.title)
        yield Part(title, sums.total, endpoint, (*args, *unit), "台账，按今天"), False
        gone = Phrase("%(register)s已过期", register=title)
        yield Part(gone, sums.overdue, endpoint, (*args, *unit, ("due", "overdue")), "按今天"), True


def _exams(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Found:
    if not actor.may(ExamPermission.RESULTS):
        return
    yield Part("应知应会考试", len(exams_held(session, asked)), "exams.index", (), "本期开考"), False
    yield Part("没有达到上岗条件的人员", _short(session, actor, pack, asked), "exams.standing", (), "按今天"), True


def _short(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> int:
    """People who lack what is asked for certain, today."""
    wanted = [one for one in asked_of_posts(session, pack) if not one.confirm]
    if asked.unit_id is None:
        return short_people(session, actor, wanted)
    if not actor.may(ExamPermission.RESULTS, asked.unit_id):
        return 0
    return len({own.person_id for own in missing_in(session, actor, wanted, asked.unit_id)})


def exams_held(session: TenantSession, asked: Asked) -> tuple[ExamHeld, ...]:
    """Exams that were open on any of the days. One query."""
    rows = session.execute(
        select(Exam.id, Exam.title, Exam.closes_on)
        .where(
            Exam.state != DRAFT, func.coalesce(Exam.opens_on, asked.since) <= asked.until,
            func.coalesce(Exam.closes_on, asked.until) >= asked.since,
        )
        .order_by(Exam.opens_on, Exam.id)
    )  # fmt: skip
    return tuple(ExamHeld(*row) for row in rows)
