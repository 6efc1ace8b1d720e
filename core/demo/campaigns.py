"""How far an invented district is with its campaign: tasks of past phases done, gates confirmed, a responsibility letter half
signed, some schools' schemes. Made by the product's own services, each act on its own day."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from core.access.actor import Actor
from core.campaigns.models import TaskState
from core.campaigns.parties import PartyBook
from core.campaigns.plan import expanded
from core.campaigns.services import gates, letters, planning, schemes
from core.campaigns.services.letters import LetterFacts
from core.db.sessions import TenantSession
from core.demo.acting import actor_of
from core.demo.cast import Player
from core.demo.days import on
from core.demo.pictures import Kept, Put
from core.demo.settlers import Settled
from core.documents.official import Official
from core.files.services import store_file
from core.kernel.clock import LOCAL, local_date
from core.kernel.ids import new_id
from core.orgs.models import OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries.units import root_unit_id
from core.tenancy.packs.model import Pack

LETTER = (
    "一、校长（园长）是本校（园）安全工作第一责任人，落实党政同责、一岗双责。\n"
    "二、把安全责任分解到处室、年级和每个岗位，逐级签订责任书。\n"
    "三、定期排查隐患，做到责任、措施、资金、时限、预案五落实，整改一处、销号一处。\n"
    "四、按规定开展安全教育、应急演练和值班值守，突发事件及时报告。\n"
    "五、履职情况纳入年度考核；失职失责的，依规追究责任。"
)
SIGNED, SCHEMES = 12, 6
ACTED_AT = time(15, 30)


def tell_campaigns(session: TenantSession, pack: Pack, settled: Settled, *, seed: str, put: Put, head: Actor) -> None:
    """Nothing where there is something already. Writes in the caller's transaction."""
    if session.scalars(select(TaskState.id).limit(1)).first() is not None or not pack.campaigns:
        return
    play = _Play(session, pack, settled, put, head, Random(f"{seed}-campaigns"))  # noqa: S311  invented, no secret
    play.tasks()
    play.gates()
    play.departments()
    play.letter()
    play.schemes()


