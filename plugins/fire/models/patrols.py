"""What was looked at: patrols of single places, and what a whole unit does once a month or term."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.domain import Identified, TenantBase, tenant_key


class Patrol(TenantBase, Identified):
    """Somebody looked at a key place (防火巡查). Personal data: who."""

    __tablename__ = "fire_patrols"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("fire_places", "place_id"),
        tenant_key("hazards", "hazard_id"),
        CheckConstraint("result in ('normal', 'finding')", name="result"),
        Index("ix_fire_patrols__place", "tenant_id", "place_id", "on"),
        Index("ix_fire_patrols__unit", "tenant_id", "unit_id", "on"),
        Index("ix_fire_patrols__hazard_id", "tenant_id", "hazard_id"),
    )

    unit_id: Mapped[UUID]
    """That of the place, so that data scope needs no join."""
    place_id: Mapped[UUID]
    at: Mapped[datetime]
    on: Mapped[date]
    """The day in Asia/Shanghai."""
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
    result: Mapped[str]
    """normal | finding."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    hazard_id: Mapped[UUID | None]
    """The hazard that the finding became."""
    settled_at: Mapped[datetime | None]
    """When that hazard was closed."""


class Activity(TenantBase, Identified):
    """A check of the whole unit, a training of all staff, or the standard being met. Personal data: who wrote it."""

    __tablename__ = "fire_activities"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        CheckConstraint("kind in ('check', 'training', 'standard')", name="kind"),
        CheckConstraint("headcount >= 0", name="headcount"),
        Index("ix_fire_activities__unit", "tenant_id", "unit_id", "kind", "on"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    """check 防火检查 | training 全员消防培训 | standard 标准化达标."""
    on: Mapped[date]
    headcount: Mapped[int | None]
    """Of a training: how many took part."""
    items: Mapped[list[Any]]
    """Of a check: [{"item": the notice's words, "ok": bool}]."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
    written_at: Mapped[datetime]
