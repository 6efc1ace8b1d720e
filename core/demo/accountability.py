"""A few invented matters of a district: what its notice provides for, about the schools where the invented ledger shows it.

Grounds that need an accident are left out, because nothing of the sort is invented. Persons are a number, as in the product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.accountability.models import Matter
from core.accountability.permissions import AccountabilityPermission
from core.accountability.services import matters, rules
from core.accountability.services.matters import MatterFacts
from core.accountability.services.rules import RuleFacts
from core.db.sessions import TenantSession
from core.demo.acting import actor_of, signer
from core.demo.days import on
from core.demo.papers import Desk
from core.demo.pictures import Put
from core.demo.settlers import Settled
from core.hazards.models import Hazard
from core.kernel.clock import end_of_day, local_date
from core.tenancy.packs.model import Measure, Pack

DECIDED_AT, DONE_AT = time(9, 40), time(16, 10)
PLOTS: Mapping[str, tuple[Measure, ...]] = {
    "wujin": (Measure.ORDER, Measure.CIRCULAR, Measure.TALK),
    "sip": (Measure.LISTING, Measure.ORDER, Measure.CIRCULAR, Measure.TALK),
    "yongqiao": (Measure.ORDER, Measure.TALK, Measure.DISCIPLINE),
    "lianyun": (Measure.ORDER, Measure.CIRCULAR, Measure.TALK),
    "tongyu": (Measure.LISTING, Measure.TALK, Measure.DISCIPLINE, Measure.EXPOSURE),
}  # fmt: skip
"""By slug, in the order in which they are decided."""
RULES = 5
WORKS = ("buildings", "fire", "food", "labchem")
"""Domains where putting things right may mean works, which take long."""


def tell_matters(session: TenantSession, pack: Pack, settled: Settled, *, seed: str, put: Put, head: Actor) -> None:
    """Nothing where there is something already. Writes in the caller's transaction, after the hazards."""
    if session.scalars(select(Matter.id).limit(1)).first() is not None:
        return
    desk = Desk(session, pack, settled, put, head, Random(f"{seed}-matters"))  # noqa: S311  invented, no secret
    play = _Play(session, pack, head, desk)
    late = [school for school, _count in desk.late_schools(desk.today)]
    play.accepted()
    for number, measure in enumerate(PLOTS.get(pack.slug, ())):
        if measure in matters.ASKING:
            play.asked(measure)
        elif late:
            play.told(measure, late[number % len(late)])
    play.rules()


