"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import HazardCategory

CATEGORIES = (
    HazardCategory("buildings.illegal_building", "违法建设", clauses=("WJ-2.9-04", "SIP-2.9-02")),
    HazardCategory("buildings.structure", "违规改变建筑主体结构", clauses=("WJ-2.9-05", "SIP-2.9-02")),
    HazardCategory("buildings.use", "违规改变使用功能", clauses=("WJ-2.9-06", "SIP-2.9-02")),
    HazardCategory("buildings.equipment", "设施设备不符合安全要求", clauses=("WJ-2.9-10", "WJ-2.9-12", "SIP-2.9-06")),
    HazardCategory("buildings.low_ground", "校园低洼地带", clauses=("WJ-2.9-15", "SIP-2.9-08")),
    HazardCategory("buildings.garage", "地下车库", clauses=("WJ-2.9-16",)),
    HazardCategory("buildings.subsidence", "地基沉陷", clauses=("WJ-2.9-17", "SIP-2.9-08")),
    HazardCategory("buildings.slope", "临河易塌陷、易滑坡地段及地质灾害点", clauses=("WJ-2.9-18", "SIP-2.9-08")),
    HazardCategory("buildings.lightning", "易遭受雷击区域", clauses=("WJ-2.9-19", "SIP-2.9-08")),
    HazardCategory("buildings.site", "在建项目施工隔离管理", clauses=("WJ-2.9-20", "SIP-2.9-09")),
)
