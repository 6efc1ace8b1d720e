"""A file of a table, row by row: xlsx by its content, csv in UTF-8 (with or without mark) or GB 18030. Memory stays flat."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from core.kernel.archives import Limits, check_archive
from core.kernel.errors import Invalid
from core.tables.child import FORMULA, HEAD, LONGEST, WIDEST

LIMITS = Limits(total=160 * 1024 * 1024, ratio=100, entries=200)
"""Of an unpacked workbook: a hundred thousand rows of twenty columns are about 90 MB."""
PATIENCE_S = 120
CHILD = Path(__file__).with_name("child.py")
DECODE = 1024 * 1024
Row = tuple[int, list[str]]
"""(number as a spreadsheet shows it, texts)"""

__all__ = ["FORMULA", "Row", "Sheet", "TableFile", "open_table"]


@dataclass(frozen=True)
class Sheet:
    """``head``: its first rows that hold anything."""

    name: str
    head: tuple[Row, ...]


class TableFile:
    """An opened file: its sheets with their heads, and the rows of one of them as often as wanted."""

    date1904 = False
    sheets: tuple[Sheet, ...] = ()

    def rows(self, sheet: int, *, most: int) -> Iterator[Row]:
        """Rows that hold anything, at most ``most``. Raises Invalid where the file cannot be read further."""
        raise NotImplementedError


def open_table(file: BinaryIO) -> TableFile:
    """``file``: a real file (it has a ``fileno``). Raises Invalid with what is right for a file that is no table."""
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if not start.strip():
        raise Invalid("文件是空的", fields={"file": "请选择有内容的 xlsx 或 csv 文件"})
    if start.startswith(b"PK"):
        return _Workbook(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid("旧的 xls 格式不能读取", fields={"file": "请在表格软件中另存为 xlsx 后上传"})
    if b"\0" in start:
        raise Invalid("这不是可以读取的表格", fields={"file": "请上传 xlsx 或 csv 文件"})
    return _Csv(file)


class _Workbook(TableFile):
    def __init__(self, file: BinaryIO) -> None:
        check_archive(file, limits=LIMITS)
        self._file = file
        heads: list[list[Row]] = []
        names: list[str] = []
        for said in self._ask("head"):
            if isinstance(said, dict):
                names, self.date1904 = said["sheets"], said["date1904"]
            elif said[0] == "sheet":
                heads.append([])
            else:
                heads[-1] += [(number, texts) for number, texts in said]
        self.sheets = tuple(Sheet(name, tuple(head)) for name, head in zip(names, heads, strict=True))

    def rows(self, sheet: int, *, most: int) -> Iterator[Row]:
        for said in self._ask("rows", str(sheet), str(most)):
            if isinstance(said, list):
                yield from ((number, texts) for number, texts in said)

    def _ask(self, *words: str) -> Iterator[Any]:
        """What the child says; raises Invalid unless it came to its end."""
        os.lseek(self._file.fileno(), 0, os.SEEK_SET)
        with subprocess.Popen(
            # -I and an empty environment: nothing of this process, least of all its secrets, reaches a parser of strangers' files
            [sys.executable, "-I", str(CHILD), *words],
            stdin=self._file.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
        ) as child:  # fmt: skip
            watch = threading.Timer(PATIENCE_S, child.kill)
            watch.start()
            ended = False
            try:
                for line in child.stdout or ():
                    said = json.loads(line)
                    if said == "end":
                        ended = True
                        break
                    yield said
                if not ended:
                    raise _unreadable()
            except ValueError as fault:  # a line cut short
                raise _unreadable() from fault
            finally:
                watch.cancel()
                child.kill()


class _Csv(TableFile):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._encoding = _encoding(file)
        text = self._text()
        head = "".join(islice(text, 20))
        text.detach()
        self._delimiter = max((",", "\t", ";"), key=head.count)
        self.sheets = (Sheet("", tuple(self.rows(0, most=HEAD))),)

    def rows(self, sheet: int, *, most: int) -> Iterator[Row]:
        sent = 0
        text = self._text()
        try:
            reader = csv.reader(text, delimiter=self._delimiter)
            for number, cells in enumerate(reader, start=1):
                texts = [cell[:LONGEST].replace("\0", "") for cell in cells[:WIDEST]]
                if any(cell.strip() for cell in texts):
                    yield number, texts
                    sent += 1
                    if sent >= most:
                        return
        except csv.Error as fault:
            raise Invalid("csv 文件格式有误", fields={"file": "请检查引号是否成对，或改用 xlsx"}) from fault
        finally:
            text.detach()

    def _text(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(self._file, encoding=self._encoding, newline="")


def _encoding(file: BinaryIO) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=encoding)
        try:
            while text.read(DECODE):
                pass
        except UnicodeDecodeError:
            continue
        else:
            return encoding
        finally:
            text.detach()
    raise Invalid("文字编码无法识别", fields={"file": "请另存为 UTF-8 或 GB18030（ANSI）编码的 csv"})


def _unreadable() -> Invalid:
    return Invalid("表格无法读取或内容过大", fields={"file": "请删去多余的行、列和工作表，另存为 xlsx 后重试"})
