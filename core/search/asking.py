"""What page and REST have in common: which kinds there are for whom, and a hit as it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from core.hooks.searching import Searchable
from core.http.context import RequestContext
from core.http.words import said
from core.search.marking import Part, excerpt, marked
from core.search.queries import Line
from core.search.registered import searchables


@dataclass(frozen=True)
class Shown:
    """A hit with its words marked."""

    kind: str
    kind_title: str
    id: UUID
    title: str
    parts: tuple[Part, ...]
    number: str
    excerpt: tuple[Part, ...]
    unit: str
    state: str
    state_label: str
    link: str
    terms: tuple[str, ...]

    @property
    def number_parts(self) -> tuple[Part, ...]:
        return marked(self.number, self.terms)

    @property
    def unit_parts(self) -> tuple[Part, ...]:
        return marked(self.unit, self.terms)


def open_to(context: RequestContext) -> tuple[Searchable, ...]:
    """The kinds that this person may find."""
    every = searchables(context.runtime.plugins, context.plugins_on)
    return tuple(searchable for searchable in every if context.actor.may(searchable.permission))


def shown(line: Line, terms: Sequence[str]) -> Shown:
    hit = line.hit
    args: dict[str, Any] = dict(hit.args)
    return Shown(
        kind=line.kind, kind_title=said(line.kind_title), id=hit.id, title=hit.title, parts=marked(hit.title, terms),
        number=hit.number, excerpt=excerpt(hit.detail, terms), unit=hit.unit, state=hit.state, state_label=said(hit.state_label),
        link=url_for(hit.endpoint, **args), terms=tuple(terms),
    )  # fmt: skip
