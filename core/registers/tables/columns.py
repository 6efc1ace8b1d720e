"""The columns of a register's table: the same in the blank form, in an import and in an export."""

from __future__ import annotations

from core.registers.declared import Register
from core.registers.schemas import MOST_NOTE, MOST_TEXT
from core.tables.columns import Column, Type
from core.tenancy.packs.model import FieldKind, RegisterField

UNIT = "unit"
TYPES = {
    FieldKind.TEXT: Type.TEXT, FieldKind.NOTE: Type.TEXT, FieldKind.INTEGER: Type.INTEGER, FieldKind.DATE: Type.DATE,
    FieldKind.BOOLEAN: Type.BOOLEAN, FieldKind.CHOICE: Type.CHOICE, FieldKind.UNIT: Type.TEXT, FieldKind.PERSON: Type.TEXT,
    FieldKind.ENTRY: Type.TEXT,
}  # fmt: skip
HINTS = {
    FieldKind.UNIT: "单位全称或代码", FieldKind.PERSON: "本单位人员的姓名", FieldKind.ENTRY: "本单位已登记的名称",
}  # fmt: skip


def kind_slug(register: Register) -> str:
    return f"registers.{register.slug}"


def columns_of(register: Register, *, personal: bool = True) -> tuple[Column, ...]:
    """单位 first, then the fields in the order of the form."""
    unit = Column(
        UNIT, "单位", required=True, aliases=("单位名称", "学校", "单位代码"), hint="单位全称或代码", width=26
    )
    return (unit, *(_column(own) for own in register.all_fields if personal or not own.personal))


def _column(own: RegisterField) -> Column:
    most = own.most or (MOST_NOTE if own.kind is FieldKind.NOTE else MOST_TEXT)
    return Column(
        own.code, own.label, TYPES[own.kind], required=own.required, choices={choice.label: choice.code for choice in own.choices},
        hint=own.help or HINTS.get(own.kind, ""), most=most if own.kind in (FieldKind.TEXT, FieldKind.NOTE) else MOST_TEXT,
        width=24 if own.kind in (FieldKind.TEXT, FieldKind.NOTE, FieldKind.ENTRY, FieldKind.UNIT) else 14, personal=own.personal,
    )  # fmt: skip
