"""A tongyu district on its ten-day reports, and what its people do with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.kernel.clock import LOCAL, FixedClock
from core.orgs.models import OrgUnit
from core.reports.models import Filing, ReportRound
from core.reports.services import filings, reviews
from core.reports.services.filings import Typed
from core.reports.services.rounds import open_due_rounds
from tests.factories.world import World

TEN_DAY = "ten-day"
SINCE = date(2018, 11, 21)


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LOCAL)


@dataclass
class Ground:
    """``world``: a district with tongyu's pack; ``clock`` is the test's."""

    world: World
    clock: FixedClock

    def go(self, moment: datetime) -> None:
        self.clock.at = moment

    def open(self) -> int:
        with self.world.session() as session:
            return len(open_due_rounds(session, actor=self.world.system, since=SINCE))

    def round(self, key: str = "ten-day@2018-12-06") -> UUID:
        with self.world.session(read_only=True) as session:
            return session.scalars(select(ReportRound.id).where(ReportRound.key == key)).one()

    def begin(self, who: str, unit: str, key: str = "ten-day@2018-12-06") -> UUID:
        with self.world.session() as session:
            actor = self.world.actor(who, session)
            return filings.begin(session, actor=actor, round_id=self.round(key), unit_id=self.world.units[unit])

    def sign(self, who: str, filing_id: UUID, typed: Typed | None = None) -> int:
        with self.world.session() as session:
            actor = self.world.actor(who, session)
            return filings.sign(
                session, actor=actor, filing_id=filing_id, version=version(session, filing_id), signed_as=actor.name,
                typed=typed or Typed(summary="本期已排查，情况如实。"),
            )  # fmt: skip

    def zero(self, who: str, filing_id: UUID, reason: str = "") -> int:
        with self.world.session() as session:
            actor = self.world.actor(who, session)
            row = session.scalars(select(Filing).where(Filing.id == filing_id)).one()
            what = filings.owed(session, actor=actor, round_id=row.round_id, unit_id=row.unit_id)
            return filings.sign_zero(
                session, actor=actor, filing_id=filing_id, version=row.version, signed_as=actor.name,
                sentence=filings.zero_words(what), reason=reason,
            )  # fmt: skip

    def review(self, who: str, filing_id: UUID, verdict: str, words: str = "") -> None:
        with self.world.session() as session:
            actor = self.world.actor(who, session)
            service = {"accepted": reviews.accept, "returned": reviews.send_back, "passed": reviews.hand_on}[verdict]
            service(session, actor=actor, filing_id=filing_id, version=version(session, filing_id), words=words)

    def state(self, filing_id: UUID) -> Filing:
        with self.world.session(read_only=True) as session:
            row = session.scalars(select(Filing).where(Filing.id == filing_id)).one()
            session.expunge(row)
            return row

    def school(self, code: str) -> UUID:
        with self.world.session(read_only=True) as session:
            return session.scalars(select(OrgUnit.id).where(OrgUnit.code == code)).one()


def version(session: TenantSession, filing_id: UUID) -> int:
    found = session.scalars(select(Filing.version).where(Filing.id == filing_id)).one()
    return int(found)


DAY = timedelta(days=1)
