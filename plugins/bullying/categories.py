"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import FocusProblem, HazardCategory

CATEGORIES = (
    HazardCategory("bullying.rules", "预防和处置制度及预案不健全", clauses=("YQ-2.5-02", "LY-11-07", "LY-11-08")),
    HazardCategory("bullying.education", "安全教育、法治教育、心理健康教育不到位", clauses=("YQ-2.5-03",)),
    HazardCategory("bullying.screening", "风险隐患排查不细致", clauses=("YQ-2.5-04", "TY-2.2-03")),
    HazardCategory("bullying.home_school", "家校联动共育不到位", clauses=("YQ-2.5-05",)),
    HazardCategory("bullying.response", "突发事件处置不及时不到位", clauses=("YQ-2.5-06",)),
)

FOCUS = (
    FocusProblem(
        "bullying.focus_1", 1, "学校预防和处置学生欺凌工作制度及预案不健全", "yongqiao", clauses=("YQ-2.5-02",)
    ),
    FocusProblem(
        "bullying.focus_2", 2, "安全教育、法治教育、心理健康教育开展不到位", "yongqiao", clauses=("YQ-2.5-03",)
    ),
    FocusProblem("bullying.focus_3", 3, "风险隐患排查不细致", "yongqiao", clauses=("YQ-2.5-04",)),
    FocusProblem("bullying.focus_4", 4, "家校联动共育不到位", "yongqiao", clauses=("YQ-2.5-05",)),
    FocusProblem("bullying.focus_5", 5, "突发事件处置不及时不到位", "yongqiao", clauses=("YQ-2.5-06",)),
)
"""五个方面问题, cut out of run-on sentences; inner parts stay visible."""
