"""A few invented inspections of a district, carried out by the product's own services: one that is over with something found
and not yet made a hazard, one under way, one sealed draw, and a school's own daily check. No signature is anybody's."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from hashlib import sha256
from typing import BinaryIO, cast
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select

from core.access.actor import Actor, Coverage
from core.db.sessions import TenantSession
from core.demo.acting import actor_of
from core.demo.cast import Place, Player
from core.demo.days import on
from core.demo.pictures import OF_DOMAIN, Put, drawn
from core.demo.settlers import Settled
from core.files.storage import Storage
from core.inspections.models import Visit
from core.inspections.offers import offers_of
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.checklists import usable
from core.inspections.queries.people import candidates, conflicts
from core.inspections.services import answering, draws, rounds, visits
from core.inspections.services.checklists import take_offers
from core.inspections.services.rounds import RoundFacts
from core.inspections.services.writing import content
from core.kernel.clock import local_date
from core.kernel.ids import new_id
from core.tenancy.packs.model import Pack

FOUND = "现场照片为示意图：门后堆放纸箱，已当场要求清走"
MOST_BYTES = 10_000_000
TEAM = 2
STAGES = frozenset({"primary", "junior", "senior"})


@dataclass(frozen=True)
class _Kept:
    """The part of a storage that writing needs, over the demo's way of keeping bytes."""

    keep: Put

    def put(self, key: str, stream: BinaryIO) -> None:
        self.keep(key, stream.read())


def visit_schools(session: TenantSession, pack: Pack, settled: Settled, *, seed: str, put: Put) -> int:
    """How many visits there are now; none is made where there are some. Writes in the caller's transaction."""
    if session.scalars(select(Visit.id).limit(1)).first() is not None:
        return 0
    system = Actor.system(session.tenant_id, "demo")
    take_offers(session, actor=system, offers=offers_of(pack))
    storage = cast("Storage", _Kept(put))  # writing needs nothing of a storage but put
    play = _Play(session, pack, settled, lambda code: sha256(f"{seed}:{code}".encode()).digest(), storage)
    made = play.over() + play.under_way() + play.daily()
    play.sealed()
    return made


