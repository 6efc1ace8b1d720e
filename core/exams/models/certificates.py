"""Certificates of persons: a register."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import tenant_key
from core.registers.models import Registered


class PersonCertificate(Registered):
    """A certificate that somebody holds. Personal data: the holder's name and the number, shown to those who keep the register
    in the unit, and scans, which they and whoever inspects there see; 消控证 stand in the fire plugin's register, as numbers without names."""

    __tablename__ = "person_certificates"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("people", "person_id"),
        CheckConstraint(
            "kind in ('health', 'guard', 'food_safety', 'special_equipment', 'electrician', 'bus_driver', 'teacher', 'other')",
            name="kind",
        ),
        Index("ix_person_certificates__unit_id", "tenant_id", "unit_id", "kind"),
        Index("ix_person_certificates__person_id", "tenant_id", "person_id", "kind"),
        Index("ix_person_certificates__valid_until", "tenant_id", "valid_until"),
    )

    kind: Mapped[str]
    """Code of core.tenancy.packs.model.CertificateKind."""
    person_id: Mapped[UUID | None]
    """The holder, where that is somebody with an account."""
    holder: Mapped[str] = mapped_column(default="", server_default="")
    """The holder in words: a name or a staff number, where there is no account."""
    number: Mapped[str] = mapped_column(default="", server_default="")
    """Of the certificate; its last four characters are enough."""
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    """Last valid day; None: without end."""
    issuer: Mapped[str] = mapped_column(default="", server_default="")
    """Who issued it."""
