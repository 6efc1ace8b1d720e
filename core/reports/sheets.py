"""The statistical tables inside a filing: computed anew, with what was typed laid over, and what keeps them from being signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.db.sessions import TenantSession
from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.orgs.models.units import SCHOOL_KINDS
from core.statistics.queries import computed, tables
from core.statistics.queries.computed import Unit, takes
from core.statistics.sheet import Cell, Head, Origin, Row, Sheet, Value
from core.tables.cells import count, money
from core.tenancy.packs.model import RowsBy

NUMBERS = ("int", "money")
TYPEABLE = (Origin.FACT, Origin.TYPED)
Cells = Mapping[tuple[str, str, str], str]
"""(table, row, column) → as typed; empty: as the ledger says, or nothing."""


def sheets_of(
    session: TenantSession, *, form: str, unit_id: UUID, unit_kind: str, unit_name: str, span: Span, kept: Mapping[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Code → sheet as JSON, for the tables of ``form`` that the pack has; what was typed in ``kept`` is laid over again.

    A school's table is about itself, anybody else's about the whole district. Queries: those of core.statistics for each table.
    """
    known = {table.code: table for table in tables(session)}
    units = frozenset({unit_id}) if unit_kind in SCHOOL_KINDS else None
    found: dict[str, Any] = {}
    for code in form.split():
        if code in known:
            sheet = computed(session, table=known[code], units=units, span=span, unit_name=unit_name)
            found[code] = (_laid_over(sheet, Sheet.from_json(kept[code])) if code in kept else sheet).to_json()
    return found


def with_cells(sheets: Mapping[str, Any], cells: Cells, reasons: Cells) -> dict[str, Any]:
    """What the form brings. Raises Invalid naming the cell that is no number; cells that are not there are left out."""
    faults: dict[str, str] = {}
    found: dict[str, Any] = {}
    for code, data in sheets.items():
        sheet = Sheet.from_json(data)
        places = {(row.code, head.code): (head, cell) for row, head, cell in _typeable(sheet)}
        values: dict[tuple[str, str], Value] = {}
        for (table, row, column), text in cells.items():
            if table == code and (row, column) in places:
                head, cell = places[row, column]
                try:
                    values[row, column] = (
                        cell.ledger if not text.strip() and cell.ledger is not None else _read(head, text)
                    )
                except ValueError:
                    faults[f"t.{table}.{row}.{column}"] = "应为数字"
        because = {
            (row, column): text.strip() for (table, row, column), text in reasons.items()
            if table == code and (row, column) in places
        }  # fmt: skip
        found[code] = sheet.typed(values, because).to_json()
    if faults:
        raise Invalid(fields=faults)
    return found


def faults_of_sheets(sheets: Mapping[str, Any]) -> dict[str, str]:
    """Differences without a reason: field → what would be right."""
    return {
        f"tr.{code}.{found.row}.{found.column}": Phrase(
            "“%(title)s”填%(value)s，台账为%(ledger)s，请写明原因",
            title=found.title,
            value=found.value,
            ledger=found.ledger,
        )
        for code, data in sheets.items()
        for found in Sheet.from_json(data).differences()
        if not found.reason
    }


def filled(sheets: Mapping[str, Any]) -> dict[str, Any]:
    """For signing: a number left blank is filed as 0, as the form says above the table."""
    return {code: _filled(Sheet.from_json(data)).to_json() for code, data in sheets.items()}


def own_rows(session: TenantSession, sheet: Sheet, unit: Unit) -> tuple[Row, ...]:
    """Rows that are about this unit, for its form: its kind of school, itself, or every domain."""
    table = next((own for own in tables(session) if own.code == sheet.table), None)
    single = tuple(row for row in sheet.rows if not row.total)
    if table is None or table.by is not RowsBy.KINDS or unit.kind not in SCHOOL_KINDS:
        return single
    mine = next((row.code for row in table.rows if takes(row, unit)), None)
    return tuple(row for row in single if row.code == mine) or single


@dataclass(frozen=True)
class Place:
    """One cell as a form shows it. ``title``: the column with the heads above it; ``name``: of its field, behind ``t.``."""

    title: str
    name: str
    head: Head
    cell: Cell

    @property
    def speaks(self) -> bool:
        """Says something: what is looked at first; the rest is folded."""
        return self.cell.differs or (self.cell.value not in (None, 0, "") and self.head.origin is not Origin.ROW)


def places_of(sheet: Sheet, row: Row) -> tuple[Place, ...]:
    """The visible cells of a row from left to right, without its own name and number."""
    titles = _titles(sheet.shown)
    return tuple(
        Place(titles[head.code], f"{sheet.table}.{row.code}.{head.code}", head, cell)
        for head, cell in zip(sheet.columns, row.cells, strict=True)
        if not head.hidden and head.origin is not Origin.ROW
    )


def _titles(heads: tuple[Head, ...], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for head in heads:
        title = f"{above} · {head.label}" if above else head.label
        found |= _titles(head.columns, title) if head.columns else {head.code: title}
    return found


def _typeable(sheet: Sheet) -> list[tuple[Row, Head, Any]]:
    return [
        (row, head, cell)
        for row in sheet.rows
        if not row.total
        for head, cell in zip(sheet.columns, row.cells, strict=True)
        if head.origin in TYPEABLE and not head.hidden
    ]


def _laid_over(sheet: Sheet, old: Sheet) -> Sheet:
    places = {(row.code, head.code): (head, cell) for row, head, cell in _typeable(sheet)}
    values: dict[tuple[str, str], Value] = {}
    reasons: dict[tuple[str, str], str] = {}
    for row, head, cell in _typeable(old):
        place = (row.code, head.code)
        if place in places and (head.origin is Origin.TYPED or cell.differs) and cell.value is not None:
            values[place] = cell.value
            if cell.reason:
                reasons[place] = cell.reason
    return sheet.typed(values, reasons)


def _filled(sheet: Sheet) -> Sheet:
    blank = {
        (row.code, head.code): 0
        for row, head, cell in _typeable(sheet)
        if cell.value is None and head.type in NUMBERS and cell.ledger is None
    }
    return sheet.typed(blank)


def _read(head: Head, text: str) -> Value:
    if not text.strip():
        return None
    if head.type == "int":
        return count(text)
    return money(text) if head.type == "money" else text.strip()
