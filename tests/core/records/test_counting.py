"""Records through the obligations' own query: one record, several duties; struck out, none."""

from __future__ import annotations

from datetime import date

import pytest

from core.access.actor import Coverage
from core.app import feature_modules
from core.hooks.manager import Plugins, build_plugins
from core.http.paging import Paging
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_rows
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
