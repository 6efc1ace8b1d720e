"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import FocusProblem, HazardCategory

CATEGORIES = (
    HazardCategory("bus.permit", "校车使用许可、专用校车", clauses=("WJ-2.8-05", "SIP-2.8-02", "LY-13-02")),
    HazardCategory("bus.rules", "安全管理制度、责任不落实", clauses=("WJ-2.8-10", "SIP-2.8-05")),
    HazardCategory("bus.maintenance", "日常管理、维护保养不到位", clauses=("SIP-A1-8-02", "YQ-2.3-03")),
    HazardCategory("bus.monitoring", "卫星定位、动态监控不到位", clauses=("WJ-2.8-12", "WJ-2.8-15", "SIP-2.8-06")),
    HazardCategory("bus.driver", "驾驶员管理：超员、超速、不按线路", clauses=("WJ-2.8-17", "WJ-2.8-19", "SIP-2.8-07")),
    HazardCategory("bus.attendant", "随车照管人员配备、履职不到位", clauses=("WJ-2.8-22", "WJ-2.8-23", "SIP-2.8-10")),
    HazardCategory("bus.road", "校车道路通行条件、危险路段", clauses=("WJ-2.8-30", "WJ-2.8-31", "LY-13-12")),
    HazardCategory("bus.illegal_vehicle", "非法接送学生车辆", clauses=("WJ-2.8-33", "LY-13-14")),
    HazardCategory("bus.education", "交通安全教育、校车疏散演练不到位", clauses=("YQ-2.3-04",)),
    HazardCategory("bus.to_school", "上下学交通", clauses=("TY-2.2-05", "SIP-A1-8-05")),
)

FOCUS = (
    FocusProblem("bus.focus_1", 1, "校车安全管理责任落实不到位", "yongqiao", clauses=("YQ-2.3-02",)),
    FocusProblem(
        "bus.focus_2", 2, "校车日常管理和维护不到位", "yongqiao", parts=("日常管理", "维护"), clauses=("YQ-2.3-03",)
    ),
    FocusProblem(
        "bus.focus_3",
        3,
        "交通安全宣传教育和校车安全疏散演练不到位",
        "yongqiao",
        parts=("交通安全宣传教育", "校车安全疏散演练"),
        clauses=("YQ-2.3-04",),
    ),
    FocusProblem(
        "bus.focus_4",
        4,
        "校车未按要求加装应用符合标准的智能视频监控报警装置",
        "yongqiao",
        parts=("加装", "应用", "符合标准"),
        clauses=("YQ-2.3-05",),
    ),
    FocusProblem(
        "bus.focus_5",
        5,
        "学校未与校车服务提供者签订校车安全管理责任书，校车运行安全管理措施落实不到位",
        "yongqiao",
        parts=("签订责任书", "运行安全管理措施"),
        clauses=("YQ-2.3-06",),
    ),
)
"""五个方面问题, cut out of run-on sentences; inner parts stay visible."""
