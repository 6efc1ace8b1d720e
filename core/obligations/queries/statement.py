"""The SQL that joins what falls due with the units that owe it and the facts that count. One statement, set-based.

Occurrences are few and come as arrays; units and facts stay where they are. Units have numbers here, and those that are meant
by the same words form a class, so that who owes what is a small table. Sums rest on what was done (counting.py) and on classes
of units: pairs of unit and occurrence without any fact are counted, not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Result,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union,
    union_all,
)

from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.kernel.obligations import EXCUSED, Standing, reaches
from core.obligations.duties import Duty
from core.obligations.expected import Expected
from core.obligations.models import OwnNumber
from core.obligations.queries.arrays import rows
from core.obligations.queries.counting import Whose, counted
from core.orgs.models import OrgUnit

NEVER = date(9999, 12, 31)
_SETTINGS = {
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "enable_sort": "off",
    "join_collapse_limit": "1",
    "jit": "off",
    "work_mem": "'64MB'",
}
HASHED = "; ".join(f"SET LOCAL {name} = {value}" for name, value in _SETTINGS.items())
AS_BEFORE = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _SETTINGS)
Kind = tuple[Duty, frozenset[str] | None]
"""A rule, for the stages of school whose domain is on."""


@dataclass(frozen=True)
class Parts:
    """Named subqueries that the shapes are made of."""

    due: CTE
    """no, rule, key, starts, ends (None: later counts too, late), due_on, day (on which the unit must be open), otherwise
    (Standing without facts), uncounted, ahead (whether that is OPEN, NOT_YET), only (the one unit that owes it; None: all)."""
    units: CTE
    """no, id, class, opened, closed."""
    meant: CTE
    """class, rule, at_least (None: counted only), plus, having (number of what one must have; None: nothing): who owes what."""
    own: FromClause | None
    """unit_id, name, number; None where no rule asks for a unit's own number."""
    done: FromClause
    """due, unit (both numbers), done, in_time: sums of what counts; excuse (1 + its place in EXCUSED; 0: none)."""
    single: bool = False
    """Whether some are owed by one unit only."""
    held: CTE | None = None
    """having, unit (its number), starts, ends: who has what some rules ask for; None where none asks."""

    @property
    def number(self) -> ColumnElement[Any]:
        """The unit's own number, where it was entered."""
        return cast(null(), Integer) if self.own is None else self.own.c.number

    @property
    def wanted(self) -> ColumnElement[Any]:
        at_least: ColumnElement[Any] = self.meant.c.at_least
        return at_least if self.own is None else at_least + func.coalesce(self.own.c.number, 0)


def parts(
    session: TenantSession, expected: Sequence[Expected], evidence: Sequence[Evidence], *, of: Whose, now: datetime
) -> Parts:
    numbered: dict[tuple[str, frozenset[str] | None], int] = {}
    kinds: list[Kind] = []
    for one in expected:
        if (one.duty.code, one.stages) not in numbered:
            numbered[one.duty.code, one.stages] = len(kinds)
            kinds.append((one.duty, one.stages))
    due = _due(expected, [numbered[one.duty.code, one.stages] for one in expected], now=now)
    units = _units(session, kinds, of)
    done = counted(session, expected, evidence, units, of)
    single = any(one.only is not None for one in expected)
    holders = {one.duty.rule.having: one.holders for one in expected if one.holders is not None}
    meant, held = _meant(kinds, units, list(holders)), _held(list(holders.values()), units)
    return Parts(due, units, meant, _own(session, kinds), done, single, held)


def run(session: TenantSession, statement: Select[Any]) -> Result[Any]:
    """Executes it with hashes only.

    What stands between arrays, series and a union of facts PostgreSQL cannot estimate; where it guesses one row, it would compare
    every fact with every day, or sort what it need not. Hashing in the order written is never much worse.
    """
    session.execute(text(HASHED))
    answer = session.execute(statement)
    session.execute(text(AS_BEFORE))  # what raises ends the transaction, or its savepoint, and with it the settings
    return answer


