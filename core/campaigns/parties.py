"""Who is meant by the words of a plan: 教育局, 办公室, 中小学, 专委会成员单位. Pure; knows the pack and no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.tenancy.packs.model import OrgKind, Pack

SCHOOLS = frozenset({OrgKind.SCHOOL, OrgKind.KINDERGARTEN})
ANSWERING = SCHOOLS | {OrgKind.TRAINING}
"""Kinds of units that report tasks of their own; for all others the bureau does."""
EVERY_SCHOOL = ("各学校", "学校", "各级各类学校", "各校", "各学校、幼儿园", "系统内各单位", "各单位")
STAGES = {"小学": "primary", "初中": "junior", "高中": "senior", "职业学校": "vocational"}
SOME = "相关"
"""相关初中: which ones the notice does not say."""


@dataclass(frozen=True)
class Parties:
    """``types``: org types of which every unit answers; ``some``: org types of which some may; ``departments``: codes of the
    bureau's departments that are named; ``bureau``: there is a part for the bureau to report (also for outsiders)."""

    words: tuple[str, ...]
    types: frozenset[str]
    some: frozenset[str]
    departments: tuple[str, ...]
    bureau: bool
    unassigned: bool
    """The bureau answers, and no department is named."""


class PartyBook:
    """The words of one pack. Lines of a plan repeat the same few words, so each set is worked out once."""

    def __init__(self, pack: Pack) -> None:
        self._departments = department_names(pack)
        self._bureau = bureau_names(pack)
        self._pack = pack
        self._known: dict[tuple[str, ...], Parties] = {}

    def __call__(self, words: Iterable[str]) -> Parties:
        """What these words come down to in this district."""
        asked = tuple(words)
        if asked not in self._known:
            self._known[asked] = self._found(asked)
        return self._known[asked]

    def _found(self, words: tuple[str, ...]) -> Parties:
        named = tuple(dict.fromkeys(self._departments[word] for word in words if word in self._departments))
        types: set[str] = set()
        some: set[str] = set()
        rest = []
        for word in words:
            bare = word.removeprefix(SOME)
            found = _types(self._pack, bare)
            if not found:
                rest.append(word)
            elif word != bare:
                some |= found
            else:
                types |= found
        bureau = bool(rest) or bool(some) or not words
        unassigned = not named and (not words or any(word in self._bureau for word in words))
        return Parties(words, frozenset(types), frozenset(some - types), named, bureau, unassigned)


def parties(pack: Pack, words: Iterable[str]) -> Parties:
    """What these words come down to in this district."""
    return PartyBook(pack)(words)


def bureau_names(pack: Pack) -> frozenset[str]:
    """The bureau as plans call it."""
    return frozenset({"教育局", "局", pack.name, pack.term("bureau"), "区教育局", "县教育局"})


def department_names(pack: Pack) -> Mapping[str, str]:
    """Label or alias → code of a department."""
    return {word: own.code for own in pack.departments for word in (own.label, *own.aliases)}


def _types(pack: Pack, word: str) -> frozenset[str]:
    if word in EVERY_SCHOOL:
        return frozenset(own.code for own in pack.org_types if own.kind in SCHOOLS)
    if word == "中小学":
        return frozenset(own.code for own in pack.org_types if own.kind is OrgKind.SCHOOL)
    if word in ("幼儿园", "各幼儿园"):
        return frozenset(own.code for own in pack.org_types if own.kind is OrgKind.KINDERGARTEN)
    if word in STAGES:
        return frozenset(own.code for own in pack.org_types if own.kind in SCHOOLS and STAGES[word] in own.stages)
    return frozenset(
        own.code
        for own in pack.org_types
        if own.kind in ANSWERING and word in (own.label, *own.aliases, f"各{own.label}")
    )
