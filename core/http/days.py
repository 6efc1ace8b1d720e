"""Days that somebody can mean. A year 59 is a slip of the finger, and no arithmetic with calendars holds at the ends of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any

from core.kernel.errors import Invalid
from core.kernel.schoolyear import Span

FIRST_YEAR, LAST_YEAR = 1900, 2199


def asked_span(first: date, last: date, *, named: str = "until") -> Span:
    """Both days included. Raises Invalid for the field ``named`` where the last comes before the first."""
    if last < first:
        raise Invalid(fields={named: "不能早于开始日期"})
    return Span(first, last)


def refuse_far_days(loaded: Mapping[str, Any]) -> None:
    """``loaded``: what a schema made of a form, a query or a body. Raises Invalid, by field of the outermost schema."""
    far = [name for name, value in loaded.items() if _is_far(value)]
    if far:
        raise Invalid(fields=dict.fromkeys(far, "年份应在1900至2199之间，请核对日期"))


def with_near_days(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A REST handler that gets its arguments only when their days are such."""

    @wraps(handler)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for given in args:
            if isinstance(given, Mapping):
                refuse_far_days(given)
        return handler(*args, **kwargs)

    return checked


def _is_far(value: Any) -> bool:
    if isinstance(value, date):  # a datetime is one
        return not FIRST_YEAR <= value.year <= LAST_YEAR
    if isinstance(value, Mapping):
        return any(map(_is_far, value.values()))
    return isinstance(value, list | tuple) and any(map(_is_far, value))
