"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import FocusProblem, HazardCategory

CATEGORIES = (
    HazardCategory("food.rules", "食品安全管理制度不落实", clauses=("WJ-2.6-02", "SIP-2.6-01")),
    HazardCategory("food.purchase", "采购、索证索票、进货查验不规范", clauses=("WJ-2.6-07", "WJ-2.6-08", "WJ-2.6-11")),
    HazardCategory("food.storage", "储存不规范", clauses=("WJ-2.6-12", "SIP-2.6-07")),
    HazardCategory("food.processing", "加工不规范", clauses=("WJ-2.6-13", "SIP-2.6-07")),
    HazardCategory("food.samples", "留样不规范", clauses=("WJ-2.6-14", "SIP-2.6-07")),
    HazardCategory("food.delivery", "配送、销售不规范", clauses=("WJ-2.6-15", "YQ-2.2-10")),
    HazardCategory("food.staff", "从业人员持证、培训不到位", clauses=("WJ-2.6-10", "SIP-2.6-06")),
    HazardCategory("food.accompanied", "集中用餐陪餐制度不落实", clauses=("WJ-2.6-03", "SIP-2.6-02")),
    HazardCategory("food.kitchen_view", "明厨亮灶、阳光食堂使用不到位", clauses=("WJ-2.6-05", "SIP-A1-6-06")),
    HazardCategory("food.water", "生活用水、饮用水水质与管理", clauses=("WJ-2.6-21", "WJ-2.6-22", "SIP-A1-6-07")),
    HazardCategory("food.disease", "传染病、常见病、公共场所卫生管理", clauses=("YQ-2.2-15", "YQ-2.2-16")),
    HazardCategory("food.plan", "食品安全应急预案不完善", clauses=("WJ-2.6-23",)),
)

FOCUS = (
    FocusProblem("food.focus_1", 1, "学校食堂食品安全管理制度落实不到位", "yongqiao", clauses=("YQ-2.2-02",)),
    FocusProblem(
        "food.focus_2",
        2,
        "食堂食品采购、存储、加工、销售等各环节操作程序不规范",
        "yongqiao",
        parts=("采购", "存储", "加工", "销售"),
        clauses=("YQ-2.2-03",),
    ),
    FocusProblem(
        "food.focus_3",
        3,
        "学校食堂从业人员日常宣传教育培训，日常管理不到位",
        "yongqiao",
        parts=("日常宣传教育培训", "日常管理"),
        clauses=("YQ-2.2-04",),
    ),
    FocusProblem(
        "food.focus_4",
        4,
        "“互联网+明厨亮灶”实施率、陪餐制度落实率不达标",
        "yongqiao",
        parts=("互联网+明厨亮灶实施率", "陪餐制度落实率"),
        clauses=("YQ-2.2-05",),
    ),
    FocusProblem(
        "food.focus_5",
        5,
        "生活饮用水卫生许可、传染病和常见病、校内公共场所卫生等管理制度落实不到位",
        "yongqiao",
        parts=("生活饮用水卫生许可", "传染病和常见病", "校内公共场所卫生"),
        clauses=("YQ-2.2-06",),
    ),
)
"""五个方面问题, cut out of run-on sentences; inner parts stay visible."""
