"""A wujin district with its checklists, and inspections carried out by the product's own services."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from core.db.sessions import TenantSession
from core.files.storage import DiskStorage
from core.hooks.manager import Plugins, build_plugins
from core.inspections.models import Answer, Checklist, Visit
from core.inspections.offers import offers_of
from core.inspections.services import answering, draws, findings, rounds, visits
from core.inspections.services.answering import Receipt, Sent
from core.inspections.services.checklists import take_offers
from core.inspections.services.rounds import RoundFacts
from core.kernel.clock import local_date
from core.kernel.ids import new_id
from core.tenancy import shelf
from core.tenancy.packs.model import Pack
from tests.factories.world import World

ON = frozenset({"fire", "security", "food", "labchem", "bus", "buildings", "drowning", "bullying"})


def png(colour: str = "teal") -> io.BytesIO:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(picture, "PNG")
    picture.seek(0)
    return picture


@dataclass
class Ground:
    """Acts as people of ``world``, each act in a transaction of its own."""

    world: World
    folder: Path
    plugins: Plugins = field(default_factory=lambda: build_plugins((), points=()))

    @contextmanager
    def session(self) -> Iterator[TenantSession]:
        with self.world.session() as session:
            yield session

    @staticmethod
    def pack(session: TenantSession) -> Pack:
        pack = shelf.current(session)
        assert pack is not None
        return pack

    @property
    def storage(self) -> DiskStorage:
        return DiskStorage(self.folder)

    def take(self) -> int:
        with self.session() as session:
            return take_offers(session, actor=self.world.system, offers=offers_of(self.pack(session)))

    def checklist(self, code: str = "pack:fire-special") -> UUID:
        with self.session() as session:
            return session.scalars(select(Checklist.id).where(Checklist.code == code)).one()

    def facts(self, kind: str, session: TenantSession, code: str = "pack:fire-special", **more: Any) -> RoundFacts:
        today = local_date(session.now())
        return RoundFacts(kind, "消防专项督查", self.checklist(code), today, today, **more)

    def seal(self, units: list[str], people: list[str], *, wanted: int = 1, team: int = 1, who: str = "head") -> UUID:
        with self.session() as session:
            return draws.seal_draw(
                session, actor=self.world.actor(who, session), pack=self.pack(session), facts=self.facts("blind", session),
                unit_ids=[self.world.units[own] for own in units], person_ids=[self.world.people[own] for own in people],
                wanted=wanted, team=team, most=5,
            )  # fmt: skip

    def special(self, unit: str = "school_a", people: tuple[str, ...] = ("inspector",), who: str = "head") -> UUID:
        """The visit of a round with one unit."""
        with self.session() as session:
            made = rounds.plan_round(
                session, actor=self.world.actor(who, session), pack=self.pack(session), facts=self.facts("special", session),
                unit_ids=[self.world.units[unit]], person_ids=[self.world.people[own] for own in people],
            )  # fmt: skip
            return session.scalars(select(Visit.id).where(Visit.round_id == made)).one()

    def start(self, visit_id: UUID, who: str = "inspector") -> None:
        with self.session() as session:
            visits.start_visit(session, actor=self.world.actor(who, session), visit_id=visit_id)

    def sent(self, item: str, verdict: str = "pass", **more: Any) -> Sent:
        from tests.conftest import NOW

        given = {"device": "甲", "answered_at": NOW, **more}
        return Sent(given.pop("id", new_id()), item, verdict, **given)

    def answer(self, visit_id: UUID, *sent: Sent, who: str = "inspector") -> tuple[Receipt, ...]:
        with self.session() as session:
            return answering.take_answers(session, actor=self.world.actor(who, session), visit_id=visit_id, sent=sent)

    def photo(
        self, visit_id: UUID, item: str, photo_id: UUID | None = None, who: str = "inspector"
    ) -> tuple[UUID, str]:
        photo_id = photo_id or new_id()
        with self.session() as session:
            state = answering.take_photo(
                session, actor=self.world.actor(who, session), storage=self.storage, visit_id=visit_id, photo_id=photo_id,
                item=item, stream=png(), name="现场.png", max_bytes=10_000_000,
            )  # fmt: skip
        return photo_id, state

    def sign(self, visit_id: UUID, role: str, who: str = "inspector", digest: str | None = None) -> str:
        with self.session() as session:
            return answering.take_signature(
                session, actor=self.world.actor(who, session), storage=self.storage, visit_id=visit_id, signature_id=new_id(),
                role=role, name="某某", digest=digest or answering.digest_now(session, visit_id), signed_at=session.now(),
                stream=png("black"), max_bytes=10_000_000,
            )  # fmt: skip

    def report(
        self, visit_id: UUID, item: str, who: str = "inspector", finding_id: UUID | None = None
    ) -> findings.Reported:
        with self.session() as session:
            return findings.report_finding(
                session, actor=self.world.actor(who, session), pack=self.pack(session), plugins=self.plugins, plugins_on=ON,
                visit_id=visit_id, item=item, finding_id=finding_id,
            )  # fmt: skip

    def finish(self, visit_id: UUID, who: str = "inspector") -> Any:
        with self.session() as session:
            return visits.finish_visit(
                session, actor=self.world.actor(who, session), pack=self.pack(session), visit_id=visit_id
            )

    def items(self, visit_id: UUID) -> list[str]:
        from core.inspections.services.writing import content

        with self.session() as session:
            visit = session.get_one(Visit, (self.world.tenant.id, visit_id))
            return [item.code for item in content(session, visit).items]

    def heads(self, visit_id: UUID, item: str) -> list[UUID]:
        with self.session() as session:
            row = session.get(Answer, (self.world.tenant.id, visit_id, item))
            return list(row.heads) if row else []

    def fill(self, visit_id: UUID, *failed: str, who: str = "inspector") -> None:
        """Every item passes but these, which get a photo."""
        for item in self.items(visit_id):
            photos = (self.photo(visit_id, item, who=who)[0],) if item in failed else ()
            verdict = "fail" if item in failed else "pass"
            self.answer(visit_id, self.sent(item, verdict, photos=photos, note="堆放课桌" if failed else ""), who=who)

    def done(self, *failed: str, unit: str = "school_a") -> UUID:
        """A finished visit of the inspector's with these findings, each reported."""
        visit_id = self.special(unit)
        self.start(visit_id)
        self.fill(visit_id, *failed)
        for item in failed:
            self.report(visit_id, item)
        for role in ("inspector", "unit"):
            self.sign(visit_id, role)
        self.finish(visit_id)
        return visit_id
