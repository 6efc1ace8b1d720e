"""Words can be read on their grounds, computed from the tokens; the three scales share no colour with anything else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "core/http/static/css/tokens.css").read_text(encoding="utf-8")
DAY, NIGHT = CSS.split(':root[data-theme="screen"]')
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "brand") for ground in ("paper", "ground", "sunken", "brand-tint")),
    ("on-brand", "brand"), ("on-brand", "brand-2"), ("on-brand", "brand-deep"), ("on-brand-2", "brand-deep"), ("brand-2", "brand-tint"),
    *((f"risk-{n}-ink", f"risk-{n}") for n in (1, 2, 3, 4)),
    *((f"grade-{grade}-ink", f"grade-{grade}") for grade in ("major", "general")),
    *((f"time-{state}-ink", f"time-{state}") for state in ("normal", "soon", "overdue")),
    *((f"{kind}-ink", f"{kind}-tint") for kind in ("good", "warn", "bad", "info")),
    ("time-normal", "paper"), ("time-overdue", "paper"), ("grade-major", "paper"), ("ink", "heat-1"), ("ink", "heat-2"), ("ink-2", "heat-0"),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", DAY))
    return found | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", NIGHT)) if theme == "night" else found


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_pair_is_known() -> None:
    assert round(contrast("#ffffff", "#c8102e"), 1) == 5.9 and round(contrast("#ffffff", "#000000")) == 21


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_by_day_can_be_read(ink: str, ground: str) -> None:
    colours = tokens("day")
    assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "brand"])
@pytest.mark.parametrize("ground", ["paper", "ground", "sunken"])
def test_words_by_night_can_be_read(ink: str, ground: str) -> None:
    colours = tokens("night")
    assert contrast(colours[ink], colours[ground]) >= 4.5


def test_scales_do_not_share_colours_with_grade_brand_or_series() -> None:
    colours = tokens("day")
    scales = {colours[name] for name in colours if re.fullmatch(r"(risk-\d|time-\w+)", name)}
    others = {colours[name] for name in colours if re.fullmatch(r"(grade-\w+|brand.*|series-\d|heat-\d)", name)}
    assert not scales & others
