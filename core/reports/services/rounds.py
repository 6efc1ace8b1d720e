"""Opens rounds: the period begins, and who owes it is frozen. By the clock from the pack's rules, or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.due import due_at
from core.kernel.errors import Conflict, Invalid, NotFound, Refused
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.obligations import FOREVER, Occurrence, occurrences
from core.kernel.periods import OPEN, Period
from core.kernel.schoolyear import Span
from core.orgs.models import OrgLink, OrgUnit
from core.orgs.models.units import CLUSTER
from core.orgs.queries import open_on
from core.orgs.queries.tree import link_valid
from core.reports.figures import FIGURES
from core.reports.models import Expected, ReportRound
from core.reports.owed import LEAD, Owing, opens_on, owing, recipients
from core.reports.permissions import ReportPermission
from core.tenancy import shelf
from core.tenancy.models import PackVersion
from core.tenancy.packs.model import Pack, Report
from core.tenancy.packs.owed import rule, school_calendar
from core.tenancy.switches import switches
from core.tenancy.values import effective

OPENED = "report.opened"
CHUNK = 1_000
MOST_DAYS = 400


@dataclass(frozen=True)
class HandRound:
    """A round that somebody opens: of a report that comes 按需, or on an event."""

    code: str
    period_title: str
    span: Span
    due_on: date


def open_due_rounds(session: TenantSession, *, actor: Actor, since: date | None = None) -> list[UUID]:
    """Opens every round of the pack whose day has come and that is not there yet; idempotent.

    ``since``: due days before it are left alone; default: the day on which the district took its first pack, so that nobody
    is late for what was due before. Rounds of a domain that is off are left out.
    """
    pack = shelf.current(session)
    if pack is None:
        return []
    today = local_date(session.now())
    since = since or _first_pack_day(session)
    if since is None:
        return []
    asked = Span(since, max(since, today + LEAD))
    calendar = school_calendar(
        pack, asked=Span(since - timedelta(days=MOST_DAYS), asked.ends + timedelta(days=MOST_DAYS))
    )
    strict = not _named_day_included(session)
    known = set(session.scalars(select(ReportRound.key)))
    off = _domains_off(session, pack, today)
    opened: list[UUID] = []
    for report in pack.reports:
        if report.domain in off:
            continue
        opened += [
            _open(session, actor=actor, pack=pack, report=report, row=_row(session, pack, report, found))
            for found in occurrences(rule(pack, report), calendar, asked, strict=strict)
            if found.key not in known and opens_on(found) <= today
        ]
    return opened


def open_round(session: TenantSession, *, actor: Actor, facts: HandRound) -> UUID:
    """A round by hand, for reports that the calendar alone never makes due. Raises Forbidden, NotFound, Invalid, Conflict."""
    actor.require(ReportPermission.MANAGE)
    if not actor.coverage(ReportPermission.MANAGE).everywhere:
        raise NotFound()
    pack = shelf.current(session)
    report = next((own for own in pack.reports if own.code == facts.code), None) if pack else None
    if pack is None or report is None:
        raise Invalid(fields={"code": "请从列表中选择"})
    if report.period not in OPEN:
        raise Refused("这份报表按通知自动开期，不需要临时发起")
    today = local_date(session.now())
    faults: dict[str, str] = {}
    if facts.due_on < today:
        faults["due_on"] = "不能早于今天"
    if facts.span.days > MOST_DAYS:
        faults["span_to"] = "期间太长"
    if not facts.period_title.strip():
        faults["period_title"] = "必填"
    if faults:
        raise Invalid(fields=faults)
    key = f"{report.code}@{facts.due_on.isoformat()}"
    if session.scalar(select(ReportRound.id).where(ReportRound.key == key)) is not None:
        raise Conflict("这份报表同一截止日的一期已经发起")
    row = _common(session, pack, report) | {
        "key": key, "period_title": facts.period_title.strip(), "span_from": facts.span.starts, "span_to": facts.span.ends,
        "opens_on": today, "due_on": facts.due_on, "due_at": due_at(facts.due_on, strict=not _named_day_included(session)),
        "origin": "hand", "opened_by": actor.person_id, "opened_by_name": actor.name,
    }  # fmt: skip
    return _open(session, actor=actor, pack=pack, report=report, row=row)


def openable(pack: Pack | None) -> tuple[Report, ...]:
    """Reports that are opened by hand."""
    return tuple(report for report in pack.reports if report.period in OPEN) if pack else ()


def _open(session: TenantSession, *, actor: Actor, pack: Pack, report: Report, row: dict[str, Any]) -> UUID:
    units = _owing_units(session, owing(pack, report), on=row["opens_on"])
    round_id: UUID = row["id"]
    made = session.execute(
        insert(ReportRound)
        .values(**row, units=len(units))
        .on_conflict_do_nothing(index_elements=["tenant_id", "key"])
        .returning(ReportRound.id)
    ).scalar_one_or_none()
    if made is None:  # another process opened it in between
        return session.execute(select(ReportRound.id).where(ReportRound.key == row["key"])).scalar_one()
    rows = [
        {
            "tenant_id": session.tenant_id, "round_id": round_id, "unit_id": unit.id, "unit_kind": unit.kind,
            "cluster_id": unit.cluster_id, "on_behalf": behalf,
        }
        for unit, behalf in units
    ]  # fmt: skip
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(Expected), rows[start : start + CHUNK])
    record(
        session, actor=actor, action="report_round.opened", object_kind="report_round", object_id=round_id,
        data={"key": row["key"], "units": len(rows)},
    )  # fmt: skip
    payload = {"round_id": str(round_id), "code": row["code"], "units": len(rows)}
    emit(session, Event(OPENED, session.tenant_id, session.now(), payload))
    return round_id


def _row(session: TenantSession, pack: Pack, report: Report, found: Occurrence) -> dict[str, Any]:
    opens = opens_on(found)
    # what is owed once has no period of its own: it is about the time until it is due
    starts = opens if found.span.starts == FOREVER.starts else found.span.starts
    return _common(session, pack, report) | {
        "key": found.key, "period_title": str(found.title) if found.title != report.label else "", "span_from": starts,
        "span_to": max(found.span.ends, starts), "opens_on": opens, "due_on": found.due_on, "due_at": None if report.confirm else found.due_at,
        "origin": "rule", "opened_by": None, "opened_by_name": "",
    }  # fmt: skip


def _common(session: TenantSession, pack: Pack, report: Report) -> dict[str, Any]:
    wanted = report.params.get("figures")
    plain = report.period not in (Period.ONCE, Period.EVENT)
    figures = [code for code in FIGURES if (code in wanted if wanted is not None else plain)]
    return {
        "tenant_id": session.tenant_id, "id": new_id(), "code": report.code, "title": report.label, "zero": report.zero,
        "confirm": report.confirm, "recipients": [own.to_json() for own in recipients(pack, report)], "form": report.form,
        "figures": figures, "clauses": list(report.clauses), "opened_at": session.now(), "version": 1,
    }  # fmt: skip


def _owing_units(session: TenantSession, wanted: Owing, *, on: date) -> list[tuple[Any, str]]:
    """(unit with its cluster of that day, in whose name), each unit once. One query."""
    cluster = (
        select(OrgLink.parent_id)
        .where(OrgLink.child_id == OrgUnit.id, OrgLink.tree == CLUSTER, link_valid(OrgLink, on))
        .order_by(OrgLink.parent_id)
        .limit(1)
        .correlate(OrgUnit)
        .scalar_subquery()
    )
    rows: Sequence[Any] = session.execute(
        select(OrgUnit.id, OrgUnit.code, OrgUnit.kind, OrgUnit.org_type, cluster.label("cluster_id"))
        .where(
            open_on(on),
            or_(OrgUnit.org_type.in_(wanted.org_types), OrgUnit.code.in_(wanted.codes), OrgUnit.kind == "bureau"),
        )
        .order_by(OrgUnit.valid_from, OrgUnit.id)
    ).all()
    by_code = {row.code: row for row in rows}
    root = next((row for row in rows if row.kind == "bureau"), None)
    found: dict[UUID, tuple[Any, list[str]]] = {row.id: (row, []) for row in rows if row.org_type in wanted.org_types}
    behalf = [(by_code.get(code, root), label) for code, label in wanted.codes.items()]
    for unit, label in [*behalf, *((root, label) for label in wanted.root)]:
        if unit is not None:
            names = found.setdefault(unit.id, (unit, []))[1]
            names += [label] if label else []
    return [(unit, "、".join(dict.fromkeys(names))) for unit, names in found.values()]


def _first_pack_day(session: TenantSession) -> date | None:
    first = session.scalar(select(func.min(PackVersion.applied_at)))
    return None if first is None else local_date(first)


def _named_day_included(session: TenantSession) -> bool:
    value = effective(session, "due.named_day_included")
    return value is None or bool(value.value)


def _domains_off(session: TenantSession, pack: Pack, today: date) -> frozenset[str]:
    """Domains of reports that are off today: by the switch of their plugin, or by the pack."""
    wanted: set[str] = {report.domain for report in pack.reports if report.domain}
    if not wanted:
        return frozenset()
    switched = switches(session)
    declared = {domain.code: domain for domain in pack.domains}
    return frozenset(
        slug
        for slug in wanted
        if (slug in switched and not switched[slug].on(today)) or (slug in declared and not declared[slug].on)
    )
