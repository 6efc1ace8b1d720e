"""The words of the log: what kinds of things and which actions it speaks of. Built once at boot from what features say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.hooks.meta import Audited


def named(key: Any, name: Any) -> Callable[[TenantSession, frozenset[str]], Mapping[str, str]]:
    """For ``Audited.names``: the column ``name`` of the rows whose id is in the column ``key``."""

    def names(session: TenantSession, ids: frozenset[str]) -> Mapping[str, str]:
        found = session.execute(select(key, name).where(key.in_(_uuids(ids))))
        return {str(row_id): str(text) for row_id, text in found}

    return names


def _uuids(ids: frozenset[str]) -> list[UUID]:
    """An entry may speak of what has no row (``unknown``)."""
    found = []
    for text in ids:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class AuditWords:
    """Frozen at boot. Raises ValueError for an action worded twice, or a kind with two titles."""

    def __init__(self, groups: Iterable[Iterable[Audited]] = ()) -> None:
        self._kinds: dict[str, Audited] = {}
        self._actions: dict[str, str] = {}
        for audited in (audited for group in groups for audited in group):
            self._add(audited)

    @property
    def kinds(self) -> Mapping[str, Audited]:
        return self._kinds

    @property
    def actions(self) -> Mapping[str, str]:
        return self._actions

    def actions_of(self, kind: str | None) -> Mapping[str, str]:
        """Those of one kind; of all kinds without one, or where the kind is not known."""
        if kind not in self._kinds:
            return self._actions
        return self._kinds[kind].actions

    def kind(self, code: str) -> Audited:
        """Something that nobody words any more (a plugin that is gone) keeps its code as its title."""
        return self._kinds.get(code) or Audited(code, code, {})

    def action(self, code: str) -> str:
        return self._actions.get(code, code)

    def _add(self, audited: Audited) -> None:
        twice = set(audited.actions) & set(self._actions)
        known = self._kinds.get(audited.kind)
        if twice or (known is not None and known.title != audited.title):
            raise ValueError(f"audit words of {audited.kind} are given twice: {sorted(twice) or audited.title}")
        self._actions |= audited.actions
        if known is None:
            self._kinds[audited.kind] = audited
            return
        self._kinds[audited.kind] = replace(
            known, actions={**known.actions, **audited.actions}, facts={**known.facts, **audited.facts},
            endpoint=known.endpoint or audited.endpoint, argument=known.argument or audited.argument,
            names=known.names or audited.names,
        )  # fmt: skip
