"""The tree of units and the table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, func, literal, or_, select

from core.access.actor import Coverage
from core.db.aliases import shared_alias
from core.db.ordering import in_order
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.orgs.models import OrgClosure, OrgLink, OrgUnit
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER

# An alias copies every column of its table: made once, not at each request.
Up, Link = shared_alias(OrgClosure), shared_alias(OrgLink)
Parent, Cluster = shared_alias(OrgUnit), shared_alias(OrgUnit)


@dataclass(frozen=True)
class TreeNode:
    """A unit in the administrative tree; ``children`` counts all of its children, covered or not drawn."""

    id: UUID
    name: str
    kind: str
    depth: int
    children: tuple[TreeNode, ...]


@dataclass(frozen=True)
class UnitFilter:
    """What the table is narrowed to; None and empty mean: no matter."""

    text: str = ""
    kind: str | None = None
    stage: str | None = None
    ownership: str | None = None
    under: UUID | None = None
    """This unit and everything under it today."""
    state: str = "open"
    """open | closed | all."""


@dataclass(frozen=True)
class UnitLine:
    """A row of the table."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: str
    org_type: str | None
    stages: tuple[str, ...]
    ownership: str | None
    student_count: int | None
    staff_count: int | None
    address: str
    valid_from: date
    valid_to: date | None
    version: int
    parent_id: UUID | None
    parent_name: str | None
    cluster_name: str | None
    """The clusters that supervise it, joined by 、."""


SORTS = {
    "name": OrgUnit.name_sort, "code": OrgUnit.code, "kind": OrgUnit.kind, "student_count": OrgUnit.student_count,
    "staff_count": OrgUnit.staff_count, "valid_from": OrgUnit.valid_from,
}  # fmt: skip


def units_page(session: TenantSession, coverage: Coverage, *, filters: UnitFilter, paging: Paging) -> Page[UnitLine]:
    """One page of units. Two queries, whatever its length. An unknown sort falls back to the name."""
    today = local_date(session.now())
    chosen = select(OrgUnit.id).where(*_conditions(coverage, filters, today))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    statement = _lines(today).where(*_conditions(coverage, filters, today))
    statement = statement.order_by(*_order(paging.sort)).limit(paging.page_size).offset(paging.offset)
    items = tuple(_line(*row) for row in session.execute(statement))
    return Page(items, total, paging.page, paging.page_size)


def unit_line(session: TenantSession, coverage: Coverage, unit_id: UUID) -> UnitLine | None:
    """One unit with everything the table knows; None out of reach."""
    today = local_date(session.now())
    row = session.execute(_lines(today).where(OrgUnit.id == unit_id, coverage.filter(OrgUnit.id))).first()
    return _line(*row) if row else None


def _lines(today: date) -> Select[Any]:
    up, parent, link, cluster = Up, Parent, Link, Cluster
    clusters = (
        select(func.string_agg(cluster.short_name, "、"))
        .join(link, link.parent_id == cluster.id)
        .where(link.child_id == OrgUnit.id, link.tree == CLUSTER, link_valid(link, today))
        .correlate(OrgUnit)
        .scalar_subquery()
    )
    return (
        select(OrgUnit, parent.id, parent.name, clusters)
        .outerjoin(up, and_(up.descendant_id == OrgUnit.id, up.admin_depth == 1))
        .outerjoin(parent, parent.id == up.ancestor_id)
    )


def link_valid(link: type[OrgLink], day: date) -> ColumnElement[bool]:
    return and_(link.valid_from <= day, or_(link.valid_to.is_(None), link.valid_to >= day))


def _conditions(coverage: Coverage, filters: UnitFilter, today: date) -> list[ColumnElement[bool]]:
    wanted = [coverage.filter(OrgUnit.id)]
    if filters.text:
        wanted.append(
            or_(
                OrgUnit.name.contains(filters.text, autoescape=True),
                OrgUnit.short_name.contains(filters.text, autoescape=True),
                OrgUnit.code.startswith(filters.text, autoescape=True),
            )
        )
    if filters.kind:
        wanted.append(OrgUnit.kind == filters.kind)
    if filters.stage:
        wanted.append(literal(filters.stage) == any_(OrgUnit.stages))
    if filters.ownership:
        wanted.append(OrgUnit.ownership == filters.ownership)
    if filters.under:
        wanted.append(OrgUnit.id.in_(select(OrgClosure.descendant_id).where(OrgClosure.ancestor_id == filters.under)))
    if filters.state == "open":
        wanted.append(or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today))
    elif filters.state == "closed":
        wanted.append(OrgUnit.valid_to < today)
    return wanted


def _order(sort: str | None) -> tuple[ColumnElement[Any], ...]:
    column = SORTS.get((sort or "name").removeprefix("-"), OrgUnit.name_sort)
    return in_order(column, OrgUnit.id, down=(sort or "").startswith("-"))


def _line(unit: OrgUnit, parent_id: UUID | None, parent_name: str | None, cluster_name: str | None) -> UnitLine:
    return UnitLine(
        id=unit.id, code=unit.code, name=unit.name, short_name=unit.short_name, kind=unit.kind, org_type=unit.org_type,
        stages=tuple(unit.stages), ownership=unit.ownership, student_count=unit.student_count, staff_count=unit.staff_count,
        address=unit.address, valid_from=unit.valid_from, valid_to=unit.valid_to, version=unit.version,
        parent_id=parent_id, parent_name=parent_name, cluster_name=cluster_name,
    )  # fmt: skip


def unit_tree(session: TenantSession, coverage: Coverage, *, kinds: tuple[str, ...] = ()) -> tuple[TreeNode, ...]:
    """The administrative tree of open units as far as it is covered; several roots where the top is not. One query.

    ``kinds`` restricts it, e.g. to what is drawn beside the table (campuses and places are left to the unit's page).
    """
    today = local_date(session.now())
    link = Link
    statement = (
        select(OrgUnit.id, OrgUnit.short_name, OrgUnit.kind, link.parent_id)
        .outerjoin(link, and_(link.child_id == OrgUnit.id, link.tree == ADMINISTRATIVE, link_valid(link, today)))
        .where(coverage.filter(OrgUnit.id), OrgUnit.valid_from <= today)
        .where(or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    if kinds:
        statement = statement.where(OrgUnit.kind.in_(kinds))
    rows = session.execute(statement).all()
    known = {row.id for row in rows}
    below: dict[UUID | None, list[tuple[UUID, str, str]]] = {}
    for unit_id, name, kind, parent_id in rows:
        below.setdefault(parent_id if parent_id in known else None, []).append((unit_id, name, kind))
    return _nodes(below, None, 0)


def _nodes(
    below: dict[UUID | None, list[tuple[UUID, str, str]]], parent: UUID | None, depth: int
) -> tuple[TreeNode, ...]:
    return tuple(
        TreeNode(unit_id, name, kind, depth, _nodes(below, unit_id, depth + 1))
        for unit_id, name, kind in below.get(parent, ())
    )
