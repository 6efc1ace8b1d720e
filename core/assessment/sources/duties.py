"""What is owed and how it stands: obligations and filings, by the one statement of core.obligations. 待确认 is never held against anybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from core.access.actor import Coverage
from core.assessment.score import Figure
from core.assessment.sources.asked import Asked, Fact
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.obligations import Standing
from core.obligations import queries
from core.tenancy.packs.model import Measured

OWED = frozenset({Measured.DUTIES, Measured.REPORTS})
AGAINST = frozenset({str(Standing.OVERDUE), str(Standing.LATE)})
WORDS = {Standing.OVERDUE: "逾期未完成", Standing.LATE: "逾期后完成"}


def owed_figures(
    session: TenantSession, plugins: Plugins, one: Asked, *, coverage: Coverage, unit_id: UUID | None = None
) -> dict[UUID, Figure]:
    """Unit → how many of those whose day is over were done in time. One statement beside those of the ground."""
    tallies = queries.unit_tallies(session, plugins, coverage=coverage, asked=_asked(one, unit_id))
    found = {}
    for unit, tally in tallies.items():
        in_time = tally.of(Standing.FULFILLED)
        found[unit] = Figure(in_time, in_time + tally.of(Standing.LATE) + tally.of(Standing.OVERDUE))
    return found


def owed_facts(
    session: TenantSession, plugins: Plugins, asked: Sequence[tuple[int, Asked]], *, coverage: Coverage, most: int, unit_id: UUID | None = None
) -> Mapping[tuple[int, UUID], tuple[int, tuple[Fact, ...]]]:  # fmt: skip
    """(No, unit) → how many were not done in time, and at most ``most`` of them by due day. One statement for each asked."""
    found: dict[tuple[int, UUID], list[Fact]] = defaultdict(list)
    totals: Counter[tuple[int, UUID]] = Counter()
    for no, one in asked:
        wanted = _asked(one, unit_id, states=AGAINST)
        for row in queries.stream_rows(session, plugins, coverage=coverage, asked=wanted):
            kept = found[no, row.unit_id]
            totals[no, row.unit_id] += 1
            if len(kept) < most:
                name = f"{row.duty.rule.title}：{WORDS[row.state]}"
                kept.append(Fact("duty", row.duty.code, name, row.due_on, against=True))
    return {key: (totals[key], tuple(facts)) for key, facts in found.items()}


def _asked(one: Asked, unit_id: UUID | None, states: frozenset[str] = frozenset()) -> queries.Asked:
    return queries.Asked(one.span, codes=frozenset(one.indicator.of), states=states, unit_id=unit_id)
