"""What a plugin's permissions would need in a pack that never heard of it: which permission sets get them. Pure.

A pack knows its plugins' permissions by name; of one from elsewhere it knows nothing. The plugin says whom it means by a permission
that every pack knows (``META.suggested``), the district's administrator grants it, and that is laid over the pack like
any other change of the district's own: ``grants.<permission set>/<permission>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.tenancy.packs.model import Pack

Pair = tuple[str, str]


@dataclass(frozen=True)
class Suggested:
    """A permission set, which of a plugin's permissions it has (``granted``: by the district, not by the pack), and which it would get."""

    code: str
    label: str
    has: tuple[str, ...]
    granted: tuple[str, ...]
    missing: tuple[str, ...]


def path_of(bundle: str, permission: str) -> str:
    return f"{bundle}/{permission}"


def pair_of(path: str) -> Pair:
    """(permission set, permission)"""
    bundle, _, permission = path.partition("/")
    return bundle, permission


def granted(pack: Pack, paths: Iterable[str]) -> Pack:
    """The pack with these permissions added to its sets. A set that is gone is passed over."""
    more: dict[str, list[str]] = {}
    for bundle, permission in map(pair_of, paths):
        more.setdefault(bundle, []).append(permission)
    sets = tuple(
        replace(own, permissions=tuple(dict.fromkeys((*own.permissions, *more[own.code])))) if own.code in more else own
        for own in pack.permission_sets
    )
    return replace(pack, permission_sets=sets)


def suggested(pack: Pack, pairs: Sequence[Pair], *, own: frozenset[Pair]) -> tuple[Suggested, ...]:
    """``pairs``: (a plugin's permission, permission of core that says whom it means), as META has them. ``own``: what the
    district granted, (permission set, permission). Sets that neither have nor would get anything are left out."""
    found = []
    for bundle in pack.permission_sets:
        wanted = dict.fromkeys(mine for mine, like in pairs if like in bundle.permissions)
        every = dict.fromkeys((*(mine for mine, _ in pairs if mine in bundle.permissions), *wanted))
        has = tuple(code for code in every if code in bundle.permissions)
        here = tuple(code for code in has if (bundle.code, code) in own)
        missing = tuple(code for code in wanted if code not in bundle.permissions)
        if every:
            found.append(Suggested(bundle.code, bundle.label, has, here, missing))
    return tuple(found)
