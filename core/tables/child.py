"""Reads a workbook as a stream, in a process of its own with little memory and time: whatever a stranger's file does ends there.

A script with the file as standard input: ``child.py head`` or ``child.py rows <sheet> <most>``. Answers lines of JSON: first {"sheets": [names], "date1904": bool}; then ["sheet", n] and blocks of rows [[number, [texts]], …]; last "end".
Imports nothing of the product. Upon expat because no library gives all of: flat memory, formulas without values, merged
cells, the Chinese date formats.
"""

from __future__ import annotations

import array
import json
import os
import posixpath
import re
import resource
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO
from xml.parsers import expat

MEMORY = 200 * 1024 * 1024
"""Address space, interpreter included."""
SECONDS = 60
SHEETS = 5
HEAD = 40
"""Rows of a sheet that are enough to find its header and show what is in it."""
WIDEST = 200
LONGEST = 4000
FEED = 256 * 1024
BLOCK = 200
IN_MEMORY = 16 * 1024 * 1024
FORMULA = "\ue000"
"""Stands before the text of a formula whose value the file does not hold. A private letter: nobody types it."""
DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in formats that are dates or times; 27–36 and 50–58 are those of Chinese spreadsheets."""
DATE_CODE = re.compile(r"[ymdhs年月日时]", re.IGNORECASE)
NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["\']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["\']')
MERGES = 200_000


Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str], None]


class Refused(Exception):
    """Not a workbook that we read."""


def main(words: list[str]) -> None:
    """Limits first, then the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with zipfile.ZipFile(os.fdopen(0, "rb")) as archive:
        book = Book(archive)
        _say({"sheets": [name for name, _ in book.sheets], "date1904": book.date1904})
        if words[0] == "head":
            for number in range(len(book.sheets)):
                _say(["sheet", number])
                _send(book.rows(number, HEAD))
        else:
            _send(book.rows(int(words[1]), int(words[2])))
    _say("end")
    sys.stdout.flush()


def _send(rows: Iterator[list[Any]]) -> None:
    while block := list(islice(rows, BLOCK)):
        _say(block)


def _say(thing: Any) -> None:
    sys.stdout.write(json.dumps(thing, separators=(",", ":")) + "\n")


