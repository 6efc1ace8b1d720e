"""Which template and which 机关代字 a kind of paper has in this district."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.files.queries import file_card
from core.files.storage import Storage
from core.hooks.papers import PaperKind
from core.papers.models import PaperTemplate, PaperWord
from core.tenancy.packs.model import Pack


@dataclass(frozen=True)
class TemplateLine:
    """One template that the district has or had; ``file_id`` None: there it went back to the built-in one."""

    id: UUID
    kind: str
    no: int
    file_id: UUID | None
    note: str
    at: datetime
    by_name: str


@dataclass(frozen=True)
class Word:
    """``version``: for If-Match; 0 where the word is the product's."""

    word: str
    version: int


@dataclass(frozen=True)
class KindCard:
    """A kind of paper in this district. ``current`` None: the built-in template; ``past`` newest first."""

    kind: PaperKind
    current: TemplateLine | None
    word: Word | None
    past: tuple[TemplateLine, ...]


def kind_cards(session: TenantSession, pack: Pack, kinds: Iterable[PaperKind]) -> list[KindCard]:
    """Two queries, however many kinds."""
    past: dict[str, list[TemplateLine]] = {}
    for row in session.scalars(select(PaperTemplate).order_by(PaperTemplate.kind, PaperTemplate.no.desc())):
        past.setdefault(row.kind, []).append(_line(row))
    own = {row.kind: Word(row.word, row.version) for row in session.scalars(select(PaperWord))}
    cards = []
    for kind in kinds:
        lines = tuple(past.get(kind.code, ()))
        current = lines[0] if lines and lines[0].file_id is not None else None
        word = own.get(kind.code, Word(pack.short_name + kind.word, 0)) if kind.word else None
        cards.append(KindCard(kind, current, word, lines))
    return cards


def current_template(session: TenantSession, code: str) -> TemplateLine | None:
    """The district's template in force; None: the built-in one."""
    row = session.scalars(
        select(PaperTemplate).where(PaperTemplate.kind == code).order_by(PaperTemplate.no.desc()).limit(1)
    ).first()
    return None if row is None or row.file_id is None else _line(row)


def template_bytes(session: TenantSession, storage: Storage, kind: PaperKind) -> tuple[bytes, UUID | None]:
    """(docx, id of the district's template or None). Whoever prints a paper asks here."""
    current = current_template(session, kind.code)
    if current is None or current.file_id is None:
        return kind.template(), None
    with storage.open(file_card(session, current.file_id).key) as stream:
        return stream.read(), current.id


def word_of(session: TenantSession, pack: Pack, kind: PaperKind) -> Word:
    row = session.scalars(select(PaperWord).where(PaperWord.kind == kind.code)).first()
    return Word(pack.short_name + kind.word, 0) if row is None else Word(row.word, row.version)


def _line(row: PaperTemplate) -> TemplateLine:
    return TemplateLine(row.id, row.kind, row.no, row.file_id, row.note, row.at, row.by_name)
