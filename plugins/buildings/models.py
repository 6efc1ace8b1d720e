"""校舍台账 and what belongs to it: buildings, special equipment, weak points of the ground, construction sites. All registers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.domain import tenant_key
from core.sdk.registers import Registered


class Building(Registered):
    """A building of a school (校舍). Personal data: none; its owner is a body."""

    __tablename__ = "buildings_buildings"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint("tenant_id", "unit_id", "name", name="uq_buildings_buildings__tenant_id_unit_id_name"),
        CheckConstraint("appraisal_grade in ('A', 'B', 'C', 'D')", name="appraisal_grade"),
        Index("ix_buildings_buildings__appraised_until", "tenant_id", "appraised_until"),
        Index("ix_buildings_buildings__lightning_until", "tenant_id", "lightning_until"),
    )

    name: Mapped[str]
    """As people on the ground call it, e.g. 一号教学楼."""
    use: Mapped[str]
    """Code of plugins.buildings.words.USES."""
    structure: Mapped[str | None]
    storeys: Mapped[int | None]
    """Above ground."""
    basements: Mapped[int | None]
    """Storeys below ground."""
    area: Mapped[int | None]
    """Floor area in m²."""
    built_year: Mapped[int | None]
    owner: Mapped[str] = mapped_column(default="", server_default="")
    """所有权人, who bears the main responsibility for safe use: a body, not a person."""
    seismic: Mapped[str | None]
    """抗震设防烈度, code of words.SEISMIC."""
    appraisal_grade: Mapped[str | None]
    """Of the last 安全鉴定."""
    appraised_on: Mapped[date | None]
    appraised_until: Mapped[date | None]
    """Until when the appraisal holds."""
    dangerous_parts: Mapped[str] = mapped_column(default="", server_default="")
    """危险部位 and what is done about them."""
    irregular: Mapped[str] = mapped_column(default="", server_default="")
    """违法建设、违规改变主体结构或使用功能, in words; empty: found none."""
    lightning_protected: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Has 防雷装置."""
    lightning_tested_on: Mapped[date | None]
    lightning_until: Mapped[date | None]
    """Until when the test of the lightning protection holds."""
    in_use: Mapped[bool] = mapped_column(default=True, server_default="true")
    """False: closed, nobody goes in."""


class Equipment(Registered):
    """A piece of special equipment (特种设备). Personal data: none."""

    __tablename__ = "buildings_equipment"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("buildings_buildings", "building_id"),
        Index("ix_buildings_equipment__next_inspection_on", "tenant_id", "next_inspection_on"),
    )

    kind: Mapped[str]
    """Code of words.EQUIPMENT."""
    name: Mapped[str]
    building_id: Mapped[UUID | None]
    registration_no: Mapped[str] = mapped_column(default="", server_default="")
    """使用登记证编号."""
    inspected_on: Mapped[date | None]
    next_inspection_on: Mapped[date | None]
    """Until when the inspection holds."""
    maintainer: Mapped[str] = mapped_column(default="", server_default="")
    """维保单位, a firm."""
    in_use: Mapped[bool] = mapped_column(default=True, server_default="true")


class WeakPoint(Registered):
    """A place on the campus that weather makes dangerous. Personal data: none."""

    __tablename__ = "buildings_points"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        Index("ix_buildings_points__unit_id", "tenant_id", "unit_id"),
    )

    kind: Mapped[str]
    """Code of words.POINTS."""
    spot: Mapped[str]
    """Where, in words."""
    measures: Mapped[str] = mapped_column(default="", server_default="")
    """预防措施."""
    responsible_post: Mapped[str] = mapped_column(default="", server_default="")
    """By post, never by name."""
    checked_on: Mapped[date | None]


class Site(Registered):
    """A construction site on the campus (在建项目). Personal data: none."""

    __tablename__ = "buildings_sites"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        Index("ix_buildings_sites__unit_id", "tenant_id", "unit_id"),
    )

    name: Mapped[str]
    contractor: Mapped[str] = mapped_column(default="", server_default="")
    """施工单位, a firm."""
    permit_no: Mapped[str] = mapped_column(default="", server_default="")
    """施工许可证编号."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """Planned."""
    fenced: Mapped[bool] = mapped_column(default=False, server_default="false")
    """施工隔离: fenced off from where pupils are."""
    own_entrance: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Vehicles and workers have an entrance of their own."""
    measures: Mapped[str] = mapped_column(default="", server_default="")
