"""Finds: candidates from the index, newest first, then the thing itself in the person's own scope, and stops early.

What is exact is the comparison of texts; the index only spares most of it. How a kind is asked depends on how much there
is: few candidates are looked at at once; where there are many and a person sees few things, those are compared without the
index; else the candidates are walked from the newest until there is enough.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, and_, any_, func, literal, or_, select, true

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.searching import Searchable, SearchHit
from core.http.paging import Page, Paging
from core.kernel.errors import Invalid
from core.search.grams import LAST, Wanted, wanted
from core.search.models import SearchDocument, SearchPosting
from core.search.normal import normal
from core.search.places import BLOCK, unpacked

MOST_TERMS = 5
MOST_FOUND = 100
"""Of one kind; whoever gets so many asks more exactly, or filters the list of that kind."""
FIRST_LOOK, LATER_LOOK = 200, 1_000
"""Candidates looked at in one query."""
NARROW = 3_000
"""Whoever sees no more things of a kind than this has their texts compared directly: 5 µs each, where a look at candidates costs 5 ms."""
Blocks = dict[int, set[int]]


@dataclass(frozen=True)
class Found:
    """What was found of one kind, newest first. ``more``: there are more than were looked for."""

    searchable: Searchable
    ids: tuple[UUID, ...]
    more: bool = False


@dataclass(frozen=True)
class Line:
    """A hit with its kind."""

    kind: str
    kind_title: str
    hit: SearchHit


def terms_of(question: str) -> tuple[str, ...]:
    """The words asked for, in normal form. Raises Invalid for a question without one, or with one that is too short."""
    spaced = unicodedata.normalize("NFKC", question).split()
    terms = tuple(dict.fromkeys(term for word in spaced if (term := normal(word))))
    if not terms:
        raise Invalid(fields={"q": "请输入要查找的字词或编号"})
    if len(terms) > MOST_TERMS:
        raise Invalid(fields={"q": "最多五个词"})
    if any(len(term) == 1 and term.isascii() for term in terms):
        raise Invalid(fields={"q": "字母和数字至少两位"})
    return terms


def find(
    session: TenantSession, actor: Actor, *, searchables: Iterable[Searchable], terms: Sequence[str]
) -> tuple[Found, ...]:
    """What this actor may see of each kind. One query for the index, then one to a few for each kind."""
    asked = [searchable for searchable in searchables if actor.may(searchable.permission)]
    candidates = _candidates(session, [searchable.kind for searchable in asked], terms)
    return tuple(_found(session, actor, searchable, candidates[searchable.kind], terms) for searchable in asked)


def lines(session: TenantSession, actor: Actor, *, found: Sequence[Found], paging: Paging) -> Page[Line]:
    """One page of everything found, kind by kind. One query for each kind that stands on it."""
    every = [(one.searchable, object_id) for one in found for object_id in one.ids]
    part = every[paging.offset : paging.offset + paging.page_size]
    asked: dict[str, list[UUID]] = defaultdict(list)
    for searchable, object_id in part:
        asked[searchable.kind].append(object_id)
    shown = {
        (one.searchable.kind, hit.id): hit
        for one in found
        if asked[one.searchable.kind]
        for hit in one.searchable.shown(session, actor, asked[one.searchable.kind])
    }
    items = tuple(
        Line(searchable.kind, searchable.title, shown[searchable.kind, object_id])
        for searchable, object_id in part
        if (searchable.kind, object_id) in shown
    )
    return Page(items, len(every), paging.page, paging.page_size)


def _found(
    session: TenantSession, actor: Actor, searchable: Searchable, candidates: Iterator[int], terms: Sequence[str]
) -> Found:
    first = list(islice(candidates, FIRST_LOOK))
    if not first:
        return Found(searchable, (), more=False)
    visible = searchable.visible(session, actor)
    many = len(first) == FIRST_LOOK
    everywhere = actor.coverage(searchable.permission).everywhere
    few = _among_few(session, searchable, terms, visible) if many and not everywhere else None
    ids = few if few is not None else _looked_at(session, searchable, first, terms, visible)
    if many and few is None and len(ids) <= MOST_FOUND:
        few = _among_few(session, searchable, terms, visible) if everywhere else None
        if few is not None:
            ids = few
        else:
            while len(ids) <= MOST_FOUND and (look := list(islice(candidates, LATER_LOOK))):
                ids += _looked_at(session, searchable, look, terms, visible)
    return Found(searchable, tuple(ids[:MOST_FOUND]), more=len(ids) > MOST_FOUND)


def _looked_at(
    session: TenantSession, searchable: Searchable, numbers: list[int], terms: Sequence[str], visible: Select[Any]
) -> list[UUID]:
    """Those of these documents that hold every term and that the actor may see, newest first."""
    if not numbers:
        return []
    document = SearchDocument
    statement = (
        select(document.object_id)
        .where(document.kind == searchable.kind, document.no == any_(literal(numbers, ARRAY(Integer))))
        .where(_holds(terms), document.object_id.in_(visible))
        .order_by(document.no.desc())
    )
    return list(session.scalars(statement))


def _among_few(
    session: TenantSession, searchable: Searchable, terms: Sequence[str], visible: Select[Any]
) -> list[UUID] | None:
    """Compares the texts of everything that the actor sees; None where that is more than a few things."""
    own, document = visible.limit(NARROW + 1).cte(), SearchDocument
    seen = select(func.count().label("number")).select_from(own).subquery()
    same = (
        select(document.no, document.object_id)
        .join(own, own.c.id == document.object_id)
        .where(document.kind == searchable.kind, _holds(terms))
        .subquery()
    )
    joined = seen.outerjoin(same, true())  # how many it sees is said even where nothing holds the terms
    rows = session.execute(select(seen.c.number, same.c.no, same.c.object_id).select_from(joined)).all()
    if rows[0].number > NARROW:
        return None
    return [
        object_id for _, object_id in sorted(((no, found) for _, no, found in rows if no is not None), reverse=True)
    ]


def _holds(terms: Sequence[str]) -> ColumnElement[bool]:
    """Exactly, term by term. ``strpos`` is not leakproof: it narrows what the keys have found, and finds nothing itself."""
    return and_(*(func.strpos(SearchDocument.text, term) > 0 for term in terms))


def _candidates(session: TenantSession, kinds: Sequence[str], terms: Sequence[str]) -> dict[str, Iterator[int]]:
    """For each kind the documents that have every gram, newest first; worked out block by block as they are taken."""
    questions = list(dict.fromkeys(map(wanted, terms)))
    rows = session.execute(
        select(SearchPosting.kind, SearchPosting.gram, SearchPosting.block, SearchPosting.places).where(
            SearchPosting.kind.in_(kinds), _of_grams(questions)
        )
    )
    held: dict[str, dict[int, dict[str, bytes]]] = {kind: defaultdict(dict) for kind in kinds}
    for kind, gram, block, places in rows:
        held[kind][block][gram] = places
    return {kind: _newest_first(blocks, questions) for kind, blocks in held.items()}


def _of_grams(questions: Sequence[Wanted]) -> ColumnElement[bool]:
    exact = sorted({gram for question in questions for gram in question.exact})
    parts: list[ColumnElement[bool]] = [SearchPosting.gram.in_(exact)] if exact else []
    parts += [
        and_(SearchPosting.gram >= question.prefix, SearchPosting.gram < question.prefix + LAST)
        for question in questions
        if question.prefix
    ]
    return or_(*parts)


def _newest_first(blocks: dict[int, dict[str, bytes]], questions: Sequence[Wanted]) -> Iterator[int]:
    for block in sorted(blocks, reverse=True):
        places = blocks[block]
        sets = []
        for question in questions:
            if question.prefix:
                begun = (unpacked(data) for gram, data in places.items() if gram.startswith(question.prefix))
                sets.append(set().union(*begun))
            else:
                sets += [set(unpacked(places[gram])) if gram in places else set() for gram in question.exact]
        for place in sorted(set.intersection(*sets), reverse=True):
            yield block * BLOCK + place
