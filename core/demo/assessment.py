"""An assessment of one invented district: worked out over all its schools from what was told, announced some days ago, one appeal
upheld, one waiting for a decision. Points are what the product makes of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.app import feature_modules
from core.assessment.models import Appeal, AssessmentRound, AssessmentSheet, SheetVersion
from core.assessment.permissions import AssessmentPermission
from core.assessment.score import HUNDREDTHS
from core.assessment.services import rounds
from core.assessment.services.appeals import Decision, decide_appeal, file_appeal
from core.assessment.services.computing import compute
from core.assessment.services.rounds import RoundFacts
from core.assessment.sheet import Content
from core.db.sessions import TenantSession
from core.demo.acting import actor_of, signer
from core.demo.cast import Player
from core.demo.days import on
from core.demo.settlers import Settled
from core.hooks.manager import Plugins, build_plugins
from core.kernel.clock import local_date
from core.tenancy.packs.model import Pack

ASSESSED = frozenset({"wujin"})
"""By slug: the others have none yet, as most districts in most months."""
ANNOUNCED, APPEALED, DECIDED = timedelta(days=5), timedelta(days=3), timedelta(days=1)
"""Before the day of the demo, so that it lies within the appeal window."""
ITEM = "on-time"
"""What the schools appeal against."""
APPEALS = (
    "隐患整改当天已经完成并报告，台账登记晚了一天，附维修单和验收照片的日期可以核对。",
    "期限内已经停用该部位并落实管控，配件到货后随即完成整改，请按实际完成日期核定。",
)


def tell_assessment(session: TenantSession, pack: Pack, settled: Settled, *, head: Actor) -> None:
    """Nothing in other districts, or where there is a round already. In the caller's transaction, after everything that is a fact."""
    if pack.slug not in ASSESSED or session.scalars(select(AssessmentRound.id).limit(1)).first() is not None:
        return
    play = _Play(session, build_plugins(feature_modules()), pack, settled, head)
    round_id = play.announced()
    filed = play.appealed(round_id)
    if len(filed) > 1:
        play.upheld(filed[0])


@dataclass
class _Play:
    session: TenantSession
    plugins: Plugins
    pack: Pack
    settled: Settled
    head: Actor

    @property
    def today(self) -> date:
        return local_date(self.session.now())

    def announced(self) -> UUID:
        """From the first day of the campaign to the end of the month before."""
        day = self.today - ANNOUNCED
        ends = day.replace(day=1) - timedelta(days=1)
        scheme, starts = self.pack.assessment[0], self.pack.campaigns[0].starts
        facts = RoundFacts(scheme.code, f"{scheme.label}（截至{ends.month}月底）", min(starts, ends), ends, agreed=True)
        with on(self.session, day, time(10, 0)):
            round_id = rounds.open_round(self.session, actor=self.head, pack=self.pack, facts=facts)
            compute(self.session, self.plugins, actor=self.head, pack=self.pack, round_id=round_id)
        with on(self.session, day, time(15, 0)):
            rounds.announce(self.session, actor=self.head, round_id=round_id, version=self._version(round_id))
        return round_id

    def appealed(self, round_id: UUID) -> Sequence[UUID]:
        """By schools that lost points for late rectification, each once."""
        found = []
        for (sheet_id, player), text in zip(self._losers(round_id), APPEALS, strict=False):
            with on(self.session, self.today - APPEALED, time(9, 30)):
                actor = actor_of(self.session, self.pack, player)
                found.append(file_appeal(self.session, actor=actor, sheet_id=sheet_id, item=ITEM, text=text))
        return found

    def upheld(self, appeal_id: UUID) -> None:
        """Half of the points given back, by somebody else of the district who decides on appeals."""
        appeal = self.session.get_one(Appeal, (self.session.tenant_id, appeal_id))
        others = (player for player in self.settled.cast.above if player.person_id != self.head.person_id)
        actors = (actor_of(self.session, self.pack, player) for player in others)
        decider = next((own for own in actors if own.may(AssessmentPermission.DECIDE)), None)
        if decider is None:
            return
        kept = self.session.scalars(select(SheetVersion.content).where(SheetVersion.sheet_id == appeal.sheet_id)).one()
        taken = _cost(Content.from_json(kept))
        decision = Decision(True, "核对维修单和照片，其中一件按期完成，按实际扣分。", taken // 2 / HUNDREDTHS)
        with on(self.session, self.today - DECIDED, time(16, 0)):
            decide_appeal(
                self.session, actor=decider, appeal_id=appeal_id, version=appeal.version, decision=decision
            )  # fmt: skip

    def _losers(self, round_id: UUID) -> list[tuple[UUID, Player]]:
        """Sheets that cost points for ITEM, the most first, with somebody of the school who may appeal."""
        rows = self.session.execute(
            select(AssessmentSheet.id, AssessmentSheet.unit_id, SheetVersion.content)
            .join(SheetVersion, SheetVersion.sheet_id == AssessmentSheet.id)
            .where(AssessmentSheet.round_id == round_id)
        ).all()
        costs = {row.id: _cost(Content.from_json(row.content)) for row in rows}
        signers = {row.id: signer(self.settled, row.unit_id, AssessmentPermission.APPEAL) for row in rows}
        ordered = sorted(rows, key=lambda row: (-costs[row.id], self.settled.unit_codes[row.unit_id]))
        return [(row.id, player) for row in ordered if costs[row.id] and (player := signers[row.id]) is not None]

    def _version(self, round_id: UUID) -> int:
        return self.session.get_one(AssessmentRound, (self.session.tenant_id, round_id)).version


def _cost(content: Content) -> int:
    """Hundredths of a point that ITEM costs."""
    return next((own.line.taken for own in content.lines if own.line.code == ITEM), 0)
