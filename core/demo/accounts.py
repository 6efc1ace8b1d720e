"""One account per role and district, to be printed beside the address. The logins follow from the packs' posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.demo.districts import BUREAU_NAME, PASSWORD

SCHOOL = "s040"
OWN = {
    "wujin": ("台账专人", f"keeper.{SCHOOL}"), "sip": ("片长", "cluster.c04"), "yongqiao": ("中心校校长", "cluster.c10"),
    "lianyun": ("网格员", "cluster.c04"),
}  # fmt: skip
"""The role that only this district knows: at the school of the other accounts, or of the cluster that looks after it, so that they
meet in the same hazards."""
NAMES = {
    "wujin": "常州市武进区教育局", "sip": "苏州工业园区教育局", "yongqiao": "宿州市埇桥区教育体育局", "lianyun": "连云港市连云区教育局",
    "tongyu": "通榆县教育局",
}  # fmt: skip
"""As the sign-in page lists them."""
ABOVE = (
    ("局长", "director"),
    ("安全科室负责人（管理员）", "office"),
    ("安全科室工作人员", "officer"),
    ("督查员", "inspector"),
)
BELOW = (("校长（园长）", "principal"), ("安全主任", "safety"), ("条线责任人", "line"), ("教职工", "staff"))


@dataclass(frozen=True)
class Account:
    """``tenant`` is the unit to choose at the sign-in page."""

    tenant: str
    role: str
    login: str
    password: str = PASSWORD


def accounts() -> Iterable[Account]:
    """In the order of the districts, the bureau above them last."""
    found = []
    for slug, name in NAMES.items():
        found += [Account(name, role, login) for role, login in ABOVE]
        if slug in OWN:
            found.append(Account(name, *OWN[slug]))
        found += [Account(name, role, f"{login}.{SCHOOL if slug != 'lianyun' else 's020'}") for role, login in BELOW]
    found += [
        Account(BUREAU_NAME, "负责人", "director"),
        Account(BUREAU_NAME, "监测员", "officer"),
        Account(BUREAU_NAME, "管理员", "admin"),
    ]
    return found
