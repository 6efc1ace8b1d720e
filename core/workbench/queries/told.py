"""Entries of the audit log as people read them: actions, kinds and facts in words, things by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, exists, func, or_, select

from core.access.actor import Actor
from core.audit.models import AuditEntry
from core.audit.permissions import AuditPermission
from core.audit.queries import AuditCard, AuditFilter
from core.audit.words import AuditWords
from core.db.sessions import TenantSession
from core.hooks.meta import Audited
from core.identity.models import Person
from core.identity.queries import people_called
from core.kernel.clock import LOCAL
from core.orgs.models import OrgUnit, Post
from core.orgs.queries.posts import valid_on
from core.workbench.schemas import where_of

ID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")


@dataclass(frozen=True)
class Told:
    """One entry. ``name``: what the thing is called today, None where it is gone or never had a row.

    ``facts``: (words, value) of what the entry says; ``rest``: what nobody gave words to, under its own name.
    """

    entry: AuditCard
    action: str
    kind: Audited
    name: str | None
    facts: tuple[tuple[str, str], ...]
    rest: tuple[tuple[str, str], ...]
    ordered_by: str = ""
    """Who ordered the job that did it, by the name of today."""


def reach_of(actor: Actor) -> AuditFilter:
    """What the actor may read at all: everything, or what people did who had a post in the actor's units that day.

    An entry has no unit of its own: a principal answers for the doings of the school's people, and reads those.
    """
    coverage = actor.coverage(AuditPermission.READ)
    if coverage.everywhere:
        return AuditFilter()
    day = cast(func.timezone(str(LOCAL), AuditEntry.at), Date)
    held = exists().where(
        Post.tenant_id == AuditEntry.tenant_id,
        Post.person_id == AuditEntry.actor_id,
        coverage.filter(Post.unit_id),
        valid_on(day),
    )
    return AuditFilter(visible=or_(held, AuditEntry.actor_id == actor.person_id))


def filter_of(session: TenantSession, actor: Actor, args: Mapping[str, Any]) -> AuditFilter:
    """Loaded ``AuditArgs``; somebody who is asked for by name or login may be several people, or a part of the system."""
    where = replace(where_of(args), visible=reach_of(actor).visible)
    if not args["actor"]:
        return where
    people = people_called(session, args["actor"])
    return replace(where, actors=people) if people else replace(where, actor_name=args["actor"])


def told(session: TenantSession, entries: Iterable[AuditCard], words: AuditWords) -> tuple[Told, ...]:
    """One query for each kind of thing among the entries that can be asked for names, two for units and people that facts name."""
    listed = tuple(entries)
    names = {kind: _names(session, words.kind(kind), listed) for kind in {entry.object_kind for entry in listed}}
    found = tuple(_told(entry, words, names[entry.object_kind].get(entry.object_id)) for entry in listed)
    return _by_name(session, found)


def _by_name(session: TenantSession, entries: tuple[Told, ...]) -> tuple[Told, ...]:
    """Ids of units and people in facts as names; any other id by its last letters, as the things themselves are."""
    ids = {UUID(one) for entry in entries for _, text in entry.facts for one in ID.findall(text)}
    ids |= {one.entry.actor_id for one in entries if one.entry.actor_kind == "system" and one.entry.actor_id}
    names: dict[str, str] = {}
    for model in (OrgUnit, Person) if ids else ():
        for id_, name in session.execute(select(model.id, model.name).where(model.id.in_(ids))):
            names[str(id_)] = name

    def read(text: str) -> str:
        return ID.sub(lambda one: names.get(one[0], one[0][-12:]), text)

    return tuple(
        replace(
            entry,
            facts=tuple((words, read(text)) for words, text in entry.facts),
            ordered_by=read(str(entry.entry.actor_id or "")) if entry.entry.actor_kind == "system" else "",
        )
        for entry in entries
    )


def _names(session: TenantSession, kind: Audited, entries: tuple[AuditCard, ...]) -> Mapping[str, str]:
    if kind.names is None:
        return {}
    return kind.names(session, frozenset(entry.object_id for entry in entries if entry.object_kind == kind.kind))


def _told(entry: AuditCard, words: AuditWords, name: str | None) -> Told:
    kind = words.kind(entry.object_kind)
    said = [(fact, text) for fact, value in entry.data.items() if (text := "；".join(_texts(value)))]
    facts = tuple((kind.facts[fact], text) for fact, text in said if fact in kind.facts)
    rest = tuple((fact, text) for fact, text in said if fact not in kind.facts)
    return Told(entry, words.action(entry.action), kind, name, facts, rest)


def _texts(value: Any) -> Iterator[str]:
    """Nothing for what says nothing; [before, after] of a change with an arrow between."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            text = "、".join(_texts(inner)) if not _is_change(inner) else _change(inner)
            yield f"{name} {text}".strip()
    elif _is_change(value):
        yield _change(value)
    elif isinstance(value, list):
        yield from (text for inner in value for text in _texts(inner))
    elif isinstance(value, bool):
        yield "✓" if value else "✗"
    elif value not in (None, ""):
        yield str(value)


def _is_change(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and not any(isinstance(side, list | Mapping) for side in value)


def _change(sides: list[Any]) -> str:
    before, after = ("、".join(_texts(side)) or "—" for side in sides)
    return f"{before} → {after}"
