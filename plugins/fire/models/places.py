"""Key places (消防重点部位): where a fire would hurt most, and what patrols walk through."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.domain import Identified, TenantBase, Versioned, tenant_key


class Place(TenantBase, Identified, Versioned):
    """A key place of a unit. Personal data: none; who answers for it is named by post."""

    __tablename__ = "fire_places"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint("tenant_id", "unit_id", "name", name="uq_fire_places__tenant_id_unit_id_name"),
        CheckConstraint("patrol_days between 1 and 366", name="patrol_days"),
    )

    unit_id: Mapped[UUID]
    name: Mapped[str]
    """As people on the ground call it, e.g. 一号楼学生食堂."""
    kind: Mapped[str]
    """One of the notice's places, in its words (高层建筑, 学生食堂 …)."""
    building: Mapped[str] = mapped_column(default="", server_default="")
    """The building in words; of one that was chosen, its name then."""
    building_id: Mapped[UUID | None]
    """Of the building directory, where a plugin offers one."""
    risk_note: Mapped[str] = mapped_column(default="", server_default="")
    responsible_post: Mapped[str] = mapped_column(default="", server_default="")
    """防火责任人 by post, never by name."""
    marked: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether a fire sign (防火标志) is up."""
    patrol_days: Mapped[int | None]
    """A patrol at least every so many days; None: as the district says."""
    added_on: Mapped[date]
    """From here on patrols are expected."""
    retired_on: Mapped[date | None]
    """Last day as a key place; it keeps its records."""
