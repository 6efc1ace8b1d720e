"""What the audit log says of fire safety, in words."""

from __future__ import annotations

from core.sdk.domain import named
from core.sdk.hooks import Audited
from plugins.fire.acceptance import RULES
from plugins.fire.models import Acceptance, Facility, Place

AUDITED = (
    Audited(
        "fire_acceptance", "消防验收",
        {
            "fire_acceptance.registered": "登记消防验收", "fire_acceptance.reported": "消防验收问题上报隐患",
            **{f"fire_acceptance.{step}": rule.title for step, rule in RULES.items()},
        },
        facts={"building": "建筑", "state": "状态", "stage": "阶段", "reason": "原因", "plan": "方案", "note": "说明", "hazard_id": "隐患"},
        endpoint="fire.acceptance_detail", argument="acceptance_id", names=named(Acceptance.id, Acceptance.building),
    ),
    Audited(
        "fire_place", "重点部位",
        {
            "fire_place.added": "新增重点部位", "fire_place.changed": "修改重点部位", "fire_place.retired": "停用重点部位",
            "fire_patrol.recorded": "记录防火巡查", "fire_patrol.linked": "巡查问题上报隐患",
        },
        facts={"name": "名称", "building": "建筑", "building_id": "所在建筑", "result": "结果"}, endpoint="fire.place_detail", argument="place_id", names=named(Place.id, Place.name),
    ),
    Audited("fire_round", "防火巡查", {"fire_patrol.round": "完成一轮巡查"}, facts={"places": "部位"}),
    Audited(
        "fire_activity", "消防活动",
        {"fire_check.recorded": "记录防火检查", "fire_training.recorded": "记录消防培训", "fire_standard.recorded": "记录标准化达标"},
        facts={"on": "日期", "headcount": "人数", "failed": "不合格项"},
    ),
    Audited(
        "fire_facility", "消防设施",
        {
            "fire_facility.added": "新增消防设施", "fire_facility.changed": "修改消防设施", "fire_facility.tested": "记录设施检测",
            "fire_facility.removed": "撤除消防设施",
        },
        facts={"kind": "类型", "spot": "位置", "quantity": "数量", "tested_on": "检测日", "next_test_on": "下次检测"},
        names=named(Facility.id, Facility.spot),
    ),
    Audited(
        "fire_certificates", "消控证", {"fire_certificates.set": "登记消控证数量"},
        facts={"holder": "持有人", "expires_on": "到期日", "quantity": "数量"},
    ),
)  # fmt: skip
