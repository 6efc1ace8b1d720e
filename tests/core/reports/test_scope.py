"""Who files for whom and who reviews: the scope of a post decides."""

from __future__ import annotations

from uuid import UUID

import pytest

from core.access.actor import Actor, Grant
from core.kernel.errors import Forbidden
from core.kernel.ids import new_id
from core.reports.permissions import ReportPermission
from core.reports.queries.scope import files_for, review_step
from core.reports.services import reviews
from tests.core.reports.ground import Ground, version

HOME, MEMBER, OTHER = new_id(), new_id(), new_id()


def actor(scope: str, units: frozenset[UUID] | None, *permissions: str, home: UUID = HOME, tenant: int = 1) -> Actor:
    grant = Grant(frozenset(permissions), units, home_unit_id=home, scope=scope, post_title="片长")
    return Actor(tenant, new_id(), "某人", "person", (grant,))


@pytest.mark.parametrize(
    ("scope", "units", "school", "member", "bureau"),
    [
        ("unit", frozenset({HOME}), True, False, False),
        ("own", frozenset({HOME}), True, False, False),
        ("cluster", frozenset({HOME, MEMBER}), True, False, False),
        ("district", None, False, False, True),
        ("department", None, False, False, True),
    ],
)
def test_nobody_files_for_what_is_only_supervised(
    scope: str, units: frozenset[UUID] | None, school: bool, member: bool, bureau: bool
) -> None:
    reach = files_for(actor(scope, units, ReportPermission.SIGN), ReportPermission.SIGN)
    assert reach.has(HOME, "school") == school
    assert reach.has(MEMBER, "school") == member
    assert reach.has(OTHER, "bureau") == bureau
    assert not reach.has(OTHER, "school")


def test_a_cluster_reviews_its_members_and_not_itself() -> None:
    head = actor("cluster", frozenset({HOME, MEMBER}), ReportPermission.REVIEW)
    assert (review_step(head, MEMBER), review_step(head, HOME), review_step(head, OTHER)) == ("cluster", None, None)
    assert review_step(actor("district", None, ReportPermission.REVIEW), OTHER) == "district"
    assert review_step(actor("unit", frozenset({HOME}), ReportPermission.REVIEW), HOME) is None


def test_the_cluster_hands_on_and_the_district_accepts(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    cluster = actor(
        "cluster", frozenset({ground.world.units["school_a"]}), ReportPermission.REVIEW, ReportPermission.READ,
        tenant=ground.world.tenant.id,
    )  # fmt: skip
    with ground.world.session() as session:
        seen = version(session, filing_id)
        with pytest.raises(Forbidden):
            reviews.accept(session, actor=cluster, filing_id=filing_id, version=seen)
        reviews.hand_on(session, actor=cluster, filing_id=filing_id, version=seen, words="已核")
    assert ground.state(filing_id).state == "passed"
    ground.review("head", filing_id, "accepted")
    assert ground.state(filing_id).state == "accepted"
