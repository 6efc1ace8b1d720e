"""Lays changes over a compiled pack: the readings a tenant chose and the values it changed locally.

Works on the JSON form and by path, so a change survives a pack update as long as its path does. A path names
members of lists by their code (or id, key, no, position): ``lifecycle.moves.close.by``.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from core.kernel.errors import Invalid
from core.tenancy.packs.model import Option, Pack

_NAMES = ("code", "id", "key", "no")


def overlay(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with the changes made; Invalid for a path that leads nowhere."""
    result = copy.deepcopy(dict(content))
    for path, value in changes.items():
        _set(result, path, copy.deepcopy(value))
    return result


def read_as(pack: Pack, chosen: Mapping[str, str]) -> Pack:
    """The pack under the readings a tenant chose (reading id → option code); others stay as shipped."""
    changes: dict[str, Any] = {}
    for reading in pack.readings:
        code = chosen.get(reading.id)
        option = next((option for option in reading.options if option.code == code), reading.shipped)
        changes |= option.patches if option else {}
    return patched(pack, changes) if changes else pack


def with_option(pack: Pack, option: Option) -> Pack:
    """The pack as this one option would make it."""
    return patched(pack, option.patches)


def patched(pack: Pack, changes: Mapping[str, Any]) -> Pack:
    """The pack with the values at these paths replaced."""
    return Pack.from_json(overlay(pack.to_json(), changes))


def _set(content: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    place: Any = content
    for step in steps:
        place = _step(place, step, path)
    if isinstance(place, list):
        place[_position(place, last, path)] = value
    elif isinstance(place, dict):
        place[last] = value  # a value at its default is not in the JSON: setting it is right
    else:
        raise _missing(path)


def _step(place: Any, step: str, path: str) -> Any:
    if isinstance(place, list):
        return place[_position(place, step, path)]
    if isinstance(place, dict) and step in place:
        return place[step]
    raise _missing(path)


def _position(items: list[Any], step: str, path: str) -> int:
    for index, item in enumerate(items):
        if isinstance(item, dict) and step in (str(item.get(name)) for name in _NAMES):
            return index
    if step.isdigit() and int(step) < len(items):
        return int(step)
    raise _missing(path)


def _missing(path: str) -> Invalid:
    return Invalid("区域包里没有 %(path)s", path=path, fields={path: "区域包里没有这一项"})
