"""An exam of an invented district whose pack brings questions: open for two weeks, sat by most, so that every standing is there; and
some certificates. Who may sign in at the school of the demo's accounts still has to sit. No mark is anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.demo.accounts import SCHOOL
from core.demo.cast import Player
from core.demo.days import on
from core.demo.settlers import Settled
from core.exams.drawing import Drawable, draw_questions
from core.exams.facts import Draw, ExamFacts, draws_of
from core.exams.marking import Mark, mark_of
from core.exams.models import Exam, ExamAnswer, PersonCertificate, Sitting
from core.exams.offers import exam_of
from core.exams.services.exams import change_exam, draft_exam, open_exam, usable
from core.exams.services.offers import take_pack
from core.exams.services.qualifications import ask_of_post
from core.exams.services.sittings import copy_of
from core.exams.words import SUBMITTED
from core.kernel.clock import LOCAL, local_date
from core.kernel.ids import new_id
from core.tenancy.packs.model import CertificateKind, Pack

BEGAN, ENDS = timedelta(days=17), timedelta(days=15)
"""Before and after the day of the demo."""
MANAGERS, DIRECTOR = ("principal", "safety_director"), "safety_director"
OWN = ExamFacts("安全管理人员应知应会考核", (Draw(10),), MANAGERS, minutes=20, valid_months=12)
"""Held where the pack brings questions and no exam of its own."""
STILL_TO_SIT = tuple(f"{post}.{SCHOOL}" for post in ("safety", "staff"))
"""Logins."""
SHARES = ((0.45, 1.0), (0.80, 0.85), (0.93, 0.5), (1.0, 0.0))
"""Up to this lot of a school, so many of its people have sat."""
CERTIFIED = 40
"""Schools."""


def tell_exams(session: TenantSession, pack: Pack, settled: Settled, *, seed: str, head: Actor) -> int:
    """How many sittings were made; none where the pack brings no questions, or where there are some. In the caller's transaction."""
    if not pack.questions or session.scalars(select(Sitting.id).limit(1)).first() is not None:
        return 0
    play = _Play(session, pack, settled, head, Random(f"{seed}-exams"))  # noqa: S311  invented sittings, no secret
    play.sat(play.opened())
    play.certified()
    for table, rows in ((Sitting, play.sittings), (ExamAnswer, play.answers), (PersonCertificate, play.certificates)):
        if rows:
            session.execute(insert(table), rows)
    return len(play.sittings)


