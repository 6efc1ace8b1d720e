"""The first steps of a district, in their order."""

from __future__ import annotations

from collections.abc import Mapping

STEPS: Mapping[str, str] = {
    "units": "单位名册",
    "posts": "岗位与专人",
    "matrix": "责任分工",
    "values": "待确认数值",
    "readings": "读法与参数",
    "domains": "领域与插件",
    "due": "前90天到期",
}
"""Code → title. Codes are kept with who confirmed them."""
