"""Declarative bases: every table says whether it belongs to a tenant or to the platform. Knows no feature."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from core.kernel.clock import require_aware
from core.kernel.ids import new_id

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s__%(column_0_N_name)s",
    "uq": "uq_%(table_name)s__%(column_0_N_name)s",
    "ix": "ix_%(table_name)s__%(column_0_N_name)s",
    "ck": "ck_%(table_name)s__%(constraint_name)s",
}


class Instant(TypeDecorator[datetime]):
    """timestamptz; refuses naive datetimes, which would also lose the index (tenancy.md A3)."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else require_aware(value).astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Text, not varchar; JSONB; aware instants; named constraints."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: Text,
        datetime: Instant,
        UUID: Uuid(as_uuid=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class TenantBase(Base):
    """A row of one tenant. Its migration must call ``ctx.protect``; its keys begin with tenant_id."""

    __abstract__ = True

    tenant_id: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=-100)


class Identified:
    """(tenant_id, id) as the key, id a UUIDv7."""

    id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True, default=new_id, sort_order=-90)


class Versioned:
    """Optimistic locking: the second writer of the same version gets StaleDataError (→ 412)."""

    version: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1", sort_order=90)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def tenant_key(
    table: str, *columns: str, to: tuple[str, ...] = ("id",), ondelete: str | None = None
) -> ForeignKeyConstraint:
    """A composite foreign key (tenant_id, columns…) → table: a simple one lets a tenant attach to another's row."""
    return ForeignKeyConstraint(
        ["tenant_id", *columns], [f"{table}.tenant_id", *(f"{table}.{column}" for column in to)], ondelete=ondelete
    )
