"""The demo's calendar: acts are made on their own days, with the session's clock moved there and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from core.db.sessions import TenantSession
from core.kernel.clock import LOCAL, FixedClock


@contextmanager
def on(session: TenantSession, day: date, at: time) -> Iterator[None]:
    """Within it the session stands at this local time, or at its own where that would be later: nobody acts tomorrow."""
    kept = session.clock
    session.clock = FixedClock(min(datetime.combine(day, at, LOCAL), session.now()))
    try:
        yield
    finally:
        session.flush()
        session.clock = kept
