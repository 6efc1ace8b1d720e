"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import FocusProblem, HazardCategory

CATEGORIES = (
    HazardCategory("fire.acceptance", "消防验收或备案未完成", clauses=("WJ-2.4-02", "SIP-A1-4-01")),
    HazardCategory("fire.passage", "消防通道、疏散通道不畅通", clauses=("WJ-2.4-24", "WJ-2.4-25", "SIP-2.4-06")),
    HazardCategory("fire.facility", "消防设施、器材缺失或失效", clauses=("SIP-A1-4-06", "SIP-A1-4-11")),
    HazardCategory("fire.electric", "用电用火用气、电气线路隐患", clauses=("WJ-2.4-20", "LY-12-15", "YQ-2.1-06")),
    HazardCategory("fire.key_place", "重点部位管理不到位", clauses=("WJ-2.4-10", "SIP-A1-4-05", "LY-12-09")),
    HazardCategory("fire.dangerous_goods", "易燃易爆物品存放不当", clauses=("WJ-2.4-17", "LY-12-08")),
    HazardCategory("fire.kitchen", "厨房烟道、燃气管道隐患", clauses=("SIP-A1-4-11",)),
    HazardCategory("fire.ebike", "电动自行车停放充电隐患", clauses=("SIP-A1-4-11",)),
    HazardCategory("fire.duty", "消防控制室值守、持证不到位", clauses=("SIP-A1-4-22", "SIP-A1-4-23")),
    HazardCategory("fire.patrol", "防火巡查检查不到位", clauses=("WJ-2.4-34", "SIP-A1-4-09")),
    HazardCategory("fire.rules", "消防安全制度、责任不落实", clauses=("WJ-2.4-33", "SIP-2.4-07")),
    HazardCategory("fire.education", "消防安全教育培训、演练不到位", clauses=("WJ-2.4-40", "SIP-A1-4-16")),
)

FOCUS = (
    FocusProblem("fire.focus_1", 1, "学校消防安全责任落实不到位", "yongqiao", clauses=("YQ-2.1-02",)),
    FocusProblem("fire.focus_2", 2, "消防安全教育开展不到位", "yongqiao", clauses=("YQ-2.1-03",)),
    FocusProblem("fire.focus_3", 3, "消防安全管理制度不健全", "yongqiao", clauses=("YQ-2.1-04",)),
    FocusProblem(
        "fire.focus_4",
        4,
        "日常防火巡查检查落实不到位",
        "yongqiao",
        parts=("日常防火巡查", "检查"),
        clauses=("YQ-2.1-05",),
    ),
    FocusProblem(
        "fire.focus_5", 5, "用电用火用气管理不到位", "yongqiao", parts=("用电", "用火", "用气"), clauses=("YQ-2.1-06",)
    ),
)
"""五个方面问题, cut out of run-on sentences; inner parts stay visible."""
