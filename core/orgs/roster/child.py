"""Reads a workbook in a process of its own with little memory: a sheet that claims billions of cells ends there.

Run as a script with the file on standard input; answers JSON: a list of sheets, each a list of rows, each a list of texts.
Imports nothing of the product.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
"""Address space: the interpreter and libraries map some 200 MB before the first cell."""
SECONDS = 30
SHEETS = 5


def main(longest: int) -> None:
    """Limits first, then the parser."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from python_calamine import load_workbook  # noqa: PLC0415  after the limits

    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for name in book.sheet_names[:SHEETS]:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=longest)
        sheets.append([[_text(cell) for cell in row[:200]] for row in rows])
    json.dump(sheets, sys.stdout)


def _text(cell: Any) -> str:
    """As a person would type it: whole numbers without a fraction, days without a time."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)


if __name__ == "__main__":
    main(int(sys.argv[1]))
