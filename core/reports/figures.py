"""The figures that a plain report takes from facts: which there are, and where the facts behind one are listed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FigureKind:
    """``unit``: measure word. ``listed``: what the ledger is asked for (see :func:`ledger_args`); empty: not listed anywhere."""

    code: str
    label: str
    unit: str
    listed: str = ""


FIGURES: Mapping[str, FigureKind] = {
    kind.code: kind
    for kind in (
        FigureKind("hazards_found", "本期发现隐患", "处", "found"),
        FigureKind("hazards_major", "其中重大隐患", "处", "major"),
        FigureKind("hazards_closed", "本期整改销号", "处", "closed"),
        FigureKind("hazards_open", "期末未销号", "处"),
        FigureKind("hazards_overdue", "期末逾期未改", "处"),
        FigureKind("inspections_done", "本期完成检查", "次"),
    )
}
"""By code, in the order of the form."""

ZERO_MEANS = ("hazards_found", "hazards_closed")
"""What must be nothing for a 零报告 without words; otherwise the signer says why."""


def ledger_args(kind: FigureKind, *, starts: str, ends: str) -> dict[str, str]:
    """Query of the hazards' ledger that lists the facts behind a figure."""
    match kind.listed:
        case "found":
            return {"found_from": starts, "found_to": ends}
        case "major":
            return {"found_from": starts, "found_to": ends, "grade": "major"}
        case "closed":
            return {"closed_from": starts, "closed_to": ends}
        case _:
            return {}
