"""What the demo tells beside the hazards, in every district: quickly, once, in every state, nothing after the day it lives on.

A district is loaded once and looked at from all sides: loading is what takes the time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.accountability.models import Matter, MatterStep, SafetyRule
from core.app import feature_modules
from core.assessment.frozen import Frozen
from core.assessment.models import Appeal, AssessmentRound, AssessmentSheet, SheetVersion
from core.assessment.services.keeping import computed
from core.assessment.sheet import digest
from core.campaigns.models import GateConfirmation, LetterSignature, Scheme, TaskState
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.demo import district
from core.demo.accountability import PLOTS
from core.demo.assessment import ASSESSED, ITEM
from core.demo.districts import DISTRICTS, District
from core.exams.evidence import passed_by_all
from core.exams.models import Exam, ExamAnswer, PersonCertificate, Sitting
from core.hazards.models import Hazard
from core.hooks.manager import Plugins, build_plugins
from core.inspections.models import Answer, Round, Signature, Visit
from core.kernel.clock import ShiftedClock, local_date
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.papers.models import Paper, PaperRecipient
from core.records.models import Drill, DutyShift, EmergencyPlanVersion, IncidentReport, Record
from core.tenancy import shelf
from core.tenancy.directory import Directory
from core.tenancy.packs.model import Measure, Pack
from tests.core.oversight.conftest import bureau as bureau  # noqa: PLC0414  a fixture, re-exported by name
from tests.factories.world import World

TELLERS: dict[str, type[Any]] = {
    "visit_schools": Visit, "tell_records": Record, "tell_campaigns": TaskState, "tell_papers": Paper, "tell_matters": Matter,
    "tell_exams": Sitting, "tell_assessment": AssessmentSheet,
}  # fmt: skip
"""Each with a table that shows whether it told something. ``tell_reports`` has a test of its own."""
EXAMINED = ("sip", "wujin")
"""Districts whose pack brings questions."""
ONLY_IN = {"tell_exams": EXAMINED, "tell_assessment": tuple(ASSESSED)}
MOST_S = 2.0


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    """Loaded before anything is told: what is measured is the telling."""
    return build_plugins(feature_modules())


@pytest.mark.parametrize("own", DISTRICTS, ids=[own.slug for own in DISTRICTS])
def test_district_when_loaded_then_its_campaign_lives(
    db: Database, bureau: World, plugins: Plugins, monkeypatch: pytest.MonkeyPatch, own: District
) -> None:
    spent: dict[str, float] = {}
    for name, model in TELLERS.items():
        tells = own.slug in ONLY_IN.get(name, (own.slug,))
        monkeypatch.setattr(district, name, watched(name, getattr(district, name), model, spent, tells=tells))
    monkeypatch.setattr(district, "LINKED", "")
    monkeypatch.setattr(district, "tell_reports", lambda *_args, **_kwargs: 0)
    few = {level: min(count, 4) for level, count in own.levels.items()}
    small = replace(own, hazards=60, clusters=2, levels=few, pace=1.5)  # slow enough for somebody to be late
    parts = district.Parts(db, Directory(db, shifts=True))
    stored: dict[str, bytes] = {}
    district.load_district(
        parts, small, bureau_id=bureau.tenant.id, password_hash="x", put=stored.__setitem__, tell=lambda _: None
    )
    assert set(spent) == set(TELLERS)
    assert {name: seconds for name, seconds in spent.items() if seconds > MOST_S} == {}
    card = parts.directory.by_slug(own.slug)
    assert card is not None
    clock = ShiftedClock(db.clock, parts.directory.clock(card).now() - db.clock.now())
    with db.tenant(card.id, clock=clock, read_only=True) as session:
        assert count(session, Hazard) == small.hazards, "findings are still to be reported"
        inspections_are_in_every_state(session)
        records_are_of_every_sort(session)
        campaign_has_begun(session, own.slug)
        papers_are_signed_for(session)
        matters_are_what_the_notice_provides(session, own.slug)
        if own.slug in EXAMINED:
            exam_is_open_and_marked_as_the_product_marks(session)
        if own.slug in ASSESSED:
            assessment_is_open_to_appeal_and_its_points_are_the_products(session, plugins)


def watched(
    name: str, tell: Callable[..., Any], model: type[Any], spent: dict[str, float], *, tells: bool
) -> Callable[..., Any]:
    """Tells, with its time; and once more, which makes nothing."""

    def both(session: TenantSession, *args: object, **kwargs: object) -> None:
        began = time.process_time()
        tell(session, *args, **kwargs)
        spent[name] = time.process_time() - began
        made = count(session, model)
        assert (made > 0) is tells, name
        tell(session, *args, **kwargs)
        assert count(session, model) == made, f"{name}: a second time nothing is made"

    return both


def count(session: TenantSession, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def begun(pack: Pack) -> date:
    """The first day of the campaign."""
    return pack.campaigns[0].starts


def inspections_are_in_every_state(session: TenantSession) -> None:
    states = Counter(session.scalars(select(Visit.state)))
    assert states["finished"] >= 2 and states["under_way"] == 1
    assert {"special", "joint"} <= set(session.scalars(select(Visit.kind)))
    bad = session.scalars(select(Visit).where(Visit.state == "finished", Visit.failed > 0)).one()
    assert bad.finished_at is not None and bad.finished_at < session.now()
    assert session.scalars(select(Answer.verdict).where(Answer.visit_id == bad.id, Answer.verdict == "fail")).one()
    assert count(session, Signature) >= 4
    assert session.scalars(select(Round.state).where(Round.kind == "blind")).all() == ["sealed"]


def records_are_of_every_sort(session: TenantSession) -> None:
    states = Counter(session.scalars(select(Record.state)))
    assert states["held"] >= 20 and states["planned"] == 2
    assert len(set(session.scalars(select(Record.kind)))) >= 3
    assert sorted(session.scalars(select(Drill.stage))) == ["planned", "planned", "reviewed", "reviewed"]
    assert session.scalars(select(IncidentReport.kind).order_by(IncidentReport.no)).all() == ["first", "final"]
    assert (count(session, DutyShift), count(session, EmergencyPlanVersion)) == (6, 2)
    latest = session.scalar(select(func.max(Record.recorded_at)))
    assert latest is not None and latest <= session.now()


def campaign_has_begun(session: TenantSession, slug: str) -> None:
    assert count(session, TaskState) > 5
    assert count(session, LetterSignature) > 0
    assert set(session.scalars(select(Scheme.state))) == {"accepted", "returned", "submitted"}
    assert slug == "lianyun" or count(session, GateConfirmation) > 0, "a phase is over"


def papers_are_signed_for(session: TenantSession) -> None:
    papers = session.scalars(select(Paper)).all()
    assert {"papers.circular", "papers.talk"} <= {paper.kind for paper in papers}
    pack = shelf.current(session)
    assert pack is not None
    assert all(begun(pack) <= paper.issued_on and paper.issued_at <= session.now() for paper in papers)
    receipts = session.execute(
        select(PaperRecipient.received_at, Paper.issued_at).join(Paper, Paper.id == PaperRecipient.paper_id)
    ).all()
    signed = [(at, issued) for at, issued in receipts if at is not None]
    assert 0 < len(signed) < len(receipts), "most have signed, some have not"
    assert all(issued <= at <= session.now() for at, issued in signed)


def matters_are_what_the_notice_provides(session: TenantSession, slug: str) -> None:
    pack = shelf.current(session)
    assert pack is not None
    provided = {ground.code: ground for ground in pack.accountability}
    found = session.scalars(select(Matter)).all()
    assert {*PLOTS[slug], Measure.ORDER} == {matter.measure for matter in found}
    for matter in found:
        if matter.ground:
            assert matter.measure in provided[matter.ground].measures and provided[matter.ground].signs
            assert tuple(matter.clauses) == provided[matter.ground].clauses
        assert begun(pack) <= matter.decided_on == local_date(matter.made_at) <= local_date(session.now())
    assert {"open", "closed"} <= {matter.state for matter in found}
    steps = session.scalars(select(MatterStep.step).order_by(MatterStep.at)).all()
    assert {"progress", "asked", "accepted", "ended"} <= set(steps)
    assert set(session.scalars(select(SafetyRule.state))) == {"planned", "in_force"}


def exam_is_open_and_marked_as_the_product_marks(session: TenantSession) -> None:
    exam = session.scalars(select(Exam)).one()
    today = local_date(session.now())
    assert exam.state == "open" and exam.closes_on is not None and exam.closes_on > today
    right = dict[Any, list[bool]]()
    for answer in session.scalars(select(ExamAnswer)):
        assert answer.right == (answer.given == answer.answer) and answer.given
        right.setdefault(answer.sitting_id, []).append(bool(answer.right))
    sittings = session.scalars(select(Sitting)).all()
    for own in sittings:
        assert (len(right[own.id]), sum(right[own.id])) == (own.questions, own.right)
        assert own.percent == sum(right[own.id]) * 100 // own.questions
        assert own.passed == (own.percent >= exam.pass_percent) == (own.valid_until is not None)
        assert own.submitted_at is not None and own.started_at < own.submitted_at < min(own.ends_at, session.now())
        assert exam.opens_on is not None and local_date(own.started_at) >= exam.opens_on and own.no <= exam.tries
    assert {True, False} == {own.passed for own in sittings} and max(own.no for own in sittings) > 1
    units = session.execute(passed_by_all(session, Span(exam.opens_on or today, today))).all()
    assert 0 < len(units) < len({own.unit_id for own in sittings}), "in some schools everybody has passed"
    assert {"guard", "health"} == set(session.scalars(select(PersonCertificate.kind)))


def assessment_is_open_to_appeal_and_its_points_are_the_products(session: TenantSession, plugins: Plugins) -> None:
    own = session.scalars(select(AssessmentRound)).one()
    today, pack = local_date(session.now()), shelf.current(session)
    assert pack is not None and own.announced_at is not None and own.appeal_until is not None
    assert own.ends < local_date(own.announced_at) < today <= own.appeal_until
    appeals = session.scalars(select(Appeal)).all()
    assert {"open", "upheld"} == {appeal.state for appeal in appeals} and {ITEM} == {appeal.item for appeal in appeals}
    assert all(appeal.made_by not in (appeal.decided_by, own.announced_by) for appeal in appeals)
    schools = session.scalars(select(OrgUnit.id).where(OrgUnit.kind.in_(("school", "kindergarten")))).all()
    assert set(session.scalars(select(AssessmentSheet.unit_id))) == set(schools)
    assert len(set(session.scalars(select(AssessmentSheet.points)))) > 3, "schools differ"
    kept = session.execute(
        select(AssessmentSheet.unit_id, SheetVersion.content)
        .join(SheetVersion, SheetVersion.sheet_id == AssessmentSheet.id)
        .where(SheetVersion.no == 1)
    )
    frozen, span = Frozen.from_json(own.scheme), Span(own.starts, own.ends)
    again = computed(session, plugins, pack=pack, frozen=frozen, span=span)
    assert {unit: digest(content) for unit, content in kept} == {
        unit: digest(content.to_json()) for unit, content in again.items()
    }
