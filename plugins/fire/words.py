"""The words of fire safety: kinds of facilities, holders, states, checks. Data only; a district's own words win."""

from __future__ import annotations

FACILITIES: dict[str, str] = {
    "extinguisher": "灭火器",
    "hydrant": "消火栓",
    "smoke_detector": "烟感探测器",
    "heat_detector": "温感探测器",
    "sprinkler": "喷淋",
    "alarm": "手动报警与声光警报",
    "emergency_light": "应急照明",
    "exit_sign": "疏散指示标志",
    "fire_door": "防火门",
    "pump": "消防水泵",
    "gas": "气体灭火装置",
    "escape_kit": "逃生器材",
    "circuit": "电气线路与用电设备",
    "gas_line": "燃气管路",
}
"""Code → word. The last two are no equipment but are tested on dates all the same (消防设施、器材、电气燃气线路)."""

HOLDERS: dict[str, str] = {"staff": "在编人员", "guard": "物业保安员"}
STATES: dict[str, str] = {"accepted": "验收合格", "filed": "已备案", "not_accepted": "未通过"}
RESULTS: dict[str, str] = {"normal": "正常", "finding": "有问题"}
ACTIVITIES: dict[str, str] = {"check": "防火检查", "training": "全员消防培训", "standard": "标准化达标"}
