"""Records of a wujin district, made by the product's own services."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from core.db.sessions import TenantSession
from core.files.services import store_file
from core.files.storage import DiskStorage
from core.hooks.manager import Plugins, build_plugins
from core.kernel.clock import FixedClock, local_date
from core.kernel.schoolyear import Span
from core.records.models import Drill, Record, RecordVersion
from core.records.queries.evidence import held_in
from core.records.services import drills, entries
from core.records.services.drills import DrillPlan, DrillReview
from core.records.services.writing import RecordFacts
from core.tenancy import shelf
from core.tenancy.packs.model import Pack
from tests.factories.world import World

ON = frozenset({"fire", "security", "food", "labchem", "bus", "buildings", "drowning", "bullying"})


@dataclass
class Ground:
    """Acts as people of ``world``, each act in a transaction of its own, by a clock that a test can move."""

    world: World
    folder: Path
    plugins: Plugins = field(default_factory=lambda: build_plugins((), points=()))

    @staticmethod
    def pack(session: TenantSession) -> Pack:
        pack = shelf.current(session)
        assert pack is not None
        return pack

    @property
    def clock(self) -> FixedClock:
        clock = self.world.db.clock
        assert isinstance(clock, FixedClock)
        return clock

    @property
    def today(self) -> date:
        return local_date(self.clock.now())

    def facts(self, unit: str = "school_a", kind: str = "meeting", **more: Any) -> RecordFacts:
        return RecordFacts(unit_id=self.world.units[unit], kind=kind, **{"held_on": self.today, **more})

    def photo(self, who: str = "safety_a", purpose: str = "photo") -> UUID:
        picture = io.BytesIO()
        Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
        picture.seek(0)
        with self.world.session() as session:
            return store_file(
                session, actor=self.world.actor(who, session), storage=DiskStorage(self.folder), stream=picture, name="现场.png", purpose=purpose
            ).id  # fmt: skip

    def add(self, unit: str = "school_a", kind: str = "meeting", *, who: str = "safety_a", files: tuple[UUID, ...] = (), **more: Any) -> UUID:  # fmt: skip
        with self.world.session() as session:
            return entries.add_record(
                session, actor=self.world.actor(who, session), pack=self.pack(session), facts=self.facts(unit, kind, **more), file_ids=files
            )  # fmt: skip

    def correct(self, record_id: UUID, facts: RecordFacts, *, reason: str = "记错了", who: str = "safety_a", version: int | None = None) -> int:  # fmt: skip
        with self.world.session() as session:
            return entries.correct_record(
                session, actor=self.world.actor(who, session), pack=self.pack(session), record_id=record_id,
                version=version or self.row(record_id).version, facts=facts, reason=reason,
            )  # fmt: skip

    def strike(self, record_id: UUID, *, reason: str = "重复", who: str = "safety_a") -> int:
        with self.world.session() as session:
            return entries.strike_record(
                session, actor=self.world.actor(who, session), record_id=record_id, version=self.row(record_id).version, reason=reason
            )  # fmt: skip

    def row(self, record_id: UUID) -> Record:
        with self.world.session(read_only=True) as session:
            row = session.get_one(Record, (self.world.tenant.id, record_id))
            session.expunge(row)
            return row

    def wordings(self, record_id: UUID) -> list[RecordVersion]:
        with self.world.session(read_only=True) as session:
            found = list(
                session.scalars(
                    select(RecordVersion).where(RecordVersion.record_id == record_id).order_by(RecordVersion.no)
                )
            )
            session.expunge_all()
            return found

    def counted(self, since: date | None = None, until: date | None = None) -> list[tuple[str, str, int, UUID]]:
        """(activity, topic, times, record) that count in the span; without one: today."""
        span = Span(since or self.today, until or self.today)
        with self.world.session(read_only=True) as session:
            rows = session.execute(held_in(session, span)).all()
        return sorted((row.activity, topic, row.times, row.id) for row in rows for topic in row.topics or [""])

    def plan(self, unit: str = "school_a", *, who: str = "safety_a", **more: Any) -> UUID:
        given = {"planned_on": self.today, "topics": ("fire_evacuation",), "scenario": "一楼起火", **more}
        with self.world.session() as session:
            plan = DrillPlan(unit_id=self.world.units[unit], **given)
            return drills.plan_drill(session, actor=self.world.actor(who, session), pack=self.pack(session), plan=plan)

    def drill(self, record_id: UUID) -> Drill:
        with self.world.session(read_only=True) as session:
            row = session.get_one(Drill, (self.world.tenant.id, record_id))
            session.expunge(row)
            return row

    def act(self, record_id: UUID, name: str, *, who: str = "safety_a", version: int | None = None, **more: Any) -> Any:
        """One of start_drill, stop_drill, count_heads, review_drill, time_by_hand."""
        with self.world.session() as session:
            return getattr(drills, name)(
                session, actor=self.world.actor(who, session), record_id=record_id,
                version=version or self.drill(record_id).version, **more,
            )  # fmt: skip

    def finding(
        self, record_id: UUID, text: str = "东侧疏散门打不开", place: str = "教学楼", who: str = "safety_a"
    ) -> UUID:
        with self.world.session() as session:
            return drills.note_finding(
                session, actor=self.world.actor(who, session), record_id=record_id, text=text, place=place
            )

    def report(self, record_id: UUID, finding_id: UUID, who: str = "safety_a") -> UUID:
        with self.world.session() as session:
            return drills.report_finding(
                session, actor=self.world.actor(who, session), pack=self.pack(session), plugins=self.plugins, plugins_on=ON,
                record_id=record_id, finding_id=finding_id,
            )  # fmt: skip

    def held(self, seconds: int = 115, expected: int = 600, present: int = 600, **review: Any) -> UUID:
        """A drill from plan to review."""
        record_id = self.plan()
        self.act(record_id, "start_drill")
        self.clock.advance(timedelta(seconds=seconds))
        self.act(record_id, "stop_drill")
        self.act(record_id, "count_heads", expected=expected, present=present)
        self.act(record_id, "review_drill", review=DrillReview(**review))
        return record_id