class Book:
    """The parts of a workbook that its cells refer to."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lower().lstrip("/"): name for name in archive.namelist()}
        self.date1904 = False
        self.sheets: list[tuple[str, str]] = []
        """(name, part) of the first visible sheets."""
        self._read_workbook()
        self.strings = self._strings()
        self.dates = self._date_styles()

    def rows(self, number: int, most: int) -> Iterator[list[Any]]:
        part = self.sheets[number][1]
        filled = self._merged(part)
        with self.part(part) as stream:
            yield from SheetRows(self, filled).read(stream, most)

    def part(self, name: str) -> BinaryIO:
        return self.archive.open(self.names[name.lower().lstrip("/")])  # type: ignore[return-value]  # reads bytes

    def _read_workbook(self) -> None:
        targets: dict[str, str] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))

        def entry(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self.date1904 = attributes.get("date1904", "") in ("1", "true", "on")
            elif name == "sheet" and attributes.get("state", "visible") == "visible" and len(self.sheets) < SHEETS:
                own = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
                if own in targets and "worksheets" in targets[own]:
                    self.sheets.append((attributes.get("name", "")[:100], targets[own]))

        _walk(self.part("xl/_rels/workbook.xml.rels"), relation)
        _walk(self.part("xl/workbook.xml"), entry)
        if not self.sheets:
            raise Refused("no sheet")

    def _strings(self) -> Strings:
        strings = Strings()
        if "xl/sharedstrings.xml" not in self.names:
            return strings
        texts: list[str] = []
        state = {"phonetic": 0, "text": False}

        def start(name: str, _: dict[str, str]) -> None:
            state["phonetic"] += name == "rPh"
            state["text"] = name == "t" and not state["phonetic"]

        def end(name: str) -> None:
            state["phonetic"] -= name == "rPh"
            state["text"] = False
            if name == "si":
                strings.add("".join(texts))
                texts.clear()

        def said(text: str) -> None:
            if state["text"]:
                texts.append(text)

        _walk(self.part("xl/sharedStrings.xml"), start, end, said)
        return strings

    def _date_styles(self) -> frozenset[str]:
        """Indexes of the cell styles that show a number as a date or time."""
        own: dict[str, str] = {}
        formats: list[str] = []
        state = {"cells": False}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "numFmt":
                own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                state["cells"] = True
            elif name == "xf" and state["cells"]:
                formats.append(attributes.get("numFmtId", "0"))

        def end(name: str) -> None:
            if name == "cellXfs":
                state["cells"] = False

        if "xl/styles.xml" in self.names:
            _walk(self.part("xl/styles.xml"), start, end)
        return frozenset(str(index) for index, code in enumerate(formats) if _is_date(code, own))

    def _merged(self, part: str) -> dict[int, list[tuple[int, int]]]:
        """Column → (first, last row) of cells merged downwards. They stand after the rows, so the part is looked through before."""
        found: dict[int, list[tuple[int, int]]] = {}
        count, before, inside = 0, b"", False
        with self.part(part) as stream:
            while chunk := stream.read(FEED):
                text = before + chunk
                at = 0 if inside else text.find(b"mergeCells")
                if at >= 0:
                    inside = True
                    keep = text.rfind(b"<")
                    for match in MERGE.finditer(text, 0, keep):
                        first, last = int(match[2]), int(match[4])
                        if last > first:
                            found.setdefault(_column(match[1].decode()), []).append((first, last))
                            count += 1
                    before = text[keep:] if keep >= 0 else b""
                else:
                    before = text[-32:]
                if count > MERGES:
                    raise Refused("too many merged cells")
        for ranges in found.values():
            ranges.sort(reverse=True)
        return found


class Strings:
    """The shared strings: bytes one after another, in memory or, when there are many, in a file."""

    def __init__(self) -> None:
        self._ends = array.array("Q")
        self._bytes = bytearray()
        self._file: Any = None
        self._size = 0

    def add(self, text: str) -> None:
        data = text[:LONGEST].encode("utf-8", "replace")
        self._size += len(data)
        self._bytes += data
        self._ends.append(self._size)
        if len(self._bytes) > IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
            self._file.write(self._bytes)
            self._file.flush()
            self._bytes.clear()

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends):
            return ""
        start, end = (self._ends[index - 1] if index else 0), self._ends[index]
        spilled = self._size - len(self._bytes)
        if end <= spilled:
            return os.pread(self._file.fileno(), end - start, start).decode()
        return self._bytes[start - spilled : end - spilled].decode()


class SheetRows:
    """Rows of one sheet while its XML streams by."""

    def __init__(self, book: Book, merged: dict[int, list[tuple[int, int]]]) -> None:
        self.strings, self.dates, self.date1904, self.merged = book.strings, book.dates, book.date1904, merged
        self.held: dict[int, tuple[int, str]] = {}
        """Column → (last row, text) of a merged cell that reaches further down."""
        self.done: list[list[Any]] = []
        self.number = self.place = 0
        self.cells: list[str] = []
        self.kind = self.style = ""
        self.parts, self.formula = list[str](), list[str]()
        self.target: list[str] | None = None
        self.has_formula = False

    def read(self, stream: BinaryIO, most: int) -> Iterator[list[Any]]:
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        sent = 0
        while chunk := stream.read(FEED):
            parser.Parse(chunk, False)
            for row in self.done:
                yield row
                sent += 1
                if sent >= most:
                    return
            self.done = []
        parser.Parse(b"", True)
        yield from self.done[: most - sent]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            self.place = _place(reference) if reference else self.place + 1
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.parts, self.formula, self.has_formula = [], [], False
        elif name in ("v", "t"):
            self.target = self.parts
        elif name == "f":
            self.target, self.has_formula = self.formula, True
        elif name == "row":
            reference = attributes.get("r")
            self.number = int(reference) if reference and reference.isdecimal() else self.number + 1
            self.cells, self.place = [], -1
        elif name == "rPh":
            self.kind = "phonetic"

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in ("v", "t", "f"):
            self.target = None
        elif name == "c":
            if (self.parts or self.has_formula) and 0 <= self.place < WIDEST:
                text = self._text()
                if text:
                    self.cells.extend([""] * (self.place - len(self.cells) + 1))
                    self.cells[self.place] = text
        elif name == "row" and any(self.cells):
            if self.merged or self.held:
                self._fill()
            self.done.append([self.number, self.cells])

    def _said(self, text: str) -> None:
        if self.target is not None:
            self.target.append(text)

    def _text(self) -> str:
        """As a person would type it: whole numbers without a fraction, days without a time."""
        raw = "".join(self.parts)
        kind = self.kind
        if kind == "s":
            return self.strings[int(raw)] if raw.strip().isdecimal() else ""
        if self.has_formula and not raw:
            return FORMULA + "=" + "".join(self.formula)[:200]
        if kind == "b":
            return "是" if raw == "1" else "否"
        return self._number(raw) if kind == "n" and raw else raw[:LONGEST]

    def _number(self, raw: str) -> str:
        if self.style in self.dates:
            return _moment(raw, self.date1904)
        if raw.lstrip("-").isdecimal():
            return raw[:40]
        try:
            value = float(raw)
        except ValueError:
            return raw[:LONGEST]
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")

    def _fill(self) -> None:
        """What is merged downwards holds for every row that it covers."""
        number, cells = self.number, self.cells
        for place, ranges in self.merged.items():
            while ranges and ranges[-1][1] < number:
                ranges.pop()
            if ranges and ranges[-1][0] == number and place < len(cells) and cells[place]:
                self.held[place] = (ranges[-1][1], cells[place])
        for place, (last, text) in list(self.held.items()):
            if number > last:
                del self.held[place]
                continue
            cells.extend([""] * (place - len(cells) + 1))
            cells[place] = cells[place] or text


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> Any:
        raise Refused("declarations")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def _walk(stream: BinaryIO, start: Start, end: Text | None = None, said: Text | None = None) -> None:
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = (lambda name: end(name.rpartition(":")[2])) if end else None
    parser.CharacterDataHandler = said
    with stream:
        while chunk := stream.read(FEED):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _is_date(number: str, own: dict[str, str]) -> bool:
    if number in own:
        return bool(DATE_CODE.search(NOT_CODE.sub("", own[number]).split(";")[0]))
    return number.isdecimal() and int(number) in DATES


def _moment(raw: str, date1904: bool) -> str:
    """A day number as 2020-03-05, with a time where it has one; what is none as it is."""
    try:
        value = float(raw)
    except ValueError:
        return raw[:LONGEST]
    base = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    days, seconds = divmod(round(value * 86400), 86400)
    if not date1904 and 0 < days < 60:
        days += 1  # spreadsheets count a 29 February 1900 that never was
    time = str(timedelta(seconds=seconds)).zfill(8)
    if not 0 <= days < 2_900_000:
        return raw[:LONGEST]
    if days == 0 and not date1904:
        return time
    day = base + timedelta(days=days)
    return f"{day.isoformat()} {time}" if seconds else day.isoformat()


def _place(reference: str) -> int:
    return _column(reference.rstrip("0123456789"))


@lru_cache(maxsize=1000)
def _column(letters: str) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + (ord(letter) & 31)
    return number - 1


if __name__ == "__main__":
    main(sys.argv[1:])
