"""One row for programs: what `xiaoan due --json` and the REST list both say of a unit and what it owes."""

from __future__ import annotations

from typing import Any

from core.kernel.clock import LOCAL
from core.kernel.obligations import Standing
from core.obligations.expected import Expected


def due_line(expected: Expected, *, code: str, name: str, party: tuple[str, ...], state: Standing) -> dict[str, Any]:
    """``date``: the due day (None: without one); ``due_at``: the instant from which it is overdue, ISO in Asia/Shanghai;
    ``source``: ids of clauses; ``state``: a word of core.kernel.obligations.Standing."""
    found = expected.found
    return {
        "date": found.due_on.isoformat() if found.due_on else None,
        "due_at": found.due_at.astimezone(LOCAL).isoformat() if found.due_at else None,
        "org_code": code,
        "org_name": name,
        "obligation": found.rule.code,
        "title": found.rule.title,
        "period": str(found.title),
        "source": list(found.rule.sources),
        "state": str(state),
        "key": found.key,
        "activity": found.rule.activity,
        "party": list(party),
    }