@dataclass
class _Play:
    session: TenantSession
    pack: Pack
    settled: Settled
    put: Put
    head: Actor
    dice: Random

    @property
    def today(self) -> date:
        return local_date(self.session.now())

    def tasks(self) -> None:
        """What is past is mostly done: nine in ten of the bureau's parts, eight in ten of the schools'."""
        book, rows = PartyBook(self.pack), []
        units: dict[str, list[UUID]] = {}
        for unit_id, org_type in self.session.execute(
            select(OrgUnit.id, OrgUnit.org_type).where(OrgUnit.kind.in_(SCHOOL_KINDS))
        ):
            units.setdefault(org_type or "", []).append(unit_id)
        root = root_unit_id(self.session)
        for task in expanded(self.pack):
            last = task.ends or self.today + timedelta(days=60)
            if (task.starts or self.today) > self.today or (last > self.today and self.dice.random() < 0.7):
                continue
            who = book(task.responsible)
            done_on = min(last, self.today) - timedelta(days=self.dice.randrange(0, 6))
            if who.bureau and root is not None and self.dice.random() < 0.9:
                rows.append(self._part(task.code, root, done_on, self.head.name, self.head.person_id))
            for org_type in who.types:
                rows += [
                    self._part(task.code, unit, done_on, *self._keeper(unit))
                    for unit in units.get(org_type, ())
                    if self.dice.random() < 0.8
                ]
        if rows:
            self.session.execute(insert(TaskState), rows)

    def _keeper(self, unit: UUID) -> tuple[str, UUID | None]:
        players = self.settled.cast.by_unit.get(unit, [])
        found = next((player for player in players if player.keeper), players[0] if players else None)
        return (found.name, found.person_id) if found else (self.head.name, self.head.person_id)

    def _part(self, code: str, unit: UUID, done_on: date, name: str, person: UUID | None) -> dict[str, Any]:
        at = datetime.combine(done_on, time(16, 20), LOCAL)
        return {
            "tenant_id": self.session.tenant_id, "id": new_id(), "code": code, "unit_id": unit, "state": "done", "done_on": done_on,
            "note": "已按要求完成", "reported_at": at, "reported_by": person, "reported_by_name": name, "version": 1,
        }  # fmt: skip

    def gates(self) -> None:
        """All of the phases that are over but the last gate of the latest."""
        for campaign in self.pack.campaigns:
            over = [phase for phase in campaign.phases if phase.window.ends < self.today]
            for phase in over:
                for position in range(1, len(phase.gates) + (0 if phase is over[-1] and len(phase.gates) > 1 else 1)):
                    with on(self.session, min(phase.window.ends + timedelta(days=2), self.today), ACTED_AT):
                        gates.confirm_gate(
                            self.session, actor=self.head, campaign=campaign.code, phase=phase.code, position=position, version=0,
                            note="查阅文件、会议记录和各校上报材料",
                        )  # fmt: skip

    def departments(self) -> None:
        """Two of the holes of the matrix are filled, the others stay to be seen."""
        holes = [own for own in self.pack.main_tasks if not own.responsible][:2]
        for task in holes if self.pack.departments else ():
            planning.assign(
                self.session, actor=self.head, code=planning.MAIN + task.code, version=0,
                responsible=[self.pack.departments[0].code],
            )  # fmt: skip

    def letter(self) -> None:
        posts = letters.default_posts(self.pack, "school")
        if not posts:
            return
        campaign = self.pack.campaigns[0]
        issued = max(campaign.starts, self.today - timedelta(days=30))
        with on(self.session, issued, ACTED_AT):
            letter_id = letters.issue_letter(
                self.session, actor=self.head,
                facts=LetterFacts(
                    campaign.code, "school", f"{campaign.label}安全工作责任书", LETTER, tuple(posts),
                    issued + timedelta(days=45),
                ),
            )  # fmt: skip
        for number, (unit, player) in enumerate(self._holders(frozenset(posts))[:SIGNED]):
            with on(self.session, min(issued + timedelta(days=2 + number), self.today), ACTED_AT):
                letters.sign_letter(
                    self.session, actor=actor_of(self.session, self.pack, player), letter_id=letter_id, unit_id=unit
                )

    def schemes(self) -> None:
        """Some are accepted, one is returned, one waits; the others are missing."""
        campaign = self.pack.campaigns[0]
        for number, (unit, player) in enumerate(self._keepers()[:SCHEMES]):
            title = f"{self.settled.unit_names[unit]}{campaign.label}实施方案"
            with on(self.session, max(campaign.starts, self.today - timedelta(days=20 - number)), ACTED_AT):
                actor = actor_of(self.session, self.pack, player)
                made = schemes.submit_scheme(
                    self.session, actor=actor, campaign=campaign.code, unit_id=unit, version=0, title=title,
                    file_ids=[self._paper(actor, title)],
                )  # fmt: skip
                if number < SCHEMES - 1:
                    accept = number < SCHEMES - 2
                    schemes.review_scheme(
                        self.session, actor=self.head, scheme_id=made, version=1, accept=accept,
                        reason="" if accept else "没有写明各阶段的时间表和责任人",
                    )  # fmt: skip

    def _paper(self, actor: Actor, title: str) -> UUID:
        paper = Official()
        paper.title(title)
        for line in LETTER.splitlines():
            paper.text(line)
        kept: Any = Kept(self.put)
        stream = io.BytesIO(paper.template())
        return store_file(
            self.session, actor=actor, storage=kept, stream=stream, name=f"{title[:60]}.docx", purpose="document"
        ).id

    def _keepers(self) -> list[tuple[UUID, Player]]:
        schools = {place.school_id for place in self.settled.places}
        found = [
            (unit, player)
            for unit, players in self.settled.cast.by_unit.items()
            if unit in schools
            for player in players
            if player.keeper
        ]
        return sorted(found, key=lambda pair: self.settled.unit_codes[pair[0]])

    def _holders(self, posts: frozenset[str]) -> list[tuple[UUID, Player]]:
        found = [
            (unit, player)
            for unit, players in self.settled.cast.by_unit.items()
            for player in players
            if player.post in posts
        ]
        return sorted(found, key=lambda pair: self.settled.unit_codes[pair[0]])
