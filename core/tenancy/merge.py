"""Three-way merge of a pack: the version in force, the new one, and what the district changed itself. Pure.

The pack is the bureau's and the district's own changes are laid over it by path, so nothing is ever mixed inside a value:
a change survives where the pack says there what it said before; where the pack moved on under it, somebody is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.tenancy.changes import CONFIRMED, GRANTS, READINGS, SETTINGS
from core.tenancy.packs.brief import short
from core.tenancy.packs.grants import pair_of
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.layers import Layers
from core.tenancy.packs.model import Option, Pack, Reading
from core.tenancy.packs.overlay import read_as
from core.tenancy.packs.places import found


class Side(StrEnum):
    """Which value is taken."""

    MINE = "mine"
    """The district's own stays."""
    THEIRS = "theirs"
    """The new pack's; the district's change ends."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed the same place. Values in short; ``mine_possible``: whether the district's can be kept at all."""

    path: str
    title: str
    before: str
    theirs: str
    mine: str
    mine_possible: bool = True


@dataclass(frozen=True, slots=True)
class Merge:
    """Paths of local changes: ``kept`` as they are, ``lapsed`` (what was confirmed says something else now, so it is 待确认
    again), and ``conflicts``, about which somebody decides."""

    kept: tuple[str, ...]
    lapsed: tuple[str, ...]
    conflicts: tuple[Conflict, ...]

    def undecided(self, decisions: Mapping[str, Side]) -> tuple[Conflict, ...]:
        return tuple(one for one in self.conflicts if one.path not in decisions)

    def ended(self, decisions: Mapping[str, Side]) -> tuple[str, ...]:
        """Paths of local changes that are over once the new version is in force. Raises Invalid for a decision that cannot
        be, or that is missing."""
        for one in self.conflicts:
            side = decisions.get(one.path)
            if side is None:
                raise Invalid("还有改动没有选定", fields={one.path: "请选择保留本区的改动，或采用新版本"})
            if side is Side.MINE and not one.mine_possible:
                raise Invalid("这项改动在新版本中没有位置", fields={one.path: "只能采用新版本"})
        taken = (one.path for one in self.conflicts if decisions[one.path] is Side.THEIRS)
        return (*self.lapsed, *taken)


def merge(before: Pack, after: Pack, local: Mapping[str, Any]) -> Merge:
    """``local``: path → value, as the district's changes are kept (core.tenancy.changes)."""
    kept: list[str] = []
    lapsed: list[str] = []
    conflicts: list[Conflict] = []
    was, now = before.to_json(), after.to_json()
    sets = {own.code for own in after.permission_sets}
    for path, value in sorted(local.items()):
        if path.startswith(CONFIRMED):
            address = path.removeprefix(CONFIRMED)
            there = found(now, address)
            (kept if there is not None and found(was, address) == there else lapsed).append(path)
        elif path.startswith(GRANTS):  # a set that is gone has nobody to give it to
            (kept if pair_of(path.removeprefix(GRANTS))[0] in sets else lapsed).append(path)
        else:
            clash = next(_clash(before, after, path, value), None)
            if clash is None:
                kept.append(path)
            else:
                conflicts.append(clash)
    return Merge(tuple(kept), tuple(lapsed), tuple(conflicts))


def _clash(before: Pack, after: Pack, path: str, value: Any) -> Iterator[Conflict]:
    if path.startswith(SETTINGS):
        yield from _setting(before, after, path, value)
    elif path.startswith(READINGS):
        yield from _reading(before, after, path, str(value))
    else:
        yield from _section(before, after, path, value)


def _section(before: Pack, after: Pack, path: str, mine: Any) -> Iterator[Conflict]:
    """``<section>.<code>``: the district has an element of its own instead of the pack's (columns of a table)."""
    address = path.replace(".", "/", 1)
    was, now = found(before.to_json(), address), found(after.to_json(), address)
    if was == now and now is not None:
        return
    yield Conflict(
        path, short(now) or short(was) or path, short(was), short(now), short(mine), mine_possible=now is not None
    )


def _setting(before: Pack, after: Pack, path: str, mine: Any) -> Iterator[Conflict]:
    key = path.removeprefix(SETTINGS)
    if key not in KEYS:
        yield Conflict(path, key, "", "", short(mine), mine_possible=False)
        return
    was, now = Layers(before).effective(key).value, Layers(after).effective(key).value
    if now in (was, mine) or (isinstance(now, tuple) and list(now) == mine):
        return
    declared = KEYS[key]
    looser = now is not None and not Layers(after).effective(key).confirm and declared.looser(mine, now)
    yield Conflict(path, declared.title, short(was), short(now), short(mine), mine_possible=not looser)


def _reading(before: Pack, after: Pack, path: str, mine: str) -> Iterator[Conflict]:
    reading_id = path.removeprefix(READINGS)
    was, now = _by_id(before.readings, reading_id), _by_id(after.readings, reading_id)
    if now is None:
        yield Conflict(
            path, was.issue if was else reading_id, _says(was, _shipped(was)), "", _says(was, mine), mine_possible=False
        )
        return
    possible = mine in {option.code for option in now.options} and _fits(after, reading_id, mine)
    same = was is not None and (was.issue, was.options) == (now.issue, now.options)
    if same and possible:
        return
    yield Conflict(
        path, now.issue, _says(was, _shipped(was)), _says(now, _shipped(now)), _says(was, mine), mine_possible=possible
    )


def _fits(pack: Pack, reading_id: str, code: str) -> bool:
    try:
        read_as(pack, {reading_id: code})
    except Invalid:
        return False
    return True


def _by_id(readings: Collection[Reading], reading_id: str) -> Reading | None:
    return next((one for one in readings if one.id == reading_id), None)


def _shipped(reading: Reading | None) -> str:
    return reading.shipped.code if reading is not None and reading.shipped else ""


def _says(reading: Reading | None, code: str) -> str:
    options: Collection[Option] = reading.options if reading is not None else ()
    return next((option.label for option in options if option.code == code), code)


def title_of(pack: Pack, path: str) -> str:
    """What a local change is about, in words."""
    if path.startswith(SETTINGS):
        key = path.removeprefix(SETTINGS)
        return KEYS[key].title if key in KEYS else key
    if path.startswith(READINGS):
        reading = _by_id(pack.readings, path.removeprefix(READINGS))
        return reading.issue if reading is not None else path
    if path.startswith(GRANTS):
        bundle, permission = pair_of(path.removeprefix(GRANTS))
        label = next((own.label for own in pack.permission_sets if own.code == bundle), bundle)
        return Phrase("%(set)s：%(permission)s", set=label, permission=permission)
    there = found(pack.to_json(), path.removeprefix(CONFIRMED))
    return Phrase("已确认：%(what)s", what=short(there) or path.removeprefix(CONFIRMED))


def value_of(pack: Pack, path: str, value: Any) -> str:
    """A local change's value in words; a confirmation has none of its own."""
    if path.startswith(CONFIRMED):
        return ""
    if path.startswith(READINGS):
        return _says(_by_id(pack.readings, path.removeprefix(READINGS)), str(value))
    return short(value)
