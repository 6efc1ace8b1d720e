"""Sums: per occurrence, per duty, per clause, per unit. They count what is owed and what is done; nobody is ranked by them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, and_, func, literal, select, union_all

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.manager import Plugins
from core.kernel.obligations import EXCUSED, Standing
from core.obligations.expected import Expected
from core.obligations.queries.careful import careful, spared
from core.obligations.queries.ground import Asked, countable_in
from core.obligations.queries.rows import parts_of
from core.obligations.queries.shapes import DueSum, Tally
from core.obligations.queries.statement import Parts, crowds, having, run, settled, singled

_TOLD = (Standing.FULFILLED, Standing.LATE, Standing.UNDER_WAY, *EXCUSED)
"""How a unit may stand by its facts; without any it stands otherwise."""
_COUNTED = (*map(str, _TOLD), "done")


@spared
def due_sums(session: TenantSession, plugins: Plugins, *, coverage: Coverage, asked: Asked) -> tuple[DueSum, ...]:
    """Every occurrence that somebody owes, by due day. One query beside those of the ground; ``asked.states`` is no matter."""
    expected, sources = countable_in(session, plugins, asked)
    if not expected:
        return ()

    def sums(evidence: Sequence[Evidence]) -> dict[int, Tally]:
        return sums_by_occurrence(session, parts_of(session, coverage, asked, expected, evidence), expected)

    tallies = careful(session, plugins, sources, sums)
    return tuple(DueSum(one, tallies[no]) for no, one in enumerate(expected) if no in tallies)


def duty_tallies(session: TenantSession, plugins: Plugins, *, coverage: Coverage, asked: Asked) -> dict[str, Tally]:
    """Code of the obligation or report → how its occurrences in the span stand over all units asked. One query."""
    return _joined(
        (one.expected.duty.code, one.tally) for one in due_sums(session, plugins, coverage=coverage, asked=asked)
    )


def clause_tallies(session: TenantSession, plugins: Plugins, *, coverage: Coverage, asked: Asked) -> dict[str, Tally]:
    """Id of a clause → how what it makes due in the span stands over all units asked. One query.

    A clause that makes nothing due in the span is not there. ``Tally.worst`` is its state in one word.
    """
    sums = due_sums(session, plugins, coverage=coverage, asked=asked)
    return _joined((clause, one.tally) for one in sums for clause in one.expected.duty.rule.sources)


@spared
def unit_tallies(session: TenantSession, plugins: Plugins, *, coverage: Coverage, asked: Asked) -> dict[UUID, Tally]:
    """Unit → how what it owes in the span stands; units that owe nothing are not there. One query."""
    expected, sources = countable_in(session, plugins, asked)
    if not expected:
        return {}
    return careful(
        session, plugins, sources,
        lambda evidence: sums_by_unit(session, parts_of(session, coverage, asked, expected, evidence)),
    )  # fmt: skip


def sums_by_occurrence(session: TenantSession, found: Parts, expected: Sequence[Expected]) -> dict[int, Tally]:
    """Place in ``expected`` → how it stands over the units that owe it; one that nobody owes is not there."""
    owed, facts = _per_occurrence(found)
    counts = [facts.c[name] for name in _COUNTED]
    rows = run(session, select(owed.c.no, owed.c.units, *counts).outerjoin(facts, facts.c.no == owed.c.no))
    now = session.now()
    return {row.no: _tally(expected[row.no].otherwise(now), row.units, row) for row in rows}


def sums_by_unit(session: TenantSession, found: Parts) -> dict[UUID, Tally]:
    owed, facts = _per_unit(found)
    counts = [facts.c[name] for name in _COUNTED]
    rows = run(
        session,
        select(owed.c.unit_id, owed.c.otherwise, owed.c.owed, *counts).outerjoin(
            facts, and_(facts.c.no == owed.c.no, facts.c.otherwise == owed.c.otherwise)
        ),
    )
    return _joined((row.unit_id, _tally(Standing(row.otherwise), row.owed, row)) for row in rows)


def _per_occurrence(found: Parts) -> tuple[Any, Any]:
    due, crowd = found.due, crowds(found)
    each = select(due.c.no, func.sum(crowd.c.units).label("units")).select_from(_crowded(found, crowd))
    ways: list[Any] = [each.group_by(due.c.no)]
    if found.single:
        ways = [ways[0].where(due.c.only.is_(None)), select(due.c.no, literal(1)).select_from(singled(found))]
    if found.held is not None:
        theirs = select(due.c.no, func.count()).select_from(having(found, found.held))
        ways.append(theirs.group_by(due.c.no))
    owed = union_all(*ways)
    facts = select(due.c.no, *_counted(found)).select_from(settled(found)).group_by(due.c.no).subquery("settled")
    return owed.subquery("expected"), facts


def _per_unit(found: Parts) -> tuple[Any, Any]:
    due, units, crowd = found.due, found.units, crowds(found)
    together = (crowd.c["class"], crowd.c.opened, crowd.c.closed)
    per_crowd = select(*together, due.c.otherwise, func.count().label("owed")).select_from(_crowded(found, crowd))
    if found.single:
        per_crowd = per_crowd.where(due.c.only.is_(None))
    alike = per_crowd.group_by(*together, due.c.otherwise).subquery("per_crowd")
    same = and_(*(alike.c[name] == units.c[name] for name in ("class", "opened", "closed")))
    each = select(units.c.no, units.c.id.label("unit_id"), alike.c.otherwise, alike.c.owed).join(alike, same)
    others = [singled(found)] if found.single else []
    others += [having(found, found.held)] if found.held is not None else []
    if others:
        ones = (select(units.c.no, units.c.id, due.c.otherwise, literal(1)).select_from(own) for own in others)
        every = union_all(each, *ones).subquery("every").c
        line = (every.no, every.unit_id, every.otherwise)
        each = select(*line, func.sum(every.owed).label("owed")).group_by(*line)
    owed = each.subquery("expected")
    facts = (
        select(units.c.no, due.c.otherwise, *_counted(found))
        .select_from(settled(found))
        .group_by(units.c.no, due.c.otherwise)
        .subquery("settled")
    )
    return owed, facts


def _crowded(found: Parts, crowd: FromClause) -> FromClause:
    """What is due, with the crowds that owe it."""
    due, meant = found.due, found.meant
    open_then = due.c.day.between(crowd.c.opened, crowd.c.closed)
    rule = meant.c.rule == due.c.rule
    owing = due.join(meant, rule if found.held is None else and_(rule, meant.c.having.is_(None)))
    return owing.join(crowd, and_(crowd.c["class"] == meant.c["class"], open_then))


def _counted(found: Parts) -> tuple[Any, ...]:
    """As core.obligations.queries.statement.standing has it, without making a word for each pair."""
    done, due = found.done.c, found.due.c
    asked = and_(found.wanted.is_not(None), ~due.uncounted)
    missed = and_(asked, done.in_time < found.wanted)
    open_ = and_(missed, done.excuse == 0)
    stands = {
        Standing.FULFILLED: and_(asked, done.in_time >= found.wanted),
        Standing.LATE: and_(open_, done.done >= found.wanted),
        Standing.UNDER_WAY: and_(open_, due.ahead, done.done < found.wanted, done.done > 0),
        **{state: and_(missed, done.excuse == place) for place, state in enumerate(EXCUSED, start=1)},
    }
    counts = (func.count().filter(condition).label(str(state)) for state, condition in stands.items())
    return (*counts, func.sum(done.done).label("done"))


def _tally(otherwise: Standing, owed: int, facts: Any) -> Tally:
    """``otherwise``: how all of them would stand without ``facts``; those that are settled, let off or begun early leave it."""
    counts = Counter({state: getattr(facts, str(state)) or 0 for state in _TOLD})
    counts[otherwise] += int(owed) - counts.total()
    return Tally({state: count for state, count in counts.items() if count}, int(facts.done or 0))


def _joined(pairs: Iterable[tuple[Any, Tally]]) -> dict[Any, Tally]:
    found: dict[Any, Tally] = defaultdict(Tally)
    for key, tally in pairs:
        found[key] = found[key] + tally
    return dict(found)
