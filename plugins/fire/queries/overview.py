"""Fire safety on one page: acceptance, patrols, tests, and what the notice asks once a month or term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.sdk.domain import Actor, Pack, TenantSession, local_date
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.acceptances import Progress, progress
from plugins.fire.queries.facilities import CertificateLine, DueTests, certificates, due_tests
from plugins.fire.queries.patrols import Duty, HeatMap, duty, heat_map
from plugins.fire.queries.places import missed_by_unit
from plugins.fire.terms import Term, term_around
from plugins.fire.variant import FireVariant


@dataclass(frozen=True)
class FireOverview:
    """What the actor covers. None: the district does not ask it, or the actor may not see it."""

    progress: Progress | None
    heat: HeatMap | None
    missed_today: int
    """Places whose patrol is overdue now."""
    tests: tuple[DueTests, ...]
    certificates: tuple[CertificateLine, ...]
    month: date
    checks: Duty | None
    term: Term
    trainings: Duty | None
    standard: Duty | None

    @property
    def overdue_tests(self) -> int:
        return sum(row.overdue for row in self.tests)

    @property
    def test_rows(self) -> list[list[str | int]]:
        """The table beside the chart."""
        return [[row.title, row.overdue, row.near, row.far, row.later, row.unknown] for row in self.tests]

    @property
    def short_campuses(self) -> tuple[CertificateLine, ...]:
        return tuple(line for line in self.certificates if line.short)


def fire_overview(session: TenantSession, *, actor: Actor, variant: FireVariant, pack: Pack | None) -> FireOverview:
    """A fixed number of queries, whatever the size of the district."""
    today = local_date(session.now())
    facilities = actor.coverage(FirePermission.FACILITY_READ)
    accepted = actor.coverage(FirePermission.ACCEPTANCE_READ)
    patrolled = actor.coverage(FirePermission.PATROL_READ)
    months = variant.check_months
    since = _first_of(today, months - 1) if months else today.replace(day=1)
    term = term_around(pack, today)
    certified = bool(variant.certified_staff or variant.certified_guards)
    return FireOverview(
        progress=progress(session, accepted, variant=variant) if accepted else None,
        heat=heat_map(session, patrolled, variant=variant) if patrolled else None,
        missed_today=sum(missed_by_unit(session, patrolled, variant=variant).values()) if patrolled else 0,
        tests=due_tests(session, facilities),
        certificates=certificates(session, facilities, variant=variant) if certified else (),
        month=since,
        checks=duty(session, facilities, kind="check", since=since, until=today) if months else None,
        term=term,
        trainings=duty(session, facilities, kind="training", since=term.starts, until=term.ends)
        if variant.training_per_term
        else None,
        standard=duty(session, facilities, kind="standard", since=today - timedelta(days=3650), until=today)
        if variant.standardisation
        else None,
    )


def _first_of(day: date, back: int) -> date:
    """The first of the month, ``back`` months ago."""
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)
