"""A district arranges the columns of a table: other names, hidden ones, more of its own."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Invalid, Stale
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.statistics.local import ADDED, OWN, Arranged
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries.declared import arranged
from core.tenancy import changes
from core.tenancy.changes import TABLES
from core.tenancy.models import PackOverride
from core.tenancy.packs.model import ColumnType, Table, TableColumn

LONGEST = 40
MOST = 20
"""Columns of a district's own in one table."""


def arrange_columns(session: TenantSession, *, actor: Actor, code: str, asked: Arranged, version: int) -> int:
    """The table's columns from now on. Returns the version. Raises NotFound, Invalid, Stale.

    A column that names the rows cannot be hidden. Codes of new columns are given here and kept for good: figures hang on them.
    """
    actor.require(StatisticsPermission.ARRANGE)
    table, before, _ = arranged(session, code)
    wanted = _checked(table, before, asked)
    row = session.scalars(select(PackOverride).where(PackOverride.path == TABLES + code).with_for_update()).first()
    if (row.version if row else 0) != version:
        raise Stale(changes={"columns": [None, row.value if row else None]})
    if row is None:
        row = PackOverride(path=TABLES + code)
        session.add(row)
    was, row.value = (row.value if version else None), wanted.stored()
    row.set_by, row.set_at = actor.person_id, session.now()
    session.flush()
    changes.forget(session)
    record(
        session, actor=actor, action="pack.changed", object_kind="pack", object_id=row.path,
        data={"value": [was, row.value]},
    )  # fmt: skip
    emit(session, Event("pack.changed", session.tenant_id, session.now(), {"path": row.path}))
    return row.version


def _checked(table: Table, before: Arranged, asked: Arranged) -> Arranged:
    faults: dict[str, str] = {}
    heads = {column.code: column for column in _every(table.columns)}
    for code, label in asked.labels.items():
        if code not in heads:
            faults[f"label.{code}"] = "没有这一列"
        elif not 0 < len(label.strip()) <= LONGEST:
            faults[f"label.{code}"] = Phrase("1至%(a)s个字", a=LONGEST)
    for code in asked.hidden:
        if code not in heads or heads[code].fact == "row.label":
            faults[f"hidden.{code}"] = "这一列不能隐藏"
    if len(asked.added) > MOST:
        faults["added"] = Phrase("最多增加%(a)s列", a=MOST)
    for place, column in enumerate(asked.added):
        if not 0 < len(column.label.strip()) <= LONGEST:
            faults[f"added.{place}"] = Phrase("1至%(a)s个字", a=LONGEST)
        if column.type not in ADDED or (column.unit and column.type is ColumnType.TEXT):
            faults[f"added.{place}"] = "增加的列可以是整数、金额或文字，文字没有单位"
    if faults:
        raise Invalid(fields=faults)
    labels = {code: label.strip() for code, label in asked.labels.items() if label.strip() != heads[code].label}
    return _coded(before, replace(asked, labels=labels))


def _coded(before: Arranged, asked: Arranged) -> Arranged:
    """A column that was there keeps its code; a new one gets one that was never given."""
    known = {column.code for column in before.added}
    last, found = before.last, []
    for column in asked.added:
        code = column.code
        if code not in known:
            last += 1
            code = f"{OWN}{last}"
        found.append(replace(column, code=code, label=column.label.strip()))
    return replace(asked, added=tuple(found), last=last)


def _every(columns: tuple[TableColumn, ...]) -> list[TableColumn]:
    """Heads too: they may be renamed."""
    return [one for column in columns for one in (column, *_every(column.columns))]