@dataclass
class _Play:
    """Who goes where. Each act is made on its own day: the session's clock is moved and put back."""

    session: TenantSession
    pack: Pack
    settled: Settled
    order: Callable[[str], bytes]
    """Of schools, by code: the same at each load, and not that of the roster."""
    storage: Storage

    def over(self) -> int:
        """Three weeks ago: two schools, all answered and signed, one item of the first not in order."""
        head = self._planner()
        if head is None:
            return 0
        with self._on(days=-20, at=time(8, 30)):
            planned = self._round(head, "special", "开学安全专项检查", count=2)
        for number, (visit_id, leader) in enumerate(planned):
            with self._on(days=-19 + number, at=time(9, 10)):
                self._carry_out(visit_id, leader, failing=number == 0)
        return len(planned)

    def under_way(self) -> int:
        """This morning: one school, half of it answered."""
        head = self._planner()
        if head is None:
            return 0
        with self._on(days=-3, at=time(15, 0)):
            planned = self._round(head, "joint", "部门联合检查", count=1, days=3)
        for visit_id, leader in planned:
            with self._on(days=0, at=time(9, 0)):
                visits.start_visit(self.session, actor=leader, visit_id=visit_id)
                self._answer(visit_id, leader, half=True)
        return len(planned)

    def daily(self) -> int:
        """Yesterday's own check of one school."""
        for place in self._schools():
            unit = place.school_id
            for player in self.settled.cast.by_unit.get(unit, []):
                actor = self._actor(player)
                lists = usable(self.session, "daily")
                if lists and actor.may(InspectionPermission.CONDUCT, unit):
                    with self._on(days=-1, at=time(7, 20)):
                        visit_id = visits.begin_own_check(
                            self.session, actor=actor, pack=self.pack, kind="daily", unit_id=unit, checklist_id=lists[0][0]
                        )  # fmt: skip
                        self._answer(visit_id, actor)
                        self._sign(visit_id, actor, ("inspector",))
                        visits.finish_visit(self.session, actor=actor, pack=self.pack, visit_id=visit_id)
                    return 1
        return 0

    def sealed(self) -> None:
        """A draw that waits for its witnesses."""
        head = self._planner(InspectionPermission.DRAW)
        lists = usable(self.session, "blind")
        people = self._inspectors()
        units = [place.school_id for place in self._schools()][:8]
        barred = conflicts(self.session, units=units, people=people)
        units = [unit for unit in units if sum((unit, person) not in barred for person in people) >= TEAM]
        if head is None or not lists or len(people) <= TEAM or len(units) <= TEAM:
            return
        with self._on(days=0, at=time(8, 30)):
            today = local_date(self.session.now())
            facts = RoundFacts("blind", "四不两直暗访", lists[0][0], today, today + timedelta(days=5))
            draws.seal_draw(
                self.session, actor=head, pack=self.pack, facts=facts, unit_ids=units, person_ids=people, wanted=TEAM, team=TEAM, most=3,
            )  # fmt: skip

    def _round(self, head: Actor, kind: str, title: str, *, count: int, days: int = 10) -> Sequence[tuple[UUID, Actor]]:
        """(visit, who leads it). Nobody where the district's own posts leave nobody to go."""
        lists, people = usable(self.session, kind), self._inspectors()[: TEAM + 1]
        wanted = [place.school_id for place in self._schools()]
        barred = conflicts(self.session, units=wanted, people=people)
        units = [unit for unit in wanted if all((unit, person) not in barred for person in people)][:count]
        if not lists or not people or not units:
            return ()
        today = local_date(self.session.now())
        round_id = rounds.plan_round(
            self.session, actor=head, pack=self.pack, unit_ids=units, person_ids=people,
            facts=RoundFacts(kind, title, lists[0][0], today, today + timedelta(days=days)),
        )  # fmt: skip
        made = self.session.scalars(select(Visit.id).where(Visit.round_id == round_id).order_by(Visit.id))
        return [(visit_id, self._person(people[0])) for visit_id in made]

    def _carry_out(self, visit_id: UUID, leader: Actor, *, failing: bool) -> None:
        visits.start_visit(self.session, actor=leader, visit_id=visit_id)
        self._answer(visit_id, leader, failing=failing)
        self._sign(visit_id, leader, ("inspector", "unit"))
        visits.finish_visit(
            self.session, actor=leader, pack=self.pack, visit_id=visit_id, summary="总体情况较好，问题已当场反馈。"
        )

    def _answer(self, visit_id: UUID, actor: Actor, *, half: bool = False, failing: bool = False) -> None:
        visit = self.session.get_one(Visit, (self.session.tenant_id, visit_id))
        items = content(self.session, visit).items
        bad = next((item.code for item in items if item.photo_on_fail), items[0].code) if failing else ""
        sent = []
        for item in items[: max(1, len(items) // 2)] if half else items:
            fails = item.code == bad
            photos = (self._photo(visit_id, actor, item.code, item.domain),) if fails else ()
            points = (item.points // 2 if fails else item.points) if item.points else None
            sent.append(
                answering.Sent(
                    new_id(), item.code, "fail" if fails else "pass", self.session.now(), "demo", points=points, photos=photos,
                    note=FOUND if fails else "",
                )
            )  # fmt: skip
        answering.take_answers(self.session, actor=actor, visit_id=visit_id, sent=sent)

    def _photo(self, visit_id: UUID, actor: Actor, item: str, domain: str) -> UUID:
        photo_id = new_id()
        picture, _thumbnail = drawn(OF_DOMAIN.get(domain, 0), "before", 1)
        answering.take_photo(
            self.session, actor=actor, storage=self.storage, visit_id=visit_id, photo_id=photo_id, item=item,
            stream=io.BytesIO(picture), name="现场.jpg", max_bytes=MOST_BYTES,
        )  # fmt: skip
        return photo_id

    def _sign(self, visit_id: UUID, actor: Actor, roles: Sequence[str]) -> None:
        digest = answering.digest_now(self.session, visit_id)
        for role in roles:
            answering.take_signature(
                self.session, actor=actor, storage=self.storage, visit_id=visit_id, signature_id=new_id(), role=role,
                name="示例签名", digest=digest, signed_at=self.session.now(), stream=io.BytesIO(stroke()), max_bytes=MOST_BYTES,
            )  # fmt: skip

    def _schools(self) -> list[Place]:
        """One place for each school, in an order of the story's own."""
        found = {place.school_id: place for place in self.settled.places if STAGES & set(place.stages)}
        return sorted(found.values(), key=lambda place: self.order(place.unit_code))

    def _inspectors(self) -> list[UUID]:
        """People above the schools who may inspect."""
        above = {player.person_id for player in self.settled.cast.above}
        return list(candidates(self.session, self.pack, people=above))

    def _planner(self, permission: InspectionPermission = InspectionPermission.PLAN) -> Actor | None:
        actors = (self._actor(player) for player in self.settled.cast.above)
        return next((actor for actor in actors if actor.coverage(permission) == Coverage(None)), None)

    def _actor(self, player: Player) -> Actor:
        return actor_of(self.session, self.pack, player)

    def _person(self, person_id: UUID) -> Actor:
        return self._actor(next(player for player in self.settled.cast.above if player.person_id == person_id))

    @contextmanager
    def _on(self, *, days: int, at: time) -> Iterator[None]:
        with on(self.session, local_date(self.session.now()) + timedelta(days=days), at):
            yield


@cache
def stroke() -> bytes:
    """A wave of ink: where a name would stand."""
    picture = Image.new("RGB", (300, 110), "white")
    line = [(20 + 13 * step, 55 + (25 if step % 2 else -25) + step % 5) for step in range(20)]
    ImageDraw.Draw(picture).line(line, fill="#111111", width=4, joint="curve")
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()
