"""What the demo knows of each district: how large it is drawn and on which day of its campaign it lives. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PASSWORD = "Xiaoan-Demo-2026"  # noqa: S105  printed by `xiaoan up --demo`; the demo refuses to load in production
BUREAU_SLUG, BUREAU_NAME = "monitoring", "教育安全联合监测中心（演示）"


@dataclass(frozen=True)
class District:
    """``levels``: how many units of each level; ``today``: the day of the district's clock when the demo is loaded."""

    slug: str
    place: str
    """Begins the names of its schools."""
    since: date
    today: date
    levels: Mapping[str, int]
    clusters: int
    hazards: int
    consent: bool
    rows: bool = False
    pace: float = 1.0
    """How quickly things are put right here: above 1 is slower."""


DISTRICTS = (
    District(
        "wujin", "武进", date(2020, 9, 1), date(2020, 12, 15),
        {"kindergarten": 36, "primary": 28, "junior": 12, "nine_year": 4, "senior": 6, "vocational": 2, "special": 1, "training": 6},
        clusters=8, hazards=1500, consent=True,
    ),
    District(
        "sip", "园区", date(2020, 6, 1), date(2020, 11, 26),
        {"kindergarten": 44, "primary": 22, "junior": 10, "nine_year": 12, "senior": 5, "special": 1, "training": 6},
        clusters=18, hazards=1700, consent=True, pace=0.8,
    ),
    District(
        "yongqiao", "埇桥", date(2023, 3, 1), date(2023, 10, 20),
        {"kindergarten": 30, "primary": 40, "junior": 22, "nine_year": 6, "senior": 6, "vocational": 2, "special": 1, "training": 4},
        clusters=12, hazards=1600, consent=True, pace=1.3,
    ),
    District(
        "lianyun", "连云", date(2021, 1, 1), date(2021, 6, 15),
        {"kindergarten": 16, "primary": 14, "junior": 5, "nine_year": 3, "senior": 2, "training": 3},
        clusters=4, hazards=700, consent=True, rows=True,
    ),
    District(
        "tongyu", "通榆", date(2018, 11, 1), date(2018, 12, 6),
        {"kindergarten": 18, "primary": 22, "junior": 14, "nine_year": 3, "senior": 2, "vocational": 1, "training": 2},
        clusters=6, hazards=650, consent=False, pace=1.1,
    ),
)  # fmt: skip
"""By slug of the pack; lianyun opens its rows too, tongyu has not consented."""
