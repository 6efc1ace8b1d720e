"""A few invented filings of a district: rounds as its pack opens them, most schools in time, some with nothing, some late, some
not at all. Figures are what the invented ledger holds; sentences are nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.clock import LOCAL, local_date
from core.kernel.ids import new_id
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.orgs.queries import people_in_charge
from core.reports.content import Content, digest_of
from core.reports.models import Expected, Filing, FilingReview, FilingVersion, ReportRound
from core.reports.permissions import ReportPermission
from core.reports.queries.facts import figures_of
from core.reports.services.rounds import open_due_rounds
from core.reports.words import zero_sentence

ROUNDS = 5
"""The last so many rounds that schools owe have a history; filings of earlier ones are left out."""
IN_TIME, LATE, EARLY = 0.82, 0.92, 0.35
"""Shares: filed in time, in time or late, and filed already while the round is running."""
SUMMARY = "本期按要求开展排查，发现的问题已列入台账并明确责任人和期限，情况如实。"


@dataclass
class _Rows:
    filings: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)


def tell_reports(session: TenantSession, *, since: date, seed: str, reviewer: Actor) -> int:
    """How many filings were made; none where there are rounds already. Writes in the caller's transaction."""
    if session.scalars(select(ReportRound.id).limit(1)).first() is not None:
        return 0
    open_due_rounds(session, actor=Actor.system(session.tenant_id, "demo"), since=since)
    rounds = session.execute(
        select(ReportRound.__table__)
        .where(ReportRound.id.in_(select(Expected.round_id).where(Expected.unit_kind.in_(("school", "kindergarten")))))
        .order_by(ReportRound.due_on.desc().nulls_last(), ReportRound.id)
        .limit(ROUNDS)
    ).all()
    rows = _Rows()
    random = Random(f"{seed}-reports")  # noqa: S311  invented filings, no secret
    for round_ in rounds:
        _tell_round(session, round_, rows, random, reviewer)
    for table, made in ((Filing, rows.filings), (FilingVersion, rows.versions), (FilingReview, rows.reviews)):
        if made:
            session.execute(insert(table), made)
    return len(rows.filings)


def _tell_round(session: TenantSession, round_: Row[Any], rows: _Rows, random: Random, reviewer: Actor) -> None:
    units: Sequence[Any] = session.execute(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.kind)
        .join(Expected, Expected.unit_id == OrgUnit.id)
        .where(Expected.round_id == round_.id)
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    ).all()
    signers = _signers(session, [unit.id for unit in units])
    today = local_date(session.now())
    over = round_.due_on is not None and round_.due_on < today
    for unit in units:
        lot = random.random()
        late = over and IN_TIME <= lot < LATE
        if unit.id not in signers or not (lot < (IN_TIME if over else EARLY) or late):
            continue
        moment = _moment(session, round_, random, late=late)
        _file(
            session,
            round_,
            unit,
            signers[unit.id],
            moment,
            rows,
            random,
            late=late,
            reviewer=reviewer if over else None,
        )


def _file(
    session: TenantSession, round_: Row[Any], unit: Any, signer: tuple[UUID, str], moment: datetime, rows: _Rows, random: Random,
    *, late: bool, reviewer: Actor | None,
) -> None:  # fmt: skip
    span = Span(round_.span_from, round_.span_to)
    figures = figures_of(session, unit_id=unit.id, unit_kind=unit.kind, span=span, codes=tuple(round_.figures))
    zero = bool(round_.zero and figures and not figures["hazards_found"] and not figures["hazards_closed"])
    content = Content(summary="" if zero else SUMMARY).with_facts(figures, {}).to_json()
    sentence = (
        zero_sentence(
            unit=unit.name, title=round_.title, period=round_.period_title, starts=span.starts, ends=span.ends
        )
        if zero
        else ""
    )
    accepted = reviewer is not None and random.random() < 0.7
    filing_id, (person_id, name) = new_id(), signer
    common = {"tenant_id": session.tenant_id}
    rows.filings.append(
        {
            **common, "id": filing_id, "round_id": round_.id, "unit_id": unit.id, "state": "accepted" if accepted else "submitted",
            "ready": False, "draft": None, "zero": zero, "late": late, "latest_no": 1, "accepted_no": 1 if accepted else None,
            "first_submitted_at": moment, "submitted_on": local_date(moment), "submitted_at": moment, "reopened": "",
            "reopen_reason": "", "written_by": person_id, "written_by_name": name, "updated_at": moment, "version": 1,
        }
    )  # fmt: skip
    rows.versions.append(
        {
            **common, "id": new_id(), "filing_id": filing_id, "no": 1, "kind": "zero" if zero else "report", "content": content,
            "digest": digest_of(content, sentence=sentence), "sentence": sentence, "reason": "", "late": late, "signed_as": name,
            "submitted_at": moment, "by_id": person_id, "by_name": name, "by_post": "",
        }
    )  # fmt: skip
    if accepted and reviewer is not None:
        rows.reviews.append(
            {
                **common, "id": new_id(), "filing_id": filing_id, "version_no": 1, "step": "district", "verdict": "accepted", "words": "",
                "at": min(moment + timedelta(days=1), session.now()), "by_id": reviewer.person_id, "by_name": reviewer.name,
                "by_post": "",
            }
        )  # fmt: skip


def _moment(session: TenantSession, round_: Row[Any], random: Random, *, late: bool) -> datetime:
    """A working hour before the due day or after it, never later than now."""
    due = round_.due_on or local_date(session.now())
    day = (
        due + timedelta(days=random.randint(1, 3))
        if late
        else max(round_.opens_on, due - timedelta(days=random.randint(0, 2)))
    )
    moment = datetime.combine(day, time(random.randint(8, 16), random.randint(0, 59)), LOCAL)
    return min(moment, session.now())


def _signers(session: TenantSession, units: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Unit → who signs there."""
    people = people_in_charge(session, permission=ReportPermission.SIGN, units=units)
    first = {unit: min(found) for unit, found in people.items() if found}
    names = _names(session, first.values())
    return {unit: (person, names[person]) for unit, person in first.items()}


def _names(session: TenantSession, people: Iterable[UUID]) -> dict[UUID, str]:
    return {
        row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(set(people))))
    }
