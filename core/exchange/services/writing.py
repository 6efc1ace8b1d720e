"""The bytes of one table that somebody takes away: a head and a foot that say whose copy it is, the rows between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from core.hooks.tables import ExportKind, Question, TableWork
from core.kernel.phrases import Phrase
from core.tables.columns import Column, Type
from core.tables.writing import Layout, counted, write_csv, write_xlsx

TELL_EVERY = 1000
"""Rows between two words about how far it is."""
Said = Callable[[str], str]
"""Phrase → text in the reader's language."""


def write_table(
    target: BinaryIO, kind: ExportKind, work: TableWork, question: Question, *, form: str, above: Sequence[str], watermark: str,
    tell: Callable[[int], None], said: Said,
) -> tuple[int, int | None]:  # fmt: skip
    """Returns how many rows, and how many photos where the kind has any. ``form``: xlsx | csv; ``tell``: rows done."""
    columns = list(kind.columns(work))
    sums = {place: 0 for place, column in enumerate(columns, start=1) if column.type in (Type.PHOTOS, Type.FILES)}
    rows = counted(_numbered(kind, work, question, tell), sums)
    layout = Layout(said(kind.title), _heads(columns, said), above, watermark, frozen=min(3, len(columns)))
    write = write_xlsx if form == "xlsx" else write_csv
    write(target, layout, rows, below=_below(watermark, columns, sums, said))
    return sums.get(-1, 0), _summed(columns, sums, Type.PHOTOS)


def _numbered(
    kind: ExportKind, work: TableWork, question: Question, tell: Callable[[int], None]
) -> Iterator[Sequence[Any]]:
    done = 0
    for done, row in enumerate(kind.rows(work, question), start=1):
        if done % TELL_EVERY == 0:
            tell(done)
        yield (done, *row)
    tell(done)


def _heads(columns: Sequence[Column], said: Said) -> list[tuple[str, int]]:
    return [(said("序号"), 6), *((said(column.title), column.width) for column in columns)]


def _summed(columns: Sequence[Column], sums: dict[int, int], kind: Type) -> int | None:
    """None where no column is of this kind."""
    counts = [sums[place] for place, column in enumerate(columns, start=1) if column.type is kind]
    return sum(counts) if counts else None


def _below(watermark: str, columns: Sequence[Column], sums: dict[int, int], said: Said) -> Iterator[str]:
    """Asked after the last row."""
    rows = sums.get(-1, 0)
    counts = Phrase("共%(rows)s行", rows=rows)
    if (photos := _summed(columns, sums, Type.PHOTOS)) is not None:
        counts = Phrase("共%(rows)s行，照片%(photos)s张", rows=rows, photos=photos)
    elif (files := _summed(columns, sums, Type.FILES)) is not None:
        counts = Phrase("共%(rows)s行，附件%(files)s个", rows=rows, files=files)
    yield f"{said(counts)}　{watermark}"
