"""A roster file as rows of texts: xlsx by its content, csv in UTF-8 (with or without mark) or GB 18030."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.kernel.archives import check_archive
from core.kernel.errors import Invalid, TooLarge

MOST_ROWS = 20_000
WIDEST = 200
PATIENCE_S = 40
Rows = list[list[str]]


def read_sheets(content: bytes) -> Sequence[Rows]:
    """The sheets of the file; a csv is one. Raises Invalid for what is no roster, TooLarge for too many rows."""
    if not content.strip():
        raise Invalid("文件是空的", fields={"file": "请选择有内容的 xlsx 或 csv 文件"})
    if content.startswith(b"PK"):
        sheets = _workbook(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid("旧的 xls 格式不能读取", fields={"file": "请在表格软件中另存为 xlsx 后上传"})
    else:
        sheets = [_csv(_decoded(content))]
    if any(len(rows) > MOST_ROWS + 20 for rows in sheets):
        raise TooLarge("一次最多导入%(most)s行，请分成几个文件", most=MOST_ROWS)
    return sheets


def _workbook(content: bytes) -> list[Rows]:
    check_archive(io.BytesIO(content))
    try:
        answer = subprocess.run(
            # -I and an empty environment: nothing of this process, least of all its secrets, reaches a parser of strangers' files
            [sys.executable, "-I", str(Path(__file__).with_name("child.py")), str(MOST_ROWS + 50)],
            input=content, capture_output=True, timeout=PATIENCE_S, check=True, env={},
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        raise Invalid(
            "表格无法读取或内容过大", fields={"file": "请删去多余的行、列和工作表，另存为 xlsx 后重试"}
        ) from fault
    sheets: list[Rows] = json.loads(answer.stdout)
    return sheets


def _decoded(content: bytes) -> str:
    if b"\0" in content[:4096]:
        raise Invalid("这不是可以读取的表格", fields={"file": "请上传 xlsx 或 csv 文件"})
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文字编码无法识别", fields={"file": "请另存为 UTF-8 或 GB18030（ANSI）编码的 csv"})


def _csv(text: str) -> Rows:
    head = "\n".join(text.splitlines()[:20])
    delimiter = max((",", "\t", ";"), key=head.count)
    rows: Rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row[:WIDEST])
            if len(rows) > MOST_ROWS + 20:
                break
    except csv.Error as fault:
        raise Invalid("csv 文件格式有误", fields={"file": "请检查引号是否成对，或改用 xlsx"}) from fault
    return rows
