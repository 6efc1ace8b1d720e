"""Words of the inspections, as pages and papers print them."""

from __future__ import annotations

KINDS = {
    "self_check": "自查",
    "daily": "日检查",
    "special": "专项检查",
    "joint": "联合检查",
    "peer": "片区互查",
    "revisit": "回头看",
    "blind": "四不两直",
}
OWN_KINDS = ("self_check", "daily")
"""What a unit does by itself; nobody plans it."""
PLANNED_KINDS = ("special", "joint", "peer", "revisit", "blind")
STATES = {"planned": "待检查", "under_way": "检查中", "finished": "已完成", "cancelled": "已取消"}
ROUND_STATES = {"open": "进行中", "sealed": "已封存", "drawn": "已开封", "revealed": "已公布", "cancelled": "已作废"}
VERDICTS = {"pass": "合格", "fail": "不合格", "na": "不适用"}
ORIGINS = {"pack": "区域文件", "plugin": "业务模块", "district": "本区自编"}
ROLES = {"inspector": "检查人员", "unit": "被检查单位"}
TONES = {"planned": "soon", "under_way": "brand", "finished": "good", "cancelled": "neutral"}
