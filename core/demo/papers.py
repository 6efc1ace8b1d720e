"""A few invented official papers of a district: a circular on how far it is and a reminder to who is late, each issued by the
product's service on its own day and signed for by most. Figures are those of the invented ledger; nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select, update

from core.access.actor import Actor
from core.audit.models import AuditEntry, AuditPending
from core.db.sessions import TenantSession
from core.demo.acting import signer
from core.demo.days import on
from core.demo.pictures import Kept, Put
from core.demo.settlers import Settled
from core.files.storage import Storage
from core.hazards.models import Hazard
from core.kernel.clock import LOCAL, end_of_day, local_date
from core.kernel.ids import new_id
from core.orgs.models import OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.papers.general import KINDS
from core.papers.models import Paper, PaperRecipient
from core.papers.permissions import PaperPermission
from core.papers.services.papers import SUBJECT, issue_paper
from core.tenancy.packs.model import Pack

ISSUED_AT = time(9, 20)
RECEIVED = 0.93
"""The share of units that sign; the others stay to be seen and urged."""
REMINDED = 8
OVER = ("closed", "cancelled")


def tell_papers(session: TenantSession, pack: Pack, settled: Settled, *, seed: str, put: Put, head: Actor) -> None:
    """Nothing where there is something already. Writes in the caller's transaction."""
    if session.scalars(select(Paper.id).limit(1)).first() is not None or not pack.campaigns:
        return
    desk = Desk(session, pack, settled, put, head, Random(f"{seed}-papers"))  # noqa: S311  invented, no secret
    campaign = pack.campaigns[0]
    desk.circular(
        campaign.label, min(max(campaign.starts + timedelta(days=7), desk.today - timedelta(days=16)), desk.today)
    )
    desk.reminder(campaign.label, max(campaign.starts, desk.today - timedelta(days=9)))


@dataclass
class Desk:
    """Who writes and sends in the district's name."""

    session: TenantSession
    pack: Pack
    settled: Settled
    put: Put
    head: Actor
    dice: Random

    @property
    def today(self) -> date:
        return local_date(self.session.now())

    def circular(self, campaign: str, day: date) -> None:
        """How far everybody is, to all schools."""
        schools = self.session.scalars(
            select(OrgUnit.id).where(OrgUnit.kind.in_(SCHOOL_KINDS)).order_by(OrgUnit.code)
        ).all()
        found, closed, overdue = self._figures(day)
        body = (
            f"截至{_written(day)}，各校（园）共排查登记隐患{found}项，已办结{closed}项，超过整改期限仍未办结{overdue}项。\n"
            "各校（园）要对照台账逐项核对，责任、措施、期限不清的立即补齐；逾期未办结的，说明原因和临时管控措施。"
        )
        self.issue("papers.circular", day, schools, title=f"关于{campaign}隐患排查整改进展情况的通报", body=body)

    def reminder(self, campaign: str, day: date) -> None:
        """To the schools with the most hazards past their day."""
        late = self.late_schools(day)[:REMINDED]
        if not late:
            return
        body = (
            f"截至{_written(day)}，你单位在{campaign}中登记的隐患有超过整改期限仍未办结的。\n"
            "请逐项核实，能立即整改的立即整改；确需延期的，写明理由和临时管控措施，并按期回复。"
        )
        self.issue(
            "papers.reminder", day, [school for school, _count in late], title="关于尽快办结逾期隐患的提示函", body=body,
            answer_by=day + timedelta(days=7),
        )  # fmt: skip

    def issue(self, code: str, day: date, to: Sequence[UUID], **values: Any) -> UUID:
        """Issued on ``day``; over the next days most units sign for it. Returns the paper's id."""
        kind = next(own for own in KINDS if own.code == code)
        with on(self.session, day, ISSUED_AT):
            paper_id = issue_paper(
                self.session, actor=self.head, pack=self.pack, storage=cast("Storage", Kept(self.put)), kind=kind, values=values, to=to,
            )  # fmt: skip
        self._sign(paper_id, day, to)
        return paper_id

    def late_schools(self, day: date) -> list[tuple[UUID, int]]:
        """With how many hazards past their day on ``day``, most first."""
        count = func.count()
        rows = self.session.execute(
            select(Hazard.school_id, count)
            .join(OrgUnit, OrgUnit.id == Hazard.school_id)
            .where(*_overdue(day))
            .group_by(Hazard.school_id, OrgUnit.code)
            .order_by(count.desc(), OrgUnit.code)
        )
        return [(school, number) for school, number in rows if school is not None]

    def _figures(self, day: date) -> tuple[int, int, int]:
        """Found, closed and overdue until the end of ``day``."""
        end = end_of_day(day)
        return cast(
            "tuple[int, int, int]",
            tuple(
                self.session.execute(
                    select(
                        func.count(),
                        func.count().filter(Hazard.canonical == "closed", Hazard.closed_at < end),
                        func.count().filter(*_overdue(day)),
                    ).where(Hazard.found_at < end, Hazard.canonical != "cancelled")
                ).one()
            ),
        )

    def _sign(self, paper_id: UUID, day: date, to: Sequence[UUID]) -> None:
        """What ``receive_paper`` writes, for all units at once."""
        table = cast("Table", PaperRecipient.__table__)
        no = self.session.scalars(select(Paper.no).where(Paper.id == paper_id)).one()
        entries = []
        for unit in to:
            player = signer(self.settled, unit, PaperPermission.RECEIVE)
            at = datetime.combine(
                day + timedelta(days=self.dice.randrange(4)),
                time(10 + self.dice.randrange(6), self.dice.randrange(60)),
                LOCAL,
            )
            if player is None or at > self.session.now() or self.dice.random() > RECEIVED:
                continue
            self.session.execute(
                update(table)
                .where(table.c.paper_id == paper_id, table.c.unit_id == unit)
                .values(received_at=at, received_by=player.person_id, received_by_name=player.name)
            )
            entries.append(
                {
                    "tenant_id": self.session.tenant_id, "id": new_id(), "at": at, "actor_kind": "person", "actor_id": player.person_id,
                    "actor_name": player.name, "action": "paper.received", "object_kind": SUBJECT, "object_id": str(paper_id),
                    "data": {"no": no, "units": 1}, "request_id": None,
                }
            )  # fmt: skip
        if entries:
            pending = [{"tenant_id": entry["tenant_id"], "audit_id": entry["id"]} for entry in entries]
            self.session.execute(insert(cast("Table", AuditEntry.__table__)), entries)
            self.session.execute(insert(cast("Table", AuditPending.__table__)), pending)


def _overdue(day: date) -> tuple[Any, ...]:
    still = Hazard.canonical.not_in(OVER) | (Hazard.closed_at >= end_of_day(day))
    return (Hazard.found_at < end_of_day(day), Hazard.due_on < day, Hazard.canonical != "cancelled", still)


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
