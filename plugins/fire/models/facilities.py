"""Facilities that must work and certificates that must be valid: counts with a date, no persons. Both are registers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.domain import tenant_key
from core.sdk.registers import Registered


class Facility(Registered):
    """So many of one kind in one spot, tested together. Personal data: none."""

    __tablename__ = "fire_facilities"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("fire_places", "place_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_fire_facilities__unit_id", "tenant_id", "unit_id", "kind"),
        Index("ix_fire_facilities__next_test_on", "tenant_id", "next_test_on"),
    )

    place_id: Mapped[UUID | None]
    """The key place it stands in, if it stands in one."""
    kind: Mapped[str]
    """extinguisher, hydrant, smoke_detector … (plugins.fire.words)."""
    building: Mapped[str] = mapped_column(default="", server_default="")
    """The building in words; of one that was chosen, its name then."""
    building_id: Mapped[UUID | None]
    """Of the building directory, where a plugin offers one."""
    spot: Mapped[str]
    """Where in it, in words."""
    quantity: Mapped[int]
    last_tested_on: Mapped[date | None]
    next_test_on: Mapped[date | None]
    """None: nobody knows, which the page says."""
    maintainer: Mapped[str] = mapped_column(default="", server_default="")
    """维保单位, a firm."""


class Certificate(Registered):
    """消控证 held in a unit: how many, until when. Deliberately no names. Personal data: scans of the certificates, where the unit
    uploads them: seen by those who keep the register there and whoever inspects there."""

    __tablename__ = "fire_certificates"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        CheckConstraint("holder in ('staff', 'guard')", name="holder"),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_fire_certificates__unit_id", "tenant_id", "unit_id", "holder"),
        Index("ix_fire_certificates__expires_on", "tenant_id", "expires_on"),
    )

    holder: Mapped[str]
    """staff 在编人员 | guard 物业保安员."""
    quantity: Mapped[int]
    expires_on: Mapped[date | None]
    """Last valid day; None for certificates without one."""
