"""The groups of figures that a district opens one by one. Pure data; core.oversight.queries.bureau blanks what is not opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """``title`` and ``shows`` are what the district reads before it agrees."""

    code: str
    title: str
    shows: str


COUNTS, TIMELINESS, DOMAINS, REPORTING = "counts", "timeliness", "domains", "reporting"

INDICATORS = (
    Indicator(COUNTS, "数量", "按月的发现数、整改完成数、未完成数、重大隐患数、自查发现占比"),
    Indicator(TIMELINESS, "时限", "逾期数、按期整改率、在办时长、整改用时分布"),
    Indicator(DOMAINS, "领域", "以上数字按领域分开"),
    Indicator(REPORTING, "覆盖", "每月有隐患记录的学校数与学校总数（只有数，不列校名）"),
)
CODES = frozenset(indicator.code for indicator in INDICATORS)
