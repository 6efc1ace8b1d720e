"""Which elements of a pack carry each clause, with what a reader needs to know of them. Pure, and kept for packs in use."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from core.tenancy.packs.checks.report import walk
from core.tenancy.packs.coverage import Covered, coverage, element_name
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.base import Coded, Sourced

KEPT = 64
TEXT_ABOUT = frozenset({"clauses", "readings", "base"})
"""Sections that are text about the others and carry nothing."""
SECTIONS = {
    "tasks": "任务", "campaigns": "行动与阶段", "obligations": "义务", "topics": "记录主题", "reports": "报送", "main_tasks": "责任分工", "lifecycle": "隐患流程",
    "domains": "隐患类别", "registers": "台账", "checklists": "检查表", "org_types": "单位类型", "departments": "处室", "bodies": "机构",
    "posts": "岗位", "settings": "参数", "calendar": "校历", "terms": "用语", "documents": "文件", "tables": "统计表", "indicators": "指标",
    "assessment": "考核", "accountability": "问责", "permission_sets": "权限", "plugins": "业务模块",
}  # fmt: skip
"""Section → what its elements are called. Chinese msgids."""


@dataclass(frozen=True)
class Carrier:
    """An element that names a clause: ``section`` of the pack, ``code`` of its entry there, ``label`` of the part meant."""

    name: str
    section: str
    code: str
    label: str
    confirm: bool
    note: str


Found = tuple[Mapping[str, Covered], Mapping[str, tuple[Carrier, ...]]]
_kept: OrderedDict[int, tuple[Pack, Found]] = OrderedDict()
_lock = Lock()


def carriers(pack: Pack) -> Found:
    """(Clause id → how the pack covers it, clause id → elements that name it). Packs in force never change."""
    with _lock:
        kept = _kept.get(id(pack))
        if kept is not None and kept[0] is pack:
            _kept.move_to_end(id(pack))
            return kept[1]
    found = ({own.id: own for own in coverage(pack)}, _by_clause(pack))
    with _lock:
        _kept[id(pack)] = (pack, found)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _by_clause(pack: Pack) -> dict[str, tuple[Carrier, ...]]:
    found: dict[str, list[Carrier]] = defaultdict(list)
    for path, element in walk(pack):
        if isinstance(element, Sourced) and path and path[0] not in TEXT_ABOUT and element.clauses:
            carrier = _carrier(pack, path, element)
            for clause in element.clauses:
                found[clause].append(carrier)
    return {clause: tuple(dict.fromkeys(own)) for clause, own in found.items()}


def _carrier(pack: Pack, path: Path, element: Sourced) -> Carrier:
    way = list(_along(pack, path))
    coded = [own for own in way if isinstance(own, Coded)]
    return Carrier(
        name=element_name(pack, path), section=str(path[0]), code=coded[0].code if coded else "",
        label=coded[-1].label if coded else "", confirm=element.confirm, note=element.note,
    )  # fmt: skip


def _along(pack: Pack, path: Path) -> list[object]:
    here: object = pack
    passed = []
    for step in path:
        here = getattr(here, step) if isinstance(step, str) else here[step]  # type: ignore[index]  # a place in a tuple
        passed.append(here)
    return passed
