"""The pack as people read it: values with their provenance, readings, the notice in numbered paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.kernel.phrases import Phrase
from core.tenancy.changes import READINGS, SETTINGS, changes
from core.tenancy.packs.keys import KEYS, Stricter
from core.tenancy.packs.layers import LOCAL, PRODUCT, Value, Word
from core.tenancy.packs.model import Clause, Document, Pack, Reading
from core.tenancy.shelf import pack_of
from core.tenancy.values import layers

DIRECTIONS = {
    Stricter.LOWER: "越小越严", Stricter.HIGHER: "越大越严", Stricter.YES: "“是”更严", Stricter.NO: "“否”更严",
    Stricter.UNION: "各级合并", Stricter.NEARER: "以本区为准",
}  # fmt: skip


@dataclass(frozen=True)
class WordLine:
    """What one level says."""

    who: str
    value: Any
    source: str
    clauses: tuple[str, ...]
    confirm: bool
    note: str


@dataclass(frozen=True)
class ValueLine:
    """A value in force. ``version`` of the district's own change, 0 if it made none."""

    key: str
    title: str
    kind: str
    """int | bool | str | list."""
    direction: str
    value: Any
    shown: Any
    """The value in words, where it is made of codes of the pack."""
    who: str
    source: str
    clauses: tuple[str, ...]
    confirm: bool
    note: str
    others: tuple[WordLine, ...]
    changed: bool
    version: int
    derived: bool
    """The lifecycle says it: nothing to set here."""


@dataclass(frozen=True)
class ReadingLine:
    """A passage that can be read in more than one way. ``chosen``: code of the option in force, ``""`` if none."""

    reading: Reading
    chosen: str
    shipped: str
    version: int


@dataclass(frozen=True)
class ParagraphLine:
    """A paragraph with the clauses it holds."""

    no: int
    kind: str
    text: str
    clauses: tuple[Clause, ...]

    @property
    def cells(self) -> list[str]:
        """Of a table row."""
        return self.text.split("\t")


@dataclass(frozen=True)
class PackCard:
    """The pack in a few lines."""

    slug: str
    name: str
    version: str
    kind: str
    layers: tuple[str, ...]
    documents: int
    clauses: int
    readings: int


def pack_card(session: TenantSession) -> PackCard:
    pack = pack_of(session)
    return PackCard(
        slug=pack.slug, name=pack.name, version=pack.version, kind=str(pack.kind),
        layers=tuple(layer.label for layer in pack.base), documents=len(pack.documents), clauses=len(pack.clauses),
        readings=len(pack.readings),
    )  # fmt: skip


def value_lines(session: TenantSession) -> tuple[ValueLine, ...]:
    """Every key that somebody says something about, in the order of the keys. At most two queries."""
    pack, found = pack_of(session), layers(session)
    mine = changes(session)
    lines = (_line(pack, value, mine.versions.get(SETTINGS + value.key, 0)) for value in (found.all() if found else ()))
    return tuple(line for line in lines if line.value is not None or line.others or line.changed)


def value_line(session: TenantSession, key: str) -> ValueLine:
    """Raises NotFound."""
    found = layers(session)
    if found is None or key not in KEYS:
        raise NotFound()
    return _line(pack_of(session), found.effective(key), changes(session).versions.get(SETTINGS + key, 0))


def reading_lines(session: TenantSession) -> tuple[ReadingLine, ...]:
    """Passages with a choice first. At most two queries."""
    mine = changes(session)
    lines = []
    for reading in pack_of(session).readings:
        shipped = reading.shipped.code if reading.shipped else ""
        chosen = mine.readings.get(reading.id, shipped)
        lines.append(ReadingLine(reading, chosen, shipped, mine.versions.get(READINGS + reading.id, 0)))
    return tuple(sorted(lines, key=lambda line: not line.reading.options))


def document_of(pack: Pack, code: str) -> Document:
    """Raises NotFound."""
    found = next((document for document in pack.documents if document.code == code), None)
    if found is None:
        raise NotFound()
    return found


def paragraphs(pack: Pack, document: Document, *, text: str = "", domain: str = "") -> tuple[ParagraphLine, ...]:
    """In their order; ``text`` and ``domain`` leave out the others. No query."""
    by_id = {clause.id: clause for clause in pack.clauses if clause.document == document.code}
    lines = (
        ParagraphLine(own.no, str(own.kind), own.text, tuple(by_id[code] for code in own.clauses if code in by_id))
        for own in document.paragraphs
    )
    return tuple(line for line in lines if _fits(line, text, domain))


def clauses_page(pack: Pack, *, paging: Paging, domain: str = "", kind: str = "", text: str = "") -> Page[Clause]:
    """The clauses in the order of the notice. No query."""
    found = [
        clause
        for clause in pack.clauses
        if (not domain or clause.domain == domain)
        and (not kind or clause.kind == kind)
        and (not text or text in clause.text or text == clause.id)
    ]
    return paging.cut(found)


def domains_of(clauses: Iterable[Clause]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause.domain for clause in clauses))


def _fits(line: ParagraphLine, text: str, domain: str) -> bool:
    if text and text not in line.text and text not in {clause.id for clause in line.clauses}:
        return False
    return not domain or any(clause.domain == domain for clause in line.clauses)


def _line(pack: Pack, value: Value, version: int) -> ValueLine:
    key = KEYS[value.key]
    said = tuple(_word(pack, word) for word in value.others if word.value is not None)
    return ValueLine(
        key=value.key, title=key.title, kind="list" if key.of is tuple else key.of.__name__, direction=DIRECTIONS[key.stricter],
        value=list(value.value) if isinstance(value.value, tuple) else value.value, shown=_shown(pack, value.value), who=who(pack, value.set_by),
        source=value.source, clauses=value.clauses, confirm=value.confirm, note=value.note, others=said,
        changed=version > 0, version=version, derived=key.reads is not None,
    )  # fmt: skip


def _shown(pack: Pack, value: Any) -> Any:
    labels = {part.code: part.label for part in pack.lifecycle.parts}
    return [labels.get(item, item) for item in value] if isinstance(value, (list, tuple)) else value


def _word(pack: Pack, word: Word) -> WordLine:
    return WordLine(
        who(pack, word.set_by), _shown(pack, word.value), word.source, word.clauses, word.confirm, word.note
    )


def who(pack: Pack, set_by: str) -> str:
    """Who set a value, in words."""
    if set_by in (PRODUCT, LOCAL, "school"):
        return {PRODUCT: "产品默认", LOCAL: "本区自定", "school": "学校自定"}[set_by]
    if set_by == pack.slug:
        return Phrase("%(district)s通知", district=pack.short_name)
    layer = next((layer for layer in pack.base if layer.code == set_by), None)
    return layer.label if layer else Phrase("读法 %(code)s", code=set_by)
