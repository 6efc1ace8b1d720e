"""A few invented records of a district, made by the product's own services: meetings, lessons and drills of some schools, one
incident with its reports, a week of duty, emergency plans. No words of anybody; numbers of people, never names of pupils."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.demo.acting import actor_of
from core.demo.cast import Place, Player
from core.demo.days import on
from core.demo.settlers import Settled
from core.kernel.clock import LOCAL, local_date
from core.orgs.queries import unit_card
from core.records.kinds import DRILL, kinds_of, owed_first, topics_of
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.services import drills, duty, entries, incidents, plans
from core.records.services.drills import DrillPlan, DrillReview
from core.records.services.duty import ShiftFacts
from core.records.services.incidents import IncidentFacts, ReportFacts
from core.records.services.plans import PlanFacts
from core.records.services.writing import RecordFacts
from core.tenancy.packs.model import Pack

SCHOOLS, WEEKS = 8, 10
TOLD = {
    "meeting": "学习有关通知，通报近期检查情况，布置下一步工作。", "training": "讲解制度和操作要领，现场练习。", "safety_lesson": "结合案例讲解，当堂练习。",
    "publicity": "结合时令推送安全提示。", "theme_activity": "升旗讲话、主题班会、现场体验。", "film_showing": "各班组织观看并讨论。",
    "supplies_check": "清点无短缺，更换过期用品。", "month_plan": "见月工作安排。", "inspection_plan": "分工到人，按周排查。",
    "daily_reminder": "上下学交通安全提醒。", "guard_daily_practice": "盾牌、钢叉配合训练。",
}  # fmt: skip
DETAILS: dict[str, dict[str, Any]] = {
    "meeting": {"chair": "deputy"},
    "safety_lesson": {"classes": 12},
    "publicity": {"channel": "account"},
    "film_showing": {"film": "校园安全警示教育片"},
}


def tell_records(session: TenantSession, pack: Pack, settled: Settled, *, seed: str) -> int:
    """How many records were made; none where there are some. Writes in the caller's transaction."""
    if session.scalars(select(Record.id).limit(1)).first() is not None:
        return 0
    play = _Play(session, pack, settled, seed, Random(f"{seed}-records"))  # noqa: S311  invented records, no secret
    schools = play.schools()
    made = sum(play.work_of(place, player) for place, player in schools)
    for place, player in schools[:2]:
        made += play.drilled(place, player)
    if schools:
        play.stands_by(*schools[0])
        play.happened(*schools[-1])
    return made