def standing(found: Parts) -> ColumnElement[str]:
    """core.kernel.obligations.standing, over :func:`pairs`."""
    done, due = found.done.c, found.due.c
    return case(
        (or_(found.wanted.is_(None), due.uncounted), str(Standing.OPEN)),
        (done.in_time >= found.wanted, str(Standing.FULFILLED)),
        *((done.excuse == place, str(state)) for place, state in enumerate(EXCUSED, start=1)),
        (done.done >= found.wanted, str(Standing.LATE)),
        (and_(due.ahead, done.done > 0), str(Standing.UNDER_WAY)),
        else_=due.otherwise,
    )


def pairs(found: Parts) -> FromClause:
    """Every unit with every occurrence that it owes, and what was done for it."""
    due, meant, units, done = found.due, found.meant, found.units, found.done
    owed = due.join(meant, meant.c.rule == due.c.rule).join(
        units, and_(units.c["class"] == meant.c["class"], _open(found))
    )
    return _with_own(found, _having(found, owed)).outerjoin(
        done, and_(done.c.due == due.c.no, done.c.unit == units.c.no)
    )


def settled(found: Parts) -> FromClause:
    """Only the pairs for which there is a fact."""
    due, meant, units, done = found.due, found.meant, found.units, found.done
    owed = (
        done.join(due, due.c.no == done.c.due)
        .join(units, and_(units.c.no == done.c.unit, _open(found)))
        .join(meant, and_(meant.c["class"] == units.c["class"], meant.c.rule == due.c.rule))
    )
    return _with_own(found, _having(found, owed))


def singled(found: Parts) -> FromClause:
    """What is owed by one unit only, with that unit."""
    due, meant, units = found.due, found.meant, found.units
    mine = due.join(units, and_(units.c.id == due.c.only, _open(found)))
    return _having(found, mine.join(meant, and_(meant.c["class"] == units.c["class"], meant.c.rule == due.c.rule)))


def having(found: Parts, held: CTE) -> FromClause:
    """What only those owe that have something, with those units; without what a single unit owes."""
    due, meant, units = found.due, found.meant, found.units
    owed = due.join(meant, and_(meant.c.rule == due.c.rule, due.c.only.is_(None)))
    theirs = owed.join(held, and_(held.c.having == meant.c.having, due.c.day.between(held.c.starts, held.c.ends)))
    return theirs.join(units, and_(units.c.no == held.c.unit, units.c["class"] == meant.c["class"], _open(found)))


def crowds(found: Parts) -> CTE:
    """Units of the same class that are open over the same time, counted: class, opened, closed, units."""
    unit = found.units.c
    together = (unit["class"], unit.opened, unit.closed)
    return select(*together, func.count().label("units")).group_by(*together).cte("crowds")


def _with_own(found: Parts, owed: FromClause) -> FromClause:
    own = found.own
    if own is None:
        return owed
    return owed.outerjoin(own, and_(own.c.unit_id == found.units.c.id, own.c.name == found.meant.c.plus))


def _having(found: Parts, owed: FromClause) -> FromClause:
    """Without the units that have not on that day what the rule asks for."""
    held, meant = found.held, found.meant.c
    if held is None:
        return owed
    has = and_(held.c.having == meant.having, held.c.unit == found.units.c.no)
    told = select(literal(1).label("one")).subquery("told")  # a join only to say which rows stay
    stays = or_(meant.having.is_(None), found.due.c.day.between(held.c.starts, held.c.ends))
    return owed.outerjoin(held, has).join(told, stays)


def _open(found: Parts) -> ColumnElement[bool]:
    due, unit = found.due.c, found.units.c
    there = due.day.between(unit.opened, unit.closed)
    return and_(there, or_(due.only.is_(None), due.only == unit.id)) if found.single else there


def _due(expected: Sequence[Expected], rules: Sequence[int], *, now: datetime) -> CTE:
    found = [one.found for one in expected]
    otherwise = [one.otherwise(now) for one in expected]
    table = rows(
        "occurrences",
        no=(Integer(), range(len(found))),
        rule=(Integer(), rules),
        key=(Text(), [one.key for one in found]),
        starts=(Date(), [one.span.starts for one in found]),
        ends=(Date(), [reaches(one) for one in found]),
        due_on=(Date(), [one.due_on for one in found]),
        day=(Date(), [one.due_on or one.span.ends for one in found]),
        otherwise=(Text(), [str(state) for state in otherwise]),
        uncounted=(Boolean(), [state is Standing.OPEN for state in otherwise]),
        ahead=(Boolean(), [state is Standing.NOT_YET for state in otherwise]),
        only=(Uuid(as_uuid=True), [one.only for one in expected]),
    )
    return select(*table.c).cte("due")


