"""Addresses of elements that survive an update: codes instead of positions, ``campaigns/heating/phases/p1/windows/0``.

Steps are parted by a stroke, because keys of settings have dots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.kernel.errors import Invalid
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Pack

NAMES = ("code", "id", "key", "no")
"""What names a member of a list, in this order."""


def place(content: Mapping[str, Any], path: Path) -> str:
    """The address of what stands at ``path`` of a compiled pack."""
    here: Any = content
    steps: list[str] = []
    for step in path:
        here = here[step]
        steps.append(_name(here, step) if isinstance(step, int) else step)
    return "/".join(steps)


def found(content: Mapping[str, Any], address: str) -> Any:
    """What stands there; None for an address that leads nowhere."""
    here: Any = content
    for step in address.split("/"):
        if isinstance(here, list):
            here = next((item for at, item in enumerate(here) if _name(item, at) == step), None)
        elif isinstance(here, Mapping):
            here = here.get(step)
        else:
            return None
    return here


def confirmed(pack: Pack, addresses: Iterable[str]) -> Pack:
    """The pack with these elements confirmed: no longer 待确认. An address that leads nowhere is passed over."""
    content = pack.to_json()
    for address in addresses:
        element = found(content, address)
        if isinstance(element, dict):
            element.pop("confirm", None)
    return Pack.from_json(content)


def _name(item: Any, at: int) -> str:
    if isinstance(item, Mapping):
        return next((str(item[name]) for name in NAMES if item.get(name)), str(at))
    return str(at)


def element(pack: Pack, address: str) -> dict[str, Any]:
    """The element at the address as plain values. Raises Invalid where there is none."""
    there = found(pack.to_json(), address)
    if not isinstance(there, dict):
        raise Invalid("区域包里没有 %(path)s", path=address, fields={"path": "区域包里没有这一项"})
    return there