@dataclass
class _Play:
    session: TenantSession
    pack: Pack
    head: Actor
    desk: Desk

    def asked(self, measure: Measure) -> None:
        """Under way: the unit has reported once. 挂牌督办 about a major hazard, by its paper, or about one that takes works; an order about one
        past its day."""
        today, listing = self.desk.today, measure is Measure.LISTING
        major = self._hazard(Hazard.grade == "major", open_only=True) if listing else None
        fitting = Hazard.domain.in_(WORKS) if listing else Hazard.due_on < today
        hazard = major or self._hazard(fitting, open_only=True)
        if hazard is None:
            return
        name = self.desk.settled.unit_names[hazard.school_id]
        decided = min(
            max(local_date(hazard.found_at) + timedelta(days=1), self._begun(), today - timedelta(days=24)), today
        )
        due = max(hazard.due_on or today, today + timedelta(days=20))
        title = f"{name}：{hazard.title}"[:80]
        why = "属重大隐患" if major is not None else "需要较长整改期限" if listing else "超过整改期限仍未办结"
        words = f"{name}登记的隐患“{hazard.title}”，{why}，限期整改并落实临时管控措施。"
        paper_id = None
        if major is not None:
            paper_id = self.desk.issue(
                "papers.listing", decided, [hazard.school_id], title=f"关于对{name}重大隐患挂牌督办的通知", body=words, due_on=due,
                basis="",
            )  # fmt: skip
        matter_id = self._decide(
            decided,
            MatterFacts(
                measure, hazard.school_id, title, words, self._ground(measure), 0, decided, due, hazard.id, paper_id
            ),
        )
        self._step(
            hazard.school_id, matter_id, min(decided + timedelta(days=8), today), "已落实临时管控措施，施工单位已进场。"
        )

    def told(self, measure: Measure, school: UUID) -> None:
        """Decided ten days ago and done with: it asks nothing more of the unit."""
        name, today = self.desk.settled.unit_names[school], self.desk.today
        day = max(today - timedelta(days=10), self._begun())
        words = f"{name}对登记的隐患整改推进不力，有隐患超过期限仍未办结，也没有说明原因。"
        titles = {
            Measure.TALK: f"约谈{name}主要负责人", Measure.CIRCULAR: f"对{name}整改不力的通报", Measure.DISCIPLINE: f"对{name}隐患整改不及时的追责",
            Measure.EXPOSURE: f"{name}隐患逾期未整改",
        }  # fmt: skip
        persons = 1 if measure in (Measure.TALK, Measure.DISCIPLINE) else 0
        paper_id = None
        if measure is Measure.TALK:
            paper_id = self.desk.issue(
                "papers.talk", day, [school], title=f"关于约谈{name}主要负责人的通知", body=words, held_on=min(day + timedelta(days=2), today),
                place="会议室", basis="",
            )  # fmt: skip
        elif measure is Measure.CIRCULAR:
            paper_id = self.desk.issue("papers.circular", day, [school], title=titles[measure], body=words)
        facts = MatterFacts(
            measure, school, titles[measure], words, self._ground(measure), persons, day, None, None, paper_id
        )
        matter_id = self._decide(day, facts)
        outcome = "单位已说明情况，逐项明确了责任人和完成时间。"
        if measure is not Measure.EXPOSURE:  # what was made public stays so until the hazards are closed
            with on(self.session, min(day + timedelta(days=3), today), DONE_AT):
                matters.end(
                    self.session, actor=self.head, matter_id=matter_id, version=self._version(matter_id), text=outcome
                )

    def accepted(self) -> None:
        """One order that ended well: the hazard was closed, the school asked, the district accepted."""
        today, begun = self.desk.today, self._begun()
        hazard = self._hazard(
            Hazard.canonical == "closed", Hazard.closed_at >= end_of_day(begun), Hazard.closed_at < end_of_day(today - timedelta(days=3)),
            open_only=False,
        )  # fmt: skip
        if hazard is None:
            return
        name, closed = self.desk.settled.unit_names[hazard.school_id], local_date(hazard.closed_at)
        decided = max(local_date(hazard.found_at), begun)
        facts = MatterFacts(
            Measure.ORDER, hazard.school_id, f"{name}：{hazard.title}"[:80], f"责令{name}限期整改“{hazard.title}”。", "", 0, decided,
            max(hazard.due_on or closed, closed, decided), hazard.id,
        )  # fmt: skip
        matter_id = self._decide(decided, facts)
        self._step(
            hazard.school_id, matter_id, min(closed + timedelta(days=1), today), "已整改并销号，申请验收。", asks=True
        )
        with on(self.session, min(closed + timedelta(days=2), today), DONE_AT):
            matters.accept(
                self.session,
                actor=self.head,
                matter_id=matter_id,
                version=self._version(matter_id),
                text="现场复核，整改到位。",
            )

    def rules(self) -> None:
        """What some schools set up against a hazard that they had: in force, one still planned."""
        rows = self.session.execute(
            select(Hazard.id, Hazard.title, Hazard.domain, Hazard.school_id, Hazard.closed_at)
            .where(Hazard.canonical == "closed", Hazard.school_id.is_not(None))
            .order_by(Hazard.closed_at.desc(), Hazard.found_at, Hazard.title)
            .limit(RULES)
        ).all()
        for number, row in enumerate(rows):
            player = signer(self.desk.settled, row.school_id, AccountabilityPermission.RULE)
            if player is None:
                continue
            day = local_date(row.closed_at)
            label = self.pack.domain(row.domain).label
            facts = RuleFacts(
                f"{label}定期排查和交接制度",
                row.title,
                row.domain,
                player.title,
                day + timedelta(days=14),
                None if number == 0 else day,
                row.id,
            )
            with on(self.session, day, DONE_AT):
                rules.add_rule(
                    self.session,
                    actor=actor_of(self.session, self.pack, player),
                    pack=self.pack,
                    unit_id=row.school_id,
                    facts=facts,
                )

    def _hazard(self, *where: Any, open_only: bool) -> Any:
        """The row of the oldest that fits and lies in a school where somebody can answer for it, or None."""
        still = (Hazard.canonical.not_in(("closed", "cancelled")),) if open_only else ()
        rows = self.session.execute(
            select(Hazard.id, Hazard.title, Hazard.school_id, Hazard.found_at, Hazard.due_on, Hazard.closed_at)
            .where(Hazard.school_id.is_not(None), *where, *still)
            .order_by(Hazard.found_at, Hazard.title)
            .limit(20)
        )
        answers = AccountabilityPermission.ANSWER
        return next((row for row in rows if signer(self.desk.settled, row.school_id, answers) is not None), None)

    def _ground(self, measure: Measure) -> str:
        """Where the notice names this measure for what the ledger shows; else none. Other grounds need what is not invented."""
        return next((own.code for own in self.pack.accountability if measure in own.measures and own.signs), "")

    def _begun(self) -> date:
        starts = self.pack.campaigns[0].starts if self.pack.campaigns else self.desk.today
        return min(starts, self.desk.today)

    def _decide(self, day: date, facts: MatterFacts) -> UUID:
        with on(self.session, day, DECIDED_AT):
            return matters.decide(self.session, actor=self.head, pack=self.pack, facts=facts)

    def _step(self, school: UUID, matter_id: UUID, day: date, words: str, *, asks: bool = False) -> None:
        player = signer(self.desk.settled, school, AccountabilityPermission.ANSWER)
        if player is None:
            return
        act = matters.ask_acceptance if asks else matters.report_progress
        with on(self.session, day, DONE_AT):
            act(
                self.session,
                actor=actor_of(self.session, self.pack, player),
                matter_id=matter_id,
                version=self._version(matter_id),
                text=words,
            )

    def _version(self, matter_id: UUID) -> int:
        return self.session.get_one(Matter, (self.session.tenant_id, matter_id)).version