def _units(session: TenantSession, kinds: Sequence[Kind], of: Whose) -> CTE:
    """Only units that are meant by some word; a class is one org type, one set of stages, or one unit that is named by its code."""
    words = frozenset(word for duty, _ in kinds for word in duty.rule.types)
    code = literal("#").concat(OrgUnit.code)
    one = (
        select(
            OrgUnit.id,
            func.coalesce(OrgUnit.org_type, literal("~").concat(OrgUnit.kind)).label("word"),
            case((code.in_(sorted(words)), code), else_="").label("code"),
            func.array_to_string(OrgUnit.stages, ",").label("stages"),
            OrgUnit.valid_from.label("opened"),
            func.coalesce(OrgUnit.valid_to, NEVER).label("closed"),
        )
        .where(OrgUnit.tenant_id == session.tenant_id, of.units)
        .subquery("unit")
    )
    alike = func.dense_rank().over(order_by=(one.c.word, one.c.code, one.c.stages))
    return (
        select(*one.c, cast(func.row_number().over(), Integer).label("no"), cast(alike, Integer).label("class"))
        .where(or_(one.c.word.in_(sorted(words)), one.c.code != ""))
        .cte("units")
        .prefix_with("MATERIALIZED")
    )


def _held(holders: Sequence[Select[Any]], units: CTE) -> CTE | None:
    """From the first to the last day on which the unit has one."""
    selects = []
    for no, statement in enumerate(holders):
        told = statement.subquery(f"holders_{no}").c
        selects.append(
            select(
                cast(literal(no), Integer).label("having"), units.c.no.label("unit"),
                func.min(told.starts).label("starts"), func.max(told.ends).label("ends"),
            ).join(units, units.c.id == told.unit_id).group_by(units.c.no)
        )  # fmt: skip
    return union_all(*selects).cte("held").prefix_with("MATERIALIZED") if selects else None


def _meant(kinds: Sequence[Kind], units: CTE, held: Sequence[str]) -> CTE:
    words = [(no, word) for no, (duty, _) in enumerate(kinds) for word in sorted(duty.rule.types)]
    parties = rows("parties", rule=(Integer(), [no for no, _ in words]), word=(Text(), [word for _, word in words]))
    asked = rows(
        "rules",
        no=(Integer(), range(len(kinds))),
        at_least=(Integer(), [duty.rule.at_least for duty, _ in kinds]),
        plus=(Text(), [duty.rule.plus for duty, _ in kinds]),
        stages=(Text(), [None if stages is None else ",".join(sorted(stages)) for _, stages in kinds]),
        having=(Integer(), [held.index(duty.rule.having) if duty.rule.having in held else None for duty, _ in kinds]),
    )
    alike = select(units.c["class"], units.c.word, units.c.code, units.c.stages).distinct().cte("classes")
    both = union(
        select(alike.c["class"], alike.c.stages, parties.c.rule).join(parties, parties.c.word == alike.c.word),
        select(alike.c["class"], alike.c.stages, parties.c.rule).join(parties, parties.c.word == alike.c.code),
    ).subquery("both")
    serves = or_(
        asked.c.stages.is_(None),
        both.c.stages == "",
        func.string_to_array(both.c.stages, ",").op("&&")(func.string_to_array(asked.c.stages, ",")),
    )
    return (
        select(both.c["class"], both.c.rule, asked.c.at_least, asked.c.plus, asked.c.having)
        .join(asked, asked.c.no == both.c.rule)
        .where(serves)
        .cte("meant")
        .prefix_with("MATERIALIZED")
    )


def _own(session: TenantSession, kinds: Sequence[Kind]) -> FromClause | None:
    if not any(duty.rule.plus for duty, _ in kinds):
        return None
    numbers = select(OwnNumber.unit_id, OwnNumber.name, OwnNumber.number)
    return numbers.where(OwnNumber.tenant_id == session.tenant_id).subquery("own")
