"""What falls due as an iCalendar (RFC 5545): one all-day event for each (after an incident: at its minute), with the clauses and a reminder. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from core.kernel.obligations import EXCUSED
from core.obligations.queries.shapes import AT_REST, DueRow
from core.obligations.words import STATES

PRODUCT = "-//Xiaoan//Obligations//ZH"
REMINDED_AT = timedelta(hours=9)
REFRESH = timedelta(hours=6)


def calendar(
    rows: Iterable[DueRow],
    *,
    name: str,
    domain: str,
    now: datetime,
    quote: Callable[[str], str],
    address: Callable[[DueRow], str],
) -> bytes:
    """``domain``: makes the ids of events unique in the world; ``quote``: clause id → its words; ``now``: aware UTC.

    The same occurrence keeps its id, so a calendar program changes its event and does not add another.
    """
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("x-wr-timezone", "Asia/Shanghai")
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for row in rows:
        if row.due_on is not None:
            found.add_component(_event(row, row.due_on, domain=domain, now=now, quote=quote, address=address))
    return bytes(found.to_ical())


def _event(
    row: DueRow,
    due_on: date,
    *,
    domain: str,
    now: datetime,
    quote: Callable[[str], str],
    address: Callable[[DueRow], str],
) -> Event:
    found, rule = row.expected.found, row.expected.found.rule
    event = Event()
    event.add("uid", f"{found.key}.{row.unit_id}@{domain}")
    event.add("dtstamp", now)
    if row.timed and row.due_at is not None:
        event.add("dtstart", row.due_at)
        event.add("dtend", row.due_at)
    else:
        event.add("dtstart", due_on)
        event.add("dtend", due_on + timedelta(days=1))
    event.add("summary", f"【{STATES[row.state]}】{rule.title}（{found.title}）")
    clauses = [f"{clause} {quote(clause)}".strip() for clause in rule.sources]
    number = f"{row.done}/{row.wanted}" if row.wanted is not None else str(row.done)
    told = [] if row.state in EXCUSED else [f"完成 {number}"]
    event.add("description", "\n".join([row.unit_name, *told, *clauses]))
    event.add("url", address(row))
    event.add("categories", [rule.activity])
    event.add("transp", "TRANSPARENT")
    if row.state not in AT_REST and found.remind_on is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", rule.title)
        alarm.add("trigger", found.remind_on - due_on + REMINDED_AT)
        event.add_component(alarm)
    return event
