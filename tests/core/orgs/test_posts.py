from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.clock import FixedClock, local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused
from core.orgs.queries import holders, posts_of, resolve_grants
from core.orgs.services import appoint, close_unit, dismiss, set_supervisors
from core.tenancy import shelf
from tests.core.orgs.ground import POSTS, SINCE, District, counted, savepoint, yesterday


def test_scopes_reach_what_the_pack_says(here: District, there: District) -> None:
    with here.open() as session:
        u = here.units
        reaches = {
            "director": ("B", None), "section": ("D1", None), "cluster_head": ("C1", {"C1", "S1", "S1E", "S1P", "S2"}),
            "principal": ("S1", {"S1", "S1E", "S1P"}), "teacher": ("S1", {"S1"}),
        }  # fmt: skip
        for post, (unit, expected) in reaches.items():
            (grant,) = here.actor(session, here.person(session, f"p.{post}", (post, unit))).grants
            assert grant.unit_ids == (None if expected is None else {u[code] for code in expected}), post
            assert (grant.home_unit_id, grant.post_code) == (u[unit], post)


def test_grants_cost_one_query_besides_the_pack(here: District) -> None:
    with here.open() as session:
        person = here.person(session, "busy", ("principal", "S1"), ("teacher", "S2"), ("cluster_head", "C2"))
        pack = shelf.current(session)
        session.flush()
        with counted(session) as sent:
            grants = resolve_grants(session, person, date(2020, 11, 26), pack)
        assert (len(grants), len(sent)) == (3, 1)


HELD_IN = {
    "B": "bureau",
    "D1": "section",
    "C1": "cluster",
    "C2": "cluster",
    "S1": "primary",
    "S2": "primary",
    "K1": "kindergarten",
}
PAIRS = [(post.code, unit) for unit, org_type in HELD_IN.items() for post in POSTS if org_type in post.held_in]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(st.sampled_from(PAIRS), min_size=1, max_size=4, unique=True))
def test_two_posts_never_add_up(here: District, held: list[tuple[str, str]]) -> None:
    """Whoever holds several posts may do in a unit exactly what one of them alone allows there."""
    permissions = {permission for post in POSTS for grant in post.grants for permission in grant.permissions}
    with here.open() as session:
        alone = []
        for pair in held:
            with savepoint(session):
                alone.append(here.actor(session, here.person(session, "alone", pair)))
        with savepoint(session):
            together = here.actor(session, here.person(session, "together", *held))
    for permission in permissions:
        for unit in here.units.values():
            assert together.may(permission, unit) == any(actor.may(permission, unit) for actor in alone)


def test_posts_count_only_between_their_days(here: District, clock: FixedClock) -> None:
    with here.open() as session:
        person = here.person(session, "dated")
        today = local_date(session.now())
        appoint(
            session, actor=here.system, person_id=person, unit_id=here.units["S1"], post_code="teacher",
            valid_from=today + timedelta(days=1), valid_to=today + timedelta(days=2),
        )  # fmt: skip
        assert here.actor(session, person).grants == ()
    for days, expected in ((1, 1), (1, 1), (1, 0)):
        clock.advance(timedelta(days=days))
        with here.open() as session:
            assert len(here.actor(session, person).grants) == expected


def test_dismissed_today_is_out_at_once(here: District) -> None:
    with here.open() as session:
        person = here.person(session, "gone", ("principal", "S1"))
        (post,) = posts_of(session, [person])[person]
        dismiss(session, actor=here.system, post_id=post.id, last_day=yesterday(session), version=post.version)
        assert here.actor(session, person).grants == ()
        assert holders(session, here.units["S1"], "principal") == ()


def test_closing_a_unit_ends_its_posts(here: District) -> None:
    with here.open() as session:
        person = here.person(session, "closing", ("principal", "S2"))
        close_unit(session, actor=here.system, unit_id=here.units["S2"], last_day=yesterday(session))
        assert here.actor(session, person).grants == ()


def appointing(session: TenantSession, here: District, actor: Actor, unit: str, post: str) -> None:
    person = here.person(session, f"new.{unit.lower()}.{post.replace('_', '.')}")
    appoint(
        session,
        actor=actor,
        person_id=person,
        unit_id=here.units[unit],
        post_code=post,
        valid_from=local_date(session.now()),
    )


def test_nobody_grants_more_than_they_hold_in_that_unit(here: District) -> None:
    with here.open() as session:
        chief = here.actor(session, here.person(session, "chief", ("director", "B")))
        school = here.actor(session, here.person(session, "s1.safety", ("safety", "S1")))
        # a reader of the whole district who manages one school: the two must not add up to managing the district
        double = here.actor(session, here.person(session, "double", ("safety", "S1"), ("section", "D1")))
        appointing(session, here, chief, "S1", "principal")
        appointing(session, here, school, "S1", "teacher")
        with pytest.raises(NotFound):
            appointing(session, here, school, "S2", "teacher")
        with pytest.raises(NotFound):
            appointing(session, here, double, "D1", "section")


def test_cluster_reach_cannot_be_given_from_inside_one_school(here: District) -> None:
    """片长 held in S1 reaches S1's members; with a member outside the actor's reach it is refused."""
    with here.open() as session:
        set_supervisors(
            session, actor=here.system, unit_id=here.units["S2"], supervisors=[here.units["S1"]], on=date(2020, 2, 1)
        )
        school = here.actor(session, here.person(session, "s1.safety", ("safety", "S1")))
        with pytest.raises(Refused):
            appointing(session, here, school, "S1", "cluster_head")


def test_single_post_has_one_holder_at_a_time(here: District) -> None:
    with here.open() as session:
        here.person(session, "first", ("principal", "S1"))
        with pytest.raises(Conflict):
            here.person(session, "second", ("principal", "S1"))


def test_post_must_fit_the_unit_and_the_pack(here: District) -> None:
    with here.open() as session:
        for post in ("director", "nonsense"):
            with pytest.raises(Invalid):
                appointing(session, here, here.system, "S1", post)


def test_neighbour_cannot_be_appointed(here: District, there: District) -> None:
    with there.open() as session:
        stranger = there.person(session, "stranger")
    with here.open() as session, pytest.raises(NotFound):
        appoint(
            session,
            actor=here.system,
            person_id=stranger,
            unit_id=here.units["S1"],
            post_code="teacher",
            valid_from=SINCE,
        )
