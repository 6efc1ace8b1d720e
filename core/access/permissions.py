"""The form in which features declare permissions: data with a title and a reason, checked at boot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

CODE = re.compile(r"^[a-z]+(_[a-z]+)*:[a-z_]+:[a-z_]+$")


class Permission(StrEnum):
    """Base of each feature's enum; values read ``<feature>:<thing>:<act>``."""


@dataclass(frozen=True)
class Declared:
    """One permission as roles and pages show it."""

    code: str
    title: str
    why: str


def declare(permissions: type[Permission], texts: Mapping[Permission, tuple[str, str]]) -> tuple[Declared, ...]:
    """``texts``: permission → (title, why). Raises ValueError where one lacks its text or a code is malformed."""
    missing = [permission for permission in permissions if permission not in texts]
    malformed = [permission for permission in permissions if not CODE.match(permission)]
    if missing or malformed:
        raise ValueError(f"{permissions.__name__}: without title and why: {missing}; malformed: {malformed}")
    return tuple(
        Declared(code=str(permission), title=texts[permission][0], why=texts[permission][1])
        for permission in permissions
    )


class Catalogue:
    """All permissions of core and the plugins, frozen at boot."""

    def __init__(self, groups: Iterable[Iterable[Declared]]) -> None:
        self._by_code: dict[str, Declared] = {}
        for group in groups:
            for declared in group:
                if declared.code in self._by_code:
                    raise ValueError(f"permission {declared.code} is declared twice")
                self._by_code[declared.code] = declared

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Declared]:
        return iter(sorted(self._by_code.values(), key=lambda declared: declared.code))

    def codes(self) -> frozenset[str]:
        return frozenset(self._by_code)