@dataclass
class _Play:
    session: TenantSession
    pack: Pack
    settled: Settled
    head: Actor
    dice: Random
    sittings: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    certificates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return local_date(self.session.now())

    def opened(self) -> Exam:
        """The pack's exam as it offers it, else one of the district's own that its safety directors must pass."""
        with on(self.session, self.today - BEGAN, time(9, 0)):
            given: dict[str, Any] = {"actor": self.head, "pack": self.pack}
            take_pack(self.session, actor=self.head, pack=self.pack)
            offered = self.pack.exams[0] if self.pack.exams else None
            facts = replace(
                exam_of(offered) if offered else OWN, closes_on=local_date(self.session.now()) + BEGAN + ENDS
            )
            if offered is None:
                exam = self._exam(Exam.id == draft_exam(self.session, facts=facts, **given))
                why = "安全管理人员先通过考核再上岗"
                ask_of_post(self.session, post_code=DIRECTOR, series=exam.series, reason=why, **given)
            else:
                exam = self._exam(Exam.series == offered.code)
                change_exam(self.session, exam_id=exam.id, version=exam.version, facts=facts, **given)
            open_exam(self.session, actor=self.head, exam_id=exam.id, version=exam.version)
        return exam

    def _exam(self, which: Any) -> Exam:
        return self.session.scalars(select(Exam).where(which)).one()

    def sat(self, exam: Exam) -> None:
        """In some schools everybody has passed, in some nobody has begun."""
        rows = self.session.scalars(usable(exam.audience)).all()
        copies = {row.id: copy_of(row, self.pack) for row in rows}
        bank = [Drawable(row.id, row.domain, row.kind) for row in rows]
        kept_back = {self.settled.people.get(login) for login in STILL_TO_SIT}
        for unit_id, players in self._schools():
            lot = self.dice.random()
            share = next(share for up_to, share in SHARES if lot <= up_to)
            for player in players:
                if player.post in exam.posts and player.person_id not in kept_back and self.dice.random() < share:
                    self._tries(exam, bank, copies, unit_id, player, passes=share == 1.0)

    def _tries(
        self, exam: Exam, bank: list[Drawable], copies: dict[UUID, dict[str, Any]], unit_id: UUID, player: Player, *, passes: bool
    ) -> None:  # fmt: skip
        """Most pass at once, some the second time, a few not yet, fewer not at all."""
        lot, days = self.dice.random(), BEGAN.days - exam.tries
        results = (
            [True]
            if lot < 0.84
            else [False, True]
            if lot < 0.94 or passes
            else [False] * (1 if lot < 0.98 else exam.tries)
        )
        first = self.today - timedelta(days=self.dice.randrange(exam.tries, exam.tries + days))
        for no, passed in enumerate(results, start=1):
            at = time(self.dice.randrange(8, 17), self.dice.randrange(60))
            began = datetime.combine(first + timedelta(days=no - 1), at, LOCAL)
            handed_in = began + timedelta(minutes=self.dice.randrange(exam.minutes // 3, exam.minutes))
            drawn = draw_questions(draws_of(exam.draws), bank, self.dice)
            right = self._right(len(drawn), exam.pass_percent, passed=passed)
            mark = mark_of(
                right, len(drawn), pass_percent=exam.pass_percent, valid_months=exam.valid_months, handed_in=handed_in
            )
            sitting = self._sitting(exam, unit_id, player, no, began, handed_in, len(drawn), mark)
            wrong = set(self.dice.sample(range(len(drawn)), len(drawn) - right))
            for position, question_id in enumerate(drawn):
                self._answer(sitting, position + 1, copies[question_id], handed_in, right=position not in wrong)

    def _right(self, questions: int, pass_percent: int, *, passed: bool) -> int:
        enough = -(-questions * pass_percent // 100)
        return self.dice.randint(enough, questions) if passed else self.dice.randint(enough // 2, enough - 1)

    def _sitting(
        self, exam: Exam, unit_id: UUID, player: Player, no: int, began: datetime, handed_in: datetime, questions: int, mark: Mark
    ) -> UUID:  # fmt: skip
        sitting_id = new_id()
        self.sittings.append(
            {
                "tenant_id": self.session.tenant_id, "id": sitting_id, "exam_id": exam.id, "person_id": player.person_id,
                "unit_id": unit_id, "no": no, "started_at": began, "ends_at": began + timedelta(minutes=exam.minutes),
                "submitted_at": handed_in, "state": SUBMITTED, "questions": questions, "right": mark.right,
                "percent": mark.percent, "passed": mark.passed, "valid_until": mark.valid_until, "version": 2,
            }
        )  # fmt: skip
        return sitting_id

    def _answer(self, sitting: UUID, no: int, copied: dict[str, Any], at: datetime, *, right: bool) -> None:
        """Wrong is the first option that is no answer."""
        wrong = [letter for letter, _words in copied["options"] if letter not in copied["answer"]][:1]
        given = copied["answer"] if right else wrong or copied["answer"][:1]
        self.answers.append(
            {
                "tenant_id": self.session.tenant_id, "id": new_id(), "sitting_id": sitting, "no": no, "given": given, "given_at": at,
                "right": right, **copied,
            }
        )  # fmt: skip

    def certified(self) -> None:
        """Guards with theirs, which do not end; canteen staff without accounts, whose health certificates run for a year."""
        for number, (unit_id, players) in enumerate(list(self._schools())[:CERTIFIED]):
            guard = next((player for player in players if player.post == "guard"), None)
            if guard is not None:
                since = self.today - timedelta(days=self.dice.randrange(200, 1500))
                self._certificate(unit_id, CertificateKind.GUARD, "公安机关", since, None, person_id=guard.person_id)
            since = self.today - timedelta(days=self.dice.randrange(20, 380))
            until = since + timedelta(days=364)
            self._certificate(
                unit_id, CertificateKind.HEALTH, "体检机构", since, until, holder=f"食堂{number + 1:03d}号"
            )

    def _certificate(
        self, unit_id: UUID, kind: CertificateKind, issuer: str, issued_on: date, valid_until: date | None, *,
        person_id: UUID | None = None, holder: str = "",
    ) -> None:  # fmt: skip
        self.certificates.append(
            {
                "tenant_id": self.session.tenant_id, "id": new_id(), "unit_id": unit_id, "kind": str(kind), "person_id": person_id,
                "holder": holder, "number": "", "issuer": issuer, "issued_on": issued_on, "valid_until": valid_until, "extra": {},
                "retired_on": None, "version": 1,
            }
        )  # fmt: skip

    def _schools(self) -> Iterator[tuple[UUID, list[Player]]]:
        """By code, with their people: the same at each load."""
        codes = self.settled.unit_codes
        schools = {place.school_id for place in self.settled.places}
        return ((unit, self.settled.cast.by_unit[unit]) for unit in sorted(schools, key=lambda unit: codes[unit]))
