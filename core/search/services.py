"""Keeps the index: in batches, one writer of a kind at a time. Knows no feature; reads what they declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Text, cast, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.db.sessions import TenantSession
from core.hooks.searching import Searchable, SearchText
from core.search.grams import grams
from core.search.models import SearchDocument, SearchHead, SearchPosting
from core.search.normal import normal
from core.search.places import BLOCK, packed

BATCH = 500
WRITTEN = 5_000
"""Rows of postings in one statement."""
MOST_FIELD = 500
"""Characters of a field that are indexed."""
SLACK = 1024
"""Numbers that lead nowhere, beyond half of all: then the kind is indexed anew."""
T = TypeVar("T")


def index_these(session: TenantSession, *, searchable: Searchable, ids: Sequence[UUID]) -> int:
    """Brings these things up to date: new, changed, gone. Returns how many changed; without a change nothing is locked."""
    found = {text.id: _text(text) for text in searchable.texts(session, ids)}
    return _bring_up(session, searchable.kind, ids, found)


def compare_all(session: TenantSession, *, searchable: Searchable) -> int:
    """Brings the whole kind up to date, whatever was missed (a load past the services, an event lost in development).

    Returns how many changed. Where more numbers lead nowhere than somewhere, indexes the kind anew.
    """
    changed = 0
    seen: set[UUID] = set()
    for batch in _batches(searchable.texts(session, None), BATCH):
        found = {text.id: _text(text) for text in batch}
        seen |= found.keys()
        changed += _bring_up(session, searchable.kind, list(found), found)
    known = session.scalars(select(SearchDocument.object_id).where(SearchDocument.kind == searchable.kind)).all()
    for gone in _batches((object_id for object_id in known if object_id not in seen), BATCH):
        changed += _bring_up(session, searchable.kind, gone, {})
    given = session.scalar(select(SearchHead.next_no).where(SearchHead.kind == searchable.kind)) or 0
    if given > 1.5 * len(seen) + SLACK:
        index_anew(session, searchable=searchable)
    return changed


def index_anew(session: TenantSession, *, searchable: Searchable) -> int:
    """Forgets the kind and indexes all of it, oldest first; readers see the old index until the commit. Returns how many."""
    kind = searchable.kind
    _head(session, kind)
    for table in (SearchPosting, SearchDocument):
        session.execute(delete(table).where(table.kind == kind).execution_options(synchronize_session=False))
    no = 0
    for batch in _batches(searchable.texts(session, None), BLOCK):  # a block at a time: each row is written once
        _write(session, kind, no, {text.id: _text(text) for text in batch})
        no += len(batch)
    _set_head(session, kind, no)
    return no


def _bring_up(session: TenantSession, kind: str, ids: Sequence[UUID], found: Mapping[UUID, str]) -> int:
    if not _different(session, kind, ids, found):
        return 0
    no = _head(session, kind)
    different = _different(session, kind, ids, found)  # again: another writer may have been faster
    session.execute(
        delete(SearchDocument)
        .where(SearchDocument.kind == kind, SearchDocument.object_id.in_(different))
        .execution_options(synchronize_session=False)
    )
    new = {object_id: text for object_id, text in found.items() if object_id in different}
    _write(session, kind, no, new)
    _set_head(session, kind, no + len(new))
    return len(different)


def _different(session: TenantSession, kind: str, ids: Sequence[UUID], found: Mapping[UUID, str]) -> set[UUID]:
    """Those of ``ids`` whose text is not what stands in the index, or that stand there and are no more."""
    rows = session.execute(
        select(SearchDocument.object_id, SearchDocument.text).where(
            SearchDocument.kind == kind, SearchDocument.object_id.in_(ids)
        )
    )
    known = {row.object_id: row.text for row in rows}
    return {object_id for object_id in ids if known.get(object_id) != found.get(object_id)}


def _head(session: TenantSession, kind: str) -> int:
    """The next number, locked."""
    session.execute(
        upsert(SearchHead).values(tenant_id=session.tenant_id, kind=kind, next_no=0).on_conflict_do_nothing()
    )
    return session.execute(select(SearchHead.next_no).where(SearchHead.kind == kind).with_for_update()).scalar_one()


def _set_head(session: TenantSession, kind: str, no: int) -> None:
    session.execute(
        update(SearchHead)
        .where(SearchHead.kind == kind)
        .values(next_no=no)
        .execution_options(synchronize_session=False)
    )


def _write(session: TenantSession, kind: str, no: int, texts: Mapping[UUID, str]) -> None:
    if not texts:
        return
    rows: list[dict[str, Any]] = [
        {"tenant_id": session.tenant_id, "kind": kind, "no": no + place, "object_id": object_id, "text": text}
        for place, (object_id, text) in enumerate(texts.items())
    ]
    session.execute(insert(SearchDocument), rows)
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in rows:
        block, place = divmod(row["no"], BLOCK)
        for gram in {gram for line in row["text"].split("\n") for gram in grams(line)}:
            places[gram, block].append(place)
    for part in _batches(sorted(places.items()), WRITTEN):
        _append(session, kind, part)


def _append(session: TenantSession, kind: str, part: Sequence[tuple[tuple[str, int], list[int]]]) -> None:
    """One statement: each row is made, or longer by what is new."""
    columns = (
        cast([gram for (gram, _), _ in part], ARRAY(Text)),
        cast([block for (_, block), _ in part], ARRAY(Integer)),
        cast([packed(places) for _, places in part], ARRAY(LargeBinary)),
    )
    new = func.unnest(*columns).table_valued("gram", "block", "places").render_derived()
    statement = upsert(SearchPosting).from_select(
        ["tenant_id", "kind", "gram", "block", "places"],
        select(literal(session.tenant_id, Integer), literal(kind, Text), new.c.gram, new.c.block, new.c.places),
    )
    longer: Any = SearchPosting.places.op("||")(statement.excluded.places)
    session.execute(
        statement.on_conflict_do_update(index_elements=["tenant_id", "kind", "gram", "block"], set_={"places": longer})
    )


def _text(text: SearchText) -> str:
    return "\n".join(line for field in text.fields if (line := normal(field[:MOST_FIELD])))


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