@dataclass
class _Play:
    """Each act is made on its own day: the session's clock is moved and put back."""

    session: TenantSession
    pack: Pack
    settled: Settled
    seed: str
    rng: Random

    def schools(self) -> list[tuple[Place, Player]]:
        """Some schools, each with somebody who may record there and report incidents; the same ones at each load."""
        found = {place.school_id: place for place in self.settled.places}
        order = sorted(found.values(), key=lambda place: sha256(f"{self.seed}:{place.unit_code}".encode()).digest())
        pairs = []
        for place in order:
            wanted = {RecordPermission.WRITE, RecordPermission.INCIDENT_REPORT}
            player = next(
                (
                    own
                    for own in self.settled.cast.by_unit.get(place.school_id, [])
                    if any(wanted <= permissions for _scope, permissions in own.rights)
                ),
                None,
            )
            if player is not None:
                pairs.append((place, player))
            if len(pairs) == SCHOOLS:
                break
        return pairs

    def work_of(self, place: Place, player: Player) -> int:
        """What the school owes, here and there within the last weeks."""
        kinds, actor = kinds_of(self.pack), actor_of(self.session, self.pack, player)
        owed = [
            code
            for code in (*owed_first(self.pack, [place.org_type] if place.org_type else []), "meeting", "training")
            if code in TOLD
        ]
        count = 0
        for code in dict.fromkeys(owed):
            topics = [own.code for own in topics_of(self.pack, kinds[code])]
            for _ in range(2):
                day = local_date(self.session.now()) - timedelta(days=self.rng.randrange(2, WEEKS * 7))
                facts = RecordFacts(
                    unit_id=place.school_id, kind=code, held_on=day, topics=tuple(self.rng.sample(topics, min(1, len(topics)))),
                    people=self.rng.randrange(20, 400) if kinds[code].people else None, minutes=40 if kinds[code].minutes else None,
                    summary=TOLD[code], details=DETAILS.get(code, {}),
                )  # fmt: skip
                with on(self.session, day, time(15, 30)):
                    entries.add_record(self.session, actor=actor, pack=self.pack, facts=facts)
                count += 1
        return count

    def drilled(self, place: Place, player: Player) -> int:
        """Three weeks ago with something found; another one planned for today."""
        actor, today = actor_of(self.session, self.pack, player), local_date(self.session.now())
        topics = tuple(own.code for own in topics_of(self.pack, kinds_of(self.pack)[DRILL]))[:1]
        day = today - timedelta(days=21)
        given: dict[str, Any] = {
            "unit_id": place.school_id,
            "topics": topics,
            "scenario": "教学楼一楼配电间起火",
            "place": "操场",
            "commander": "副校长",
        }
        with on(self.session, day, time(9, 30)):
            made = drills.plan_drill(self.session, actor=actor, pack=self.pack, plan=DrillPlan(planned_on=day, **given))
            version = drills.start_drill(self.session, actor=actor, record_id=made, version=1)
        with on(self.session, day, time(9, 32)):
            version = drills.stop_drill(self.session, actor=actor, record_id=made, version=version)
            version = drills.count_heads(
                self.session, actor=actor, record_id=made, version=version, expected=486, present=486
            )
            drills.note_finding(
                self.session, actor=actor, record_id=made, text="东侧疏散门开启方向不对", place="教学楼一层"
            )
            review = DrillReview(good="集合迅速，清点及时。", problems="东侧楼梯一度拥挤。", plan_revision="none")
            drills.review_drill(self.session, actor=actor, record_id=made, version=version, review=review)
        drills.plan_drill(self.session, actor=actor, pack=self.pack, plan=DrillPlan(planned_on=today, **given))
        return 2

    def stands_by(self, place: Place, player: Player) -> None:
        """A plan in two versions, and who is on duty this week."""
        actor, today = actor_of(self.session, self.pack, player), local_date(self.session.now())
        facts = PlanFacts(
            unit_id=place.school_id, kind="special", title="火灾事故专项应急预案", topic="fire", body="一、发现火情立即报警并疏散。\n二、各楼层由当堂教师带队。",
        )  # fmt: skip
        founded = unit_card(self.session, place.school_id).valid_from
        with on(self.session, max(today - timedelta(days=200), founded), time(10, 0)):
            plan_id = plans.issue_plan(self.session, actor=actor, pack=self.pack, facts=facts)
        with on(self.session, today - timedelta(days=20), time(10, 0)):
            plans.revise_plan(
                self.session, actor=actor, plan_id=plan_id, version=1, reason="演练后修订：增加东侧楼梯分流", body=f"{facts.body}\n三、东侧楼梯只走一、二层。",
            )  # fmt: skip
        for day in range(-1, 5):
            begins = datetime.combine(today + timedelta(days=day), time(17, 0), LOCAL)
            shift = ShiftFacts(
                unit_id=place.school_id,
                starts_at=begins,
                ends_at=begins + timedelta(hours=15),
                person_id=player.person_id,
            )
            duty.plan_shift(self.session, actor=actor, facts=shift)

    def happened(self, place: Place, player: Player) -> None:
        """Twelve days ago, told in time, over the next day."""
        actor, day = actor_of(self.session, self.pack, player), local_date(self.session.now()) - timedelta(days=12)
        at = datetime.combine(day, time(10, 40), LOCAL)
        with on(self.session, day, time(11, 10)):
            incident_id = incidents.report_incident(
                self.session, actor=actor,
                facts=IncidentFacts(
                    unit_id=place.school_id, category="injury", title="课间楼梯口相撞，一人轻伤", occurred_at=at, known_at=at, place="教学楼二层"
                ),
                report=ReportFacts(grade="general", facts="两名学生相撞，一人膝部擦伤，已送医。", injured=1, measures="已通知家长，校医陪同。"),
            )  # fmt: skip
        with on(self.session, day + timedelta(days=1), time(9, 0)):
            incidents.report_further(
                self.session, actor=actor, incident_id=incident_id, version=1, final=True,
                report=ReportFacts(grade="general", facts="已返校上课。", injured=1, cause="课间奔跑，楼梯口无人值守"),
            )  # fmt: skip
