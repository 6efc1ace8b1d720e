"""Records through the obligations' own query: one record, several duties; struck out, none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.access.actor import Coverage
from core.app import feature_modules
from core.hooks.manager import Plugins, build_plugins
from core.http.paging import Paging
from core.kernel.periods import Period
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_rows
from core.records.queries.evidence import EVIDENCE
from core.tenancy.models import PackVersion
from core.tenancy.packs.compile import compile_pack
from core.tenancy.packs.model import Obligation
from tests.core.records.ground import Ground

AUTUMN = Span(date(2020, 9, 1), date(2021, 2, 28))


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return build_plugins(feature_modules())


def done(ground: Ground, plugins: Plugins, activity: str) -> dict[str, int]:
    """Code of obligation → how often school A has done it this term."""
    with ground.world.session(read_only=True) as session:
        asked = Asked(span=AUTUMN, activity=activity, unit_id=ground.world.units["school_a"])
        page = due_rows(session, plugins, coverage=Coverage(None), asked=asked, paging=Paging(page_size=200))
    return {row.duty.code: row.done for row in page.items}


def test_drill_when_reviewed_then_counts_for_each_duty_it_serves_until_struck(ground: Ground, plugins: Plugins) -> None:
    before = done(ground, plugins, "drill")
    assert len(before) >= 3 and set(before.values()) == {0}
    record_id = ground.held()
    after = {code for code, times in done(ground, plugins, "drill").items() if times}
    assert len(after) >= 2, "the fire drill's own duty and the plain ones"
    assert after < set(before), "not that of another topic"
    ground.strike(record_id)
    assert done(ground, plugins, "drill") == before


def test_training_when_on_another_topic_then_does_not_count(ground: Ground, plugins: Plugins) -> None:
    ground.add(kind="training", topics=("electric",))
    assert done(ground, plugins, "training") == {"skills-training": 0}
    ground.add(kind="training", topics=("skills",))
    assert done(ground, plugins, "training") == {"skills-training": 1}


def test_activity_when_only_the_pack_knows_its_word_then_it_is_recorded_and_counts(
    ground: Ground, plugins: Plugins
) -> None:
    """A district's own duty needs no line of the product: what a pack names can be recorded, and is counted."""
    own = Obligation(
        code="dorm-walk",
        label="夜查宿舍",
        activity="dorm_walk",
        who=("schools",),
        period=Period.TERM,
        clauses=("WJ-1-01",),
    )
    with ground.world.session() as session:
        pack = ground.pack(session)
        ready = compile_pack(replace(pack, obligations=(*pack.obligations, own)))
        session.add(
            PackVersion(
                version=2, digest=ready.digest, content=ready.content, applied_at=session.now(), applied_by="测试"
            )
        )
    assert done(ground, plugins, "dorm_walk") == {"dorm-walk": 0}
    ground.add(kind="dorm_walk")
    assert done(ground, plugins, "dorm_walk") == {"dorm-walk": 1}


def test_records_when_something_else_counts_an_activity_then_say_nothing_of_it() -> None:
    assert EVIDENCE.concerns("dorm_walk") and EVIDENCE.concerns("drill")
    assert not any(EVIDENCE.concerns(word) for word in ("joint_check", "inspection_of_all", "exam", "report:monthly"))
