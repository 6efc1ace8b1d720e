"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import FocusProblem, HazardCategory

CATEGORIES = (
    HazardCategory("drowning.education", "防溺水宣传教育不到位", clauses=("YQ-2.4-02", "SIP-2.10-04")),
    HazardCategory("drowning.training", "自救他救培训不到位", clauses=("YQ-2.4-03", "YQ-2.4-15")),
    HazardCategory("drowning.home_school", "家校沟通不到位", clauses=("YQ-2.4-04", "YQ-2.4-16")),
    HazardCategory("drowning.care", "重点人群关爱不到位", clauses=("YQ-2.4-05",)),
    HazardCategory("drowning.waters", "重点水域管护不到位", clauses=("YQ-2.4-06", "LY-15-03")),
    HazardCategory("drowning.key_times", "重点时段管控不到位", clauses=("LY-15-04",)),
)

FOCUS = (
    FocusProblem("drowning.focus_1", 1, "防溺水“六不一会”宣传教育不到位", "yongqiao", clauses=("YQ-2.4-02",)),
    FocusProblem(
        "drowning.focus_2",
        2,
        "“溺呛水自救他救”培训开展不到位",
        "yongqiao",
        parts=("自救", "他救"),
        clauses=("YQ-2.4-03",),
    ),
    FocusProblem("drowning.focus_3", 3, "家校沟通不到位", "yongqiao", clauses=("YQ-2.4-04",)),
    FocusProblem("drowning.focus_4", 4, "重点人群关爱不到位", "yongqiao", clauses=("YQ-2.4-05",)),
    FocusProblem("drowning.focus_5", 5, "水域管护措施落实不到位", "yongqiao", clauses=("YQ-2.4-06",)),
)
"""五个方面问题, cut out of run-on sentences; inner parts stay visible."""
