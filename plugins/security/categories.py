"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import FocusProblem, HazardCategory

CATEGORIES = (
    HazardCategory("security.guards", "专职保安员配备不到位", clauses=("WJ-2.5-05", "SIP-A1-5-02", "YQ-2.6-02")),
    HazardCategory(
        "security.facilities", "安防设施、技防建设不到位", clauses=("WJ-2.5-06", "WJ-2.5-07", "SIP-A1-5-03")
    ),
    HazardCategory("security.mechanism", "安防机制不健全", clauses=("WJ-2.5-08", "SIP-A1-5-04")),
    HazardCategory("security.gate", "门卫值守、进出门管理不到位", clauses=("WJ-2.5-12", "SIP-A1-5-07")),
    HazardCategory("security.patrol", "内部巡查不到位", clauses=("WJ-2.5-13", "SIP-A1-5-07")),
    HazardCategory("security.intrusion", "无关人员进入校园", clauses=("WJ-2.5-14", "SIP-2.5-09", "LY-4-12")),
    HazardCategory(
        "security.dangerous_items",
        "管制刀具、易燃易爆等危险物品进入校园",
        clauses=("WJ-2.5-15", "WJ-2.5-18", "SIP-2.5-09"),
    ),
    HazardCategory("security.disputes", "涉校涉生矛盾未化解", clauses=("WJ-2.5-10", "SIP-A1-5-05")),
    HazardCategory("security.police_room", "校园警务室建设不达标", clauses=("LY-6-13",)),
    HazardCategory(
        "security.gate_traffic", "校门口及周边道路交通秩序", clauses=("WJ-2.5-23", "WJ-2.5-24", "SIP-2.5-11")
    ),
    HazardCategory("security.surroundings", "校园周边治安环境", clauses=("WJ-2.5-21", "SIP-A2-067", "TY-2.2-04")),
)

FOCUS = (
    FocusProblem("security.focus_1", 1, "学校专职保安员配备不到位", "surroundings", clauses=("YQ-2.6-02",)),
    FocusProblem("security.focus_2", 2, "校园周边治安秩序存在问题", "surroundings", clauses=("YQ-2.6-03",)),
    FocusProblem("security.focus_3", 3, "校园周边文化秩序存在问题", "surroundings", clauses=("YQ-2.6-04",)),
    FocusProblem("security.focus_4", 4, "校园周边交通安全存在问题", "surroundings", clauses=("YQ-2.6-05",)),
    FocusProblem("security.focus_5", 5, "校园周边违规经营存在问题", "surroundings", clauses=("YQ-2.6-06",)),
)
"""校园周边环境综合治理 as a variant of security: its five fields, read as «…存在问题» (the notice names them without a verb)."""
