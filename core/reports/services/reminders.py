"""催报: by somebody from the grid, or by the clock as one digest a day. Nobody is told twice a day in the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.kernel.calendar import is_working_day
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.notify.services import notify
from core.orgs.queries import people_in_charge
from core.reports.models import Reminder
from core.reports.permissions import ReportPermission
from core.reports.queries.owing import Owing, owing_now
from core.tenancy.values import effective

NOTICES = {"urge": "report.urged", "digest": "report.digest"}
"""Kind of a reminder → kind of its notices."""
MOST_UNITS = 2_000
LISTED = 5
"""Titles in one notice; more are counted."""


@dataclass(frozen=True)
class Urged:
    """``told``: units that were reminded; ``already``: those that had been today; ``nothing``: that owe nothing (any more);
    ``nobody``: reminded, but without anybody there who could be told."""

    told: int
    already: int
    nothing: int
    nobody: int


def urge(session: TenantSession, *, actor: Actor, unit_ids: Collection[UUID], round_id: UUID | None = None) -> Urged:
    """Reminds the chosen units of all they owe now (``round_id``: only those that owe this one). One query round.

    Raises Forbidden, Invalid for none or too many. Units out of reach are passed over.
    """
    actor.require(ReportPermission.MANAGE)
    if not unit_ids or len(unit_ids) > MOST_UNITS:
        raise Invalid(fields={"unit_ids": Phrase("请选择1到%(most)s个单位", most=MOST_UNITS)})
    reached = [unit for unit in dict.fromkeys(unit_ids) if actor.may(ReportPermission.MANAGE, unit)]
    if not reached:
        raise Forbidden()
    owes = _by_unit(owing_now(session, units=reached))
    if round_id is not None:
        owes = {unit: found for unit, found in owes.items() if any(one.round_id == round_id for one in found)}
    sent = _send(session, owes, kind="urge", actor=actor, title="催报")
    if sent:
        record(
            session, actor=actor, action="report_round.urged", object_kind="report_round", object_id=round_id or "all",
            data={"units": len(sent)},
        )  # fmt: skip
    return Urged(
        len(sent), len(owes) - len(sent), len(reached) - len(owes), sum(1 for notices in sent.values() if not notices)
    )


def send_digests(session: TenantSession, *, actor: Actor) -> int:
    """On a working day: what is due within the district's ``due.reminder_days`` or by the next working day, whichever is later, and
    what became late since the last one. One notice for each unit. Returns how many units were told. Idempotent on a day."""
    today = local_date(session.now())
    if not is_working_day(today):
        return 0
    soon = max(_next_working_day(today), today + timedelta(days=_days_ahead(session)))
    since = _previous_working_day(today)
    chosen = [
        one
        for one in owing_now(session)
        if one.due_on is not None and (today <= one.due_on <= soon or (since <= one.due_on and one.passed(today)))
    ]
    return len(_send(session, _by_unit(chosen), kind="digest", actor=actor, title="报送提醒"))


def _send(
    session: TenantSession, owes: Mapping[UUID, list[Owing]], *, kind: str, actor: Actor, title: str
) -> dict[UUID, tuple[UUID, ...]]:
    """Unit → notices. Units that had one of this kind today are left out: the row is taken first, then told."""
    today = local_date(session.now())
    if not owes:
        return {}
    rows = [
        {
            "tenant_id": session.tenant_id, "id": new_id(), "unit_id": unit, "on_date": today, "kind": kind,
            "rounds": [one.round_id for one in found], "notices": [], "at": session.now(), "by_id": actor.person_id,
            "by_name": actor.name,
        }
        for unit, found in owes.items()
    ]  # fmt: skip
    keys = ["tenant_id", "unit_id", "on_date", "kind"]
    taken = session.execute(
        insert(Reminder)
        .values(rows)
        .on_conflict_do_nothing(index_elements=keys)
        .returning(Reminder.unit_id, Reminder.id)
    ).all()
    people = _people(session, [row.unit_id for row in taken])
    told = {
        unit_id: notify(
            session, to=people[unit_id], kind=NOTICES[kind],
            title=_title(title, owes[unit_id], today), body=_body(owes[unit_id]), link="/reports",
        )
        for unit_id, _ in taken
    }  # fmt: skip
    rows_of = select(Reminder).where(Reminder.id.in_([reminder_id for _, reminder_id in taken]))
    for reminder in session.scalars(rows_of):
        reminder.notices = list(told[reminder.unit_id])
    session.flush()
    return told


def _people(session: TenantSession, units: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who writes or signs there. Four queries, whatever the number of units."""
    wanted = list(units)
    writers = people_in_charge(session, permission=ReportPermission.WRITE, units=wanted)
    signers = people_in_charge(session, permission=ReportPermission.SIGN, units=wanted)
    return {unit: writers.get(unit, frozenset()) | signers.get(unit, frozenset()) for unit in wanted}


def _by_unit(found: Iterable[Owing]) -> dict[UUID, list[Owing]]:
    units: dict[UUID, list[Owing]] = defaultdict(list)
    for one in found:
        units[one.unit_id].append(one)
    return dict(units)


def _title(word: str, found: list[Owing], today: date) -> str:
    late = sum(1 for one in found if one.passed(today))
    if late and late < len(found):
        return f"{word}：{late}份已逾期，{len(found) - late}份待报"
    return f"{word}：{late}份已逾期" if late else f"{word}：{len(found)}份待报"


def _body(found: list[Owing]) -> str:
    lines = [f"{one.name}（{f'{one.due_on.isoformat()}前' if one.due_on else '未定日期'}）" for one in found[:LISTED]]
    more = len(found) - LISTED
    return "；".join(lines) + (f"；另有{more}份" if more > 0 else "")


def _days_ahead(session: TenantSession) -> int:
    said = effective(session, "due.reminder_days")
    return int(said.value or 0) if said is not None else 0


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _previous_working_day(day: date) -> date:
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
