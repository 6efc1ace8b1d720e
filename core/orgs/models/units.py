"""Units, the dated links between them, and what follows from the links today."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key

KINDS = (
    "bureau", "department", "cluster", "school", "kindergarten", "campus", "place", "training_institution", "agency",
    "third_party", "provider", "external",
)  # fmt: skip
"""What a unit is to everybody else: the words of core.tenancy.packs.model.OrgKind."""
SCHOOL_KINDS = ("school", "kindergarten", "training_institution")
"""Kinds that answer for themselves; campuses and places belong to one of them."""
ADMINISTRATIVE, CLUSTER, GROUP, DEPARTMENT = "administrative", "cluster", "group", "department"
TREES = (ADMINISTRATIVE, CLUSTER, GROUP, DEPARTMENT)
SCOPE_TREES = (ADMINISTRATIVE, CLUSTER, GROUP)
"""The trees along which posts reach downwards; ``department`` only says which department guides a unit."""


class OrgUnit(TenantBase, Identified, Versioned):
    """A bureau, department, cluster, school, campus, place, agency. Personal data: none."""

    __tablename__ = "org_units"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", name="uq_org_units__tenant_id_code"),
        CheckConstraint(
            "kind in ('bureau', 'department', 'cluster', 'school', 'kindergarten', 'campus', 'place', 'training_institution',"
            " 'agency', 'third_party', 'provider', 'external')",
            name="kind",
        ),
        CheckConstraint("ownership in ('public', 'private')", name="ownership"),
        CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name="dates"),
        CheckConstraint("student_count >= 0 and staff_count >= 0", name="counts"),
        Index("ix_org_units__name_sort", "tenant_id", "name_sort", "id"),
        Index("ix_org_units__kind", "tenant_id", "kind", "name_sort"),
    )

    code: Mapped[str]
    """The district's own code, e.g. the school code of the ministry; imports recognise a unit by it."""
    name: Mapped[str]
    """Full official name, as papers write it."""
    short_name: Mapped[str]
    name_sort: Mapped[str]
    """Sort key: numbers by value, then pinyin as far as GB 18030 orders by it; see core.kernel.naming."""
    kind: Mapped[str]
    org_type: Mapped[str | None]
    """Code of the pack's org type; posts say in which org types they are held."""
    stages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """kindergarten, primary, junior, senior, vocational, special; empty for what is no school."""
    ownership: Mapped[str | None]
    """public | private; None where it does not apply."""
    student_count: Mapped[int | None]
    staff_count: Mapped[int | None]
    address: Mapped[str] = mapped_column(default="", server_default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day; None while open. A closed unit keeps its records."""


class OrgLink(TenantBase, Identified):
    """``child`` hangs under ``parent`` in a tree, from a day to a day. Personal data: none."""

    __tablename__ = "org_links"
    __table_args__ = (
        tenant_key("org_units", "parent_id"),
        tenant_key("org_units", "child_id"),
        UniqueConstraint(
            "tenant_id", "tree", "parent_id", "child_id", "valid_from", name="uq_org_links__tenant_id_tree_parent_id_child_id_valid_from"
        ),
        CheckConstraint("tree in ('administrative', 'cluster', 'group', 'department')", name="tree"),
        CheckConstraint("parent_id <> child_id", name="two"),
        CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name="dates"),
        # The service checks whole periods; this stops the commonest breach in the database too.
        Index(
            "uq_org_links__one_administrative_parent", "tenant_id", "child_id",
            unique=True, postgresql_where=text("tree = 'administrative' and valid_to is null"),
        ),
        Index("ix_org_links__child", "tenant_id", "child_id", "tree"),
        Index("ix_org_links__parent", "tenant_id", "parent_id", "tree"),
    )  # fmt: skip

    parent_id: Mapped[UUID]
    child_id: Mapped[UUID]
    tree: Mapped[str]
    """administrative (one parent at a time) | cluster (supervises an area) | group (集团校) | department (guides)."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day; the day before ``valid_from`` for a link that never came into force."""


class OrgClosure(TenantBase):
    """Who stands above whom today, itself included (depth 0). Derived from the links. Personal data: none."""

    __tablename__ = "org_closure"
    __table_args__ = (
        tenant_key("org_units", "ancestor_id", ondelete="CASCADE"),
        tenant_key("org_units", "descendant_id", ondelete="CASCADE"),
        Index("ix_org_closure__descendant", "tenant_id", "descendant_id", "depth"),
    )

    ancestor_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    descendant_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    depth: Mapped[int]
    """Shortest way over administrative, cluster and group links."""
    admin_depth: Mapped[int | None]
    """Steps over administrative links alone; None where a cluster or group link is part of every way.

    A post with scope ``unit`` reaches along these only: the head of a 中心校 does not own the schools it supervises.
    """
