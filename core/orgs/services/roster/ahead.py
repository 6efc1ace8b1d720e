"""Reads rosters before there is a tenant: the same headers, cells and checks as the import, over what the pack alone brings.

For dry runs (`xiaoan tenant onboard --dry-run`, `xiaoan due --pack DIR --roster FILE`). Writes nothing, needs no database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.access.actor import Actor
from core.hooks.tables import ImportRow
from core.kernel.errors import Invalid
from core.kernel.ids import new_id
from core.orgs.roster.columns import PERSON_COLUMNS, UNIT_COLUMNS
from core.orgs.services.founding import founding
from core.orgs.services.roster.check import check_people, check_units
from core.orgs.services.roster.known import Known, known_from
from core.tables.cells import RowReader
from core.tables.columns import Column
from core.tables.headers import find_header
from core.tables.reading import open_table
from core.tenancy.packs.model import Pack
from core.tenancy.packs.preview import PlannedUnit

MOST_ROWS = 100_000


@dataclass(frozen=True)
class RosterAhead:
    """``units``: those that the pack founds, then those of the roster, in its order. ``faults``: one text a row, with its number."""

    units: tuple[PlannedUnit, ...]
    faults: tuple[str, ...]


def read_units(pack: Pack, file: Path | None) -> RosterAhead:
    """The units there would be. Raises Invalid for a file that is no roster; a row at fault is named and left out."""
    founded = founding(pack)
    if file is None:
        return RosterAhead(founded, ())
    known = _known(pack, founded)
    rows, faults = _read(file, UNIT_COLUMNS)
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.values["code"], row.no)
        if first != row.no:
            faults[row.no] = {"": f"与第{first}行重复，请删去一行"}
        known.brought.setdefault(row.values["code"], row.no)
        for name in {row.values.get("name"), row.values.get("short_name")} - {None, ""}:
            known.names.setdefault(str(name), set()).add(row.values["code"])
    faults |= {no: said for no, said in check_units(rows, known).items() if said and no not in faults}
    replaced = {row.values["code"] for row in rows}
    brought = tuple(_unit(row, founded[0].code) for row in rows if row.no not in faults)
    return RosterAhead(
        (*(unit for unit in founded if unit.code not in replaced), *brought), _said(faults, UNIT_COLUMNS)
    )


def read_holders(pack: Pack, file: Path, units: RosterAhead) -> tuple[dict[str, set[str]], tuple[str, ...]]:
    """(unit code → codes of the posts held there, faults) of a roster of people. Raises Invalid. Keeps no names."""
    known = _known(pack, units.units)
    rows, faults = _read(file, PERSON_COLUMNS)
    faults |= {no: said for no, said in check_people(rows, known).items() if said}
    holders: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.no not in faults:
            holders[row.values["unit"]].add(row.values["post_code"])
    return dict(holders), _said(faults, PERSON_COLUMNS)


def _known(pack: Pack, units: tuple[PlannedUnit, ...]) -> Known:
    known = known_from(pack, session=None, actor=Actor.system(0, "dry run"))
    for unit in units:
        known.codes[unit.code] = new_id()
        known.names.setdefault(unit.name, set()).add(unit.code)
    return known


def _read(file: Path, columns: tuple[Column, ...]) -> tuple[list[ImportRow], dict[int, dict[str, str]]]:
    """(rows whose cells are right, faults of the others)"""
    with file.open("rb") as opened:
        table = open_table(opened)
        header = find_header(table.sheets, columns, {})
        missing = [one.title for one in columns if one.required and (header is None or one.name not in header.places)]
        if header is None or missing:
            raise Invalid("名册缺少必需的列", fields={"roster": "、".join(missing)})
        reader = RowReader(list(columns), header.places, date1904=table.date1904)
        rows: list[ImportRow] = []
        faults: dict[int, dict[str, str]] = {}
        for no, texts in table.rows(header.sheet, most=MOST_ROWS + header.row + 1):
            if no <= header.row or not any(text.strip() for text in texts):
                continue
            values, wrong = reader.read(texts)
            if wrong:
                faults[no] = wrong
            else:
                rows.append(ImportRow(no, values))
    return rows, faults


def _unit(row: ImportRow, root: str) -> PlannedUnit:
    values = row.values
    return PlannedUnit(
        code=values["code"], name=values["name"], kind=values["kind"], org_type=values["org_type"],
        stages=tuple(values.get("stages") or ()), ownership=values.get("ownership"),
        parent=values.get("parent") or ("" if values["code"] == root else root),
        clusters=(values["cluster"],) if values.get("cluster") else (), open_from=values.get("valid_from"),
    )  # fmt: skip


def _said(faults: dict[int, dict[str, str]], columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(_lines(faults, {column.name: column.title for column in columns}))


def _lines(faults: dict[int, dict[str, str]], titles: dict[str, str]) -> Iterator[str]:
    for no, said in sorted(faults.items()):
        yield f"第{no}行：" + "；".join(f"{titles[key]}：{why}" if key else why for key, why in said.items())
