"""The district's own columns: renamed, hidden, added. Kept by code beside the pack, so an update of the pack leaves them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.tenancy.packs.model import ColumnType, Table, TableColumn

OWN = "own_"
"""Codes of added columns begin so: no column of a pack is ever shadowed."""
ADDED = (ColumnType.INT, ColumnType.MONEY, ColumnType.TEXT)
"""Kinds of columns a district may add; all are typed by hand."""


@dataclass(frozen=True)
class Arranged:
    """What one district changed about one table. Codes that the pack no longer has are without effect."""

    labels: Mapping[str, str]
    """Code of a column → its name here."""
    hidden: frozenset[str]
    added: tuple[TableColumn, ...]
    last: int = 0
    """Number of the last column that was ever added: codes are not given twice, figures hang on them."""

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> Arranged:
        """From what is stored; nothing stored = nothing changed."""
        stored = value or {}
        return cls(
            labels=dict(stored.get("labels", {})),
            hidden=frozenset(stored.get("hidden", ())),
            added=tuple(
                TableColumn(
                    code=one["code"], label=one["label"], type=ColumnType(one["type"]), unit=one.get("unit", "")
                )
                for one in stored.get("added", ())
            ),
            last=stored.get("last", 0),
        )

    def stored(self) -> dict[str, Any]:
        return {
            "labels": dict(self.labels),
            "hidden": sorted(self.hidden),
            "added": [
                {"code": one.code, "label": one.label, "type": str(one.type), "unit": one.unit} for one in self.added
            ],
            "last": self.last,
        }

    def over(self, table: Table) -> Table:
        """The table as this district has it."""
        return replace(table, columns=(*(self._changed(column) for column in table.columns), *self.added))

    def _changed(self, column: TableColumn) -> TableColumn:
        return replace(
            column,
            label=self.labels.get(column.code, column.label),
            hidden=column.hidden or column.code in self.hidden,
            columns=tuple(self._changed(under) for under in column.columns),
        )
