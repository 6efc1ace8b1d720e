"""Nothing without consent, figures by consent, rows only by grant, nothing after revocation; both sides know of each look."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.db.engines import Database
from core.hazards.models import Hazard
from core.hooks.manager import build_plugins
from core.http.paging import Paging
from core.jobs.models import Job
from core.jobs.relay import move_outbox
from core.jobs.works import compose_works
from core.kernel.clock import FixedClock, local_date
from core.kernel.errors import Conflict, Forbidden, Invalid, Stale
from core.oversight import feature
from core.oversight.indicators import COUNTS
from core.oversight.models import HazardRollup
from core.oversight.queries.consents import consents, opened_to, reach
from core.oversight.queries.granted_rows import granted_rows
from core.oversight.queries.rollups import figures
from core.oversight.services.consents import grant_consent, revoke_consent
from core.oversight.services.reads import READ, log_reads
from core.oversight.services.rollups import recount
from core.settings import Settings
from core.tenancy.directory import Directory
from tests.core.hazards.ledger import Ledger
from tests.core.oversight.conftest import consent
from tests.factories.world import World


@pytest.fixture
def counted(world: World) -> World:
    """A district with one open hazard, counted."""
    with world.session() as session:
        Ledger(world, session, build_plugins((), points=())).report()
        recount(session)
    return world


def reached(db: Database, bureau: World) -> tuple[frozenset[int], frozenset[int]]:
    with db.bureau(bureau.tenant.id) as session:
        return reach(opened_to(session))


def test_bureau_when_nobody_consented_then_reaches_nothing(db: Database, counted: World, bureau: World) -> None:
    assert reached(db, bureau) == (frozenset(), frozenset())
    with db.bureau(bureau.tenant.id) as session:
        assert session.scalars(select(HazardRollup.found)).all() == []
        assert session.scalars(select(Hazard.id)).all() == []


def test_bureau_when_a_district_consented_then_reads_figures_and_no_rows(
    db: Database, counted: World, bureau: World
) -> None:
    consent(counted, bureau)
    tids, rids = reached(db, bureau)
    assert (tids, rids) == (frozenset({counted.tenant.id}), frozenset())
    with db.bureau(bureau.tenant.id, tids=tids, rids=rids) as session:
        made = figures(session, opened_to(session), known_domains=frozenset({"fire"}))[counted.tenant.id]
        assert made.totals is not None and made.totals.found == 1
        assert session.scalars(select(Hazard.id)).all() == []
        assert granted_rows(session, districts=[counted.tenant.id], paging=Paging()).total == 0


def test_bureau_when_rows_are_granted_then_reads_them_without_persons(
    db: Database, counted: World, bureau: World
) -> None:
    consent(counted, bureau, rows=True)
    tids, rids = reached(db, bureau)
    with db.bureau(bureau.tenant.id, tids=tids, rids=rids) as session:
        page = granted_rows(session, districts=[counted.tenant.id], paging=Paging())
    assert page.total == 1
    assert not [name for name in vars(page.items[0]) if "by" in name.split("_") or "person" in name]


def test_bureau_when_one_group_is_opened_then_the_others_are_blank(db: Database, counted: World, bureau: World) -> None:
    consent(counted, bureau, shown=frozenset({COUNTS}))
    tids, rids = reached(db, bureau)
    with db.bureau(bureau.tenant.id, tids=tids, rids=rids) as session:
        made = figures(session, opened_to(session), known_domains=frozenset())[counted.tenant.id]
    assert made.totals is not None
    assert (made.overdue, made.on_time, made.ages, made.domains, made.reporting) == (None, None, None, (), ())


def test_bureau_when_another_bureau_has_the_consent_then_reaches_nothing(
    db: Database, counted: World, bureau: World
) -> None:
    consent(counted, bureau, rows=True)
    with db.bureau(bureau.tenant.id + 1) as session:
        assert opened_to(session) == {}


def test_revoke_when_done_then_the_next_look_reaches_nothing(db: Database, counted: World, bureau: World) -> None:
    consent(counted, bureau, rows=True)
    with counted.session() as session:
        held = consents(session)[0]
        with pytest.raises(Stale):
            revoke_consent(session, actor=counted.actor("head", session), consent_id=held.id, version=held.version + 1)
        revoke_consent(session, actor=counted.actor("head", session), consent_id=held.id, version=held.version)
    assert reached(db, bureau) == (frozenset(), frozenset())


def test_consent_when_its_last_day_is_over_then_reaches_nothing(
    db: Database, counted: World, bureau: World, clock: FixedClock
) -> None:
    with counted.session() as session:
        today = local_date(session.now())
        grant_consent(
            session, actor=counted.actor("head", session), bureau=bureau.tenant, shown=[COUNTS], rows_granted=False,
            valid_from=today, valid_until=today,
        )  # fmt: skip
    assert reached(db, bureau)[0] == {counted.tenant.id}
    clock.advance(timedelta(days=1))
    assert reached(db, bureau)[0] == frozenset()
    consent(counted, bureau)  # a new one takes the place of the one that ran out
    assert reached(db, bureau)[0] == {counted.tenant.id}


def test_consent_when_its_first_day_has_not_come_then_reaches_nothing(
    db: Database, counted: World, bureau: World, clock: FixedClock
) -> None:
    first = local_date(clock.now()) + timedelta(days=1)
    with counted.session() as session:
        grant_consent(
            session, actor=counted.actor("head", session), bureau=bureau.tenant, shown={COUNTS}, rows_granted=True, valid_from=first,
        )  # fmt: skip
    assert reached(db, bureau) == (frozenset(), frozenset())
    clock.advance(timedelta(days=1))
    assert reached(db, bureau) == (frozenset({counted.tenant.id}), frozenset({counted.tenant.id}))


def test_grant_when_it_is_refused_then_says_what_is_right(counted: World, bureau: World) -> None:
    with counted.session() as session:
        common: dict[str, Any] = {"rows_granted": False, "valid_from": date(2020, 11, 26)}
        with pytest.raises(Forbidden):
            grant_consent(
                session,
                actor=counted.actor("keeper_a", session),
                bureau=bureau.tenant,
                shown=[COUNTS],
                valid_until=None,
                **common,
            )
        with pytest.raises(Invalid) as told:
            grant_consent(
                session,
                actor=counted.actor("head", session),
                bureau=counted.tenant,
                shown=["nothing"],
                valid_until=date(2020, 1, 1),
                **common,
            )
        assert set(told.value.fields) == {"bureau_id", "indicators", "valid_until"}
    consent(counted, bureau)
    with pytest.raises(Conflict):
        consent(counted, bureau)


def test_look_when_logged_then_stands_in_both_logs(
    db: Database, counted: World, bureau: World, settings: Settings
) -> None:
    with bureau.session() as session:
        log_reads(
            session, actor=bureau.actor("officer", session), bureau=bureau.tenant.name, page="/bureau", figures=[counted.tenant.id],
            rows=[], names={counted.tenant.id: "某某区"},
        )  # fmt: skip
        own = session.scalars(select(AuditEntry).where(AuditEntry.action == READ)).one()
        assert (own.actor_name, own.object_id, own.data["what"]) == ("officer", str(counted.tenant.id), "figures")
    with db.platform() as platform:
        while move_outbox(platform):
            pass
    works = compose_works(
        settings=settings, db=db, directory=Directory(db, shifts=True), plugins=build_plugins([feature], points=())
    )
    with counted.session() as session:
        jobs = session.scalars(
            select(Job.id).where(Job.kind == "deliver_event", Job.args["topic"].astext == READ)
        ).all()
    assert [works.runner.run(counted.tenant.id, job) for job in jobs] == ["done"]
    with counted.session() as session:
        theirs = session.scalars(select(AuditEntry).where(AuditEntry.action == READ)).one()
    assert (theirs.actor_name, theirs.object_id, theirs.data["page"]) == (
        bureau.tenant.name,
        str(bureau.tenant.id),
        "/bureau",
    )
