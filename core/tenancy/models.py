"""Tenants, their packs and switches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Identified, TenantBase, Versioned


class Tenant(Base):
    """A district or a bureau. Reference data: every login may read it. Personal data: none."""

    __tablename__ = "tenants"
    __table_args__ = (
        CheckConstraint("kind in ('district', 'bureau')", name="kind"),
        CheckConstraint("status in ('active', 'suspended')", name="status"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(start=101), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    """Short name in addresses and commands, e.g. ``wujin``."""
    name: Mapped[str]
    """Full official name of the education bureau."""
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    clock_offset_s: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Seconds this tenant's clock is away from the product's; ignored and refused in production (demo, replay)."""
    created_at: Mapped[datetime]


class PackVersion(TenantBase):
    """A compiled pack as it was applied; the highest version is in force. Personal data: none."""

    __tablename__ = "pack_versions"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str]
    """sha256 over the compiled content."""
    content: Mapped[dict[str, Any]]
    applied_at: Mapped[datetime]
    applied_by: Mapped[str]


class PackOverride(TenantBase, Versioned):
    """A value the district changed locally; survives pack updates. Personal data: who set it."""

    __tablename__ = "pack_overrides"

    path: Mapped[str] = mapped_column(primary_key=True)
    """Where in the pack, e.g. ``lifecycle.grades.general.deadline_days``."""
    value: Mapped[Any] = mapped_column(JSONB)
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime]


class PluginSwitch(TenantBase, Versioned):
    """A plugin on for a tenant, from a day to a day, for some stages of school, in a variant. Personal data: none."""

    __tablename__ = "plugin_switches"

    plugin: Mapped[str] = mapped_column(primary_key=True)
    on_from: Mapped[date]
    on_until: Mapped[date | None]
    """Last day on; None while open-ended. Off freezes the plugin's data, never deletes it."""
    stages: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Unit stages it is for (primary, junior, …); None for all."""
    variant: Mapped[str | None]


class PluginFault(TenantBase):
    """A plugin that raised in a hook while it served this tenant: kept out here until somebody lifts it. Personal data: none."""

    __tablename__ = "plugin_faults"

    plugin: Mapped[str] = mapped_column(primary_key=True)
    plugin_version: Mapped[str]
    """The version that raised; another one starts afresh."""
    moment: Mapped[str]
    """The hook, e.g. ``collect_menu``."""
    fault: Mapped[str]
    """Kind and words of the exception; shown to administrators only."""
    since: Mapped[datetime]


class PluginStrike(TenantBase, Identified):
    """An unforeseen exception of a plugin's own page or job in this tenant: one too many within a day, and it is kept out
    (core.tenancy.quarantine). Personal data: none."""

    __tablename__ = "plugin_strikes"
    __table_args__ = (Index("ix_plugin_strikes__plugin", "tenant_id", "plugin", "at"),)

    plugin: Mapped[str]
    plugin_version: Mapped[str]
    moment: Mapped[str]
    """The page's address as a pattern, or the kind of job."""
    at: Mapped[datetime]


class PluginState(Base):
    """A plugin of this installation as the last start or migration met it. No tenant's. Personal data: none."""

    __tablename__ = "plugin_states"

    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[str] = mapped_column(default="", server_default="")
    revision: Mapped[str | None]
    """How far the migrations that it brings along went; None where it brings none."""
    moment: Mapped[str] = mapped_column(default="", server_default="")
    """Where it failed: import, register_*, migration …; empty while it serves."""
    fault: Mapped[str] = mapped_column(default="", server_default="")
    since: Mapped[datetime | None]
    """Since when it is kept out for that reason."""
