"""Days of forms, queries and bodies."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.http.days import asked_span, refuse_far_days, with_near_days
from core.kernel.errors import Invalid

FAR = date(59, 11, 9)


@pytest.mark.parametrize("value", [FAR, datetime(2500, 1, 1, tzinfo=UTC), [{"held_on": FAR}], {"plan": {"by": FAR}}])
def test_far_day_when_anywhere_in_a_field_then_the_field_is_named(value: object) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_far_days({"title": "检查", "when": value})
    assert list(refused.value.fields) == ["when"]


def test_near_days_when_loaded_then_nothing() -> None:
    refuse_far_days(
        {"since": date(1900, 1, 1), "until": date(2199, 12, 31), "found_at": datetime(2020, 11, 26, tzinfo=UTC)}
    )


def test_handler_when_given_a_far_day_then_not_called() -> None:
    called: list[object] = []
    handler = with_near_days(called.append)
    with pytest.raises(Invalid):
        handler({"since": FAR})
    handler({"since": date(2020, 11, 26)})
    assert called == [{"since": date(2020, 11, 26)}]


def test_span_when_it_ends_before_it_starts_then_refused_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        asked_span(date(2021, 2, 28), date(2021, 2, 1))
    assert list(refused.value.fields) == ["until"]
    assert asked_span(date(2021, 2, 1), date(2021, 2, 1)).days == 1
