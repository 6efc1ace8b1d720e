"""Responsibility letters in force, who has signed, and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, any_, case, func, literal, select

from core.access.actor import Actor, Coverage
from core.campaigns.models import Letter, LetterSignature
from core.campaigns.permissions import CampaignPermission
from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit, Post
from core.orgs.queries import open_on
from core.orgs.queries.posts import valid_on
from core.tenancy.shelf import pack_of

Later = shared_alias(Letter)
SIGNED, UNSIGNED, VACANT = "signed", "unsigned", "vacant"


@dataclass(frozen=True)
class LetterLine:
    """A text in force. ``due``: posts held today that should sign, among units covered; ``signed`` of them."""

    id: UUID
    series: UUID
    no: int
    campaign: str
    tier: str
    title: str
    posts: tuple[str, ...]
    sign_by: date | None
    issued_at: datetime
    due: int
    signed: int
    mine: bool
    """The reader holds such a post and has not signed."""


@dataclass(frozen=True)
class LetterCard:
    """One version with its text. ``versions``: (id, no) of the series; ``newest``: it is the one in force."""

    line: LetterLine
    body: str
    digest: str
    issued_by_name: str
    versions: tuple[tuple[UUID, int], ...]
    newest: bool


@dataclass(frozen=True)
class Signer:
    """One post that should sign, or a unit in which nobody holds it (``person_id`` None)."""

    unit_id: UUID
    unit_name: str
    post_code: str
    post_title: str
    person_id: UUID | None
    person_name: str
    signed_at: datetime | None
    id: UUID | None = None
    """Of the signature."""

    @property
    def state(self) -> str:
        return SIGNED if self.signed_at else (UNSIGNED if self.person_id else VACANT)


def letters_page(session: TenantSession, actor: Actor, *, paging: Paging) -> Page[LetterLine]:
    """Texts in force, newest first. Three queries."""
    total = session.scalar(select(func.count()).select_from(Letter).where(_in_force())) or 0
    rows = session.scalars(
        select(Letter)
        .where(_in_force())
        .order_by(Letter.issued_at.desc(), Letter.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()
    counts = _counts(session, actor, [row.id for row in rows])
    return Page(
        tuple(_line(row, counts.get(row.id, (0, 0, False))) for row in rows), total, paging.page, paging.page_size
    )


def letter_card(session: TenantSession, actor: Actor, letter_id: UUID) -> LetterCard:
    """Raises NotFound. Three queries."""
    row = session.get(Letter, (session.tenant_id, letter_id))
    if row is None:
        raise NotFound()
    versions = tuple(
        (found[0], found[1])
        for found in session.execute(
            select(Letter.id, Letter.no).where(Letter.series == row.series).order_by(Letter.no)
        )
    )
    counts = _counts(session, actor, [row.id]).get(row.id, (0, 0, False))
    return LetterCard(_line(row, counts), row.body, row.digest, row.issued_by_name, versions, versions[-1][0] == row.id)


def signers_page(
    session: TenantSession, actor: Actor, letter_id: UUID, *, paging: Paging, state: str = ""
) -> Page[Signer]:
    """Who should sign, those who have not first; units in which nobody holds the post among them. Three queries.

    ``state``: signed | unsigned | vacant; empty = all. Raises NotFound for a letter that is not there.
    """
    letter = session.get(Letter, (session.tenant_id, letter_id))
    if letter is None:
        raise NotFound()
    pack = pack_of(session)
    held_in = {code: pack.post(code).held_in for code in letter.posts}
    titles = {code: pack.post(code).label for code in letter.posts}
    coverage = actor.coverage(CampaignPermission.READ)
    wanted = [_signers(session, letter, code, held_in[code], coverage) for code in letter.posts]
    found = wanted[0].union_all(*wanted[1:]).subquery()
    asked = _state(found, state)
    total = session.scalar(select(func.count()).select_from(found).where(asked)) or 0
    rank = case((found.c.signed_at.is_not(None), 1), else_=0)
    rows = session.execute(
        select(found).where(asked).order_by(rank, found.c.name_sort, found.c.unit_id, found.c.post_code, found.c.person_id)
        .limit(paging.page_size).offset(paging.offset)
    )  # fmt: skip
    items = tuple(
        Signer(row.unit_id, row.unit_name, row.post_code, row.title or titles[row.post_code], row.person_id, row.person_name or "", row.signed_at, row.signature_id)
        for row in rows
    )  # fmt: skip
    return Page(items, total, paging.page, paging.page_size)


def _in_force() -> ColumnElement[bool]:
    """SQL: the newest version of its series."""
    return ~select(Later.id).where(Later.series == Letter.series, Later.no > Letter.no).exists()


def _state(found: Subquery, state: str) -> ColumnElement[bool]:
    columns = found.c
    if state == SIGNED:
        return columns.signed_at.is_not(None)
    if state == UNSIGNED:
        return and_(columns.signed_at.is_(None), columns.person_id.is_not(None))
    if state == VACANT:
        return columns.person_id.is_(None)
    return literal(True)


def _signers(
    session: TenantSession, letter: Letter, code: str, held_in: tuple[str, ...], coverage: Coverage
) -> Select[*tuple[Any, ...]]:
    """Units in which the post is held × who holds it today × the signature."""
    today = local_date(session.now())
    return (
        select(
            OrgUnit.id.label("unit_id"), OrgUnit.name.label("unit_name"), OrgUnit.name_sort.label("name_sort"),
            literal(code).label("post_code"), Post.title.label("title"), Post.person_id.label("person_id"),
            Person.name.label("person_name"), LetterSignature.signed_at.label("signed_at"), LetterSignature.id.label("signature_id"),
        )
        .outerjoin(Post, and_(Post.unit_id == OrgUnit.id, Post.post_code == code, valid_on(today)))
        .outerjoin(Person, Person.id == Post.person_id)
        .outerjoin(
            LetterSignature,
            and_(
                LetterSignature.letter_id == letter.id, LetterSignature.unit_id == OrgUnit.id,
                LetterSignature.post_code == code, LetterSignature.person_id == Post.person_id,
            ),
        )
        .where(
            OrgUnit.org_type.in_(held_in), coverage.filter(OrgUnit.id), open_on(today),
        )
    )  # fmt: skip


def _counts(session: TenantSession, actor: Actor, ids: list[UUID]) -> dict[UUID, tuple[int, int, bool]]:
    """Letter → (posts held that should sign, of them signed, the reader's own is open). One query."""
    if not ids:
        return {}
    today = local_date(session.now())
    coverage = actor.coverage(CampaignPermission.READ)
    mine = and_(Post.person_id == actor.person_id, LetterSignature.id.is_(None))
    rows = session.execute(
        select(Letter.id, func.count(Post.id), func.count(LetterSignature.id), func.coalesce(func.bool_or(mine), False))
        .join(Post, and_(Post.post_code == any_(Letter.posts), valid_on(today)))
        .outerjoin(
            LetterSignature,
            and_(
                LetterSignature.letter_id == Letter.id, LetterSignature.unit_id == Post.unit_id,
                LetterSignature.post_code == Post.post_code, LetterSignature.person_id == Post.person_id,
            ),
        )
        .where(Letter.id.in_(ids), coverage.filter(Post.unit_id))
        .group_by(Letter.tenant_id, Letter.id)
    )  # fmt: skip
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _line(row: Letter, counts: tuple[int, int, bool]) -> LetterLine:
    return LetterLine(
        id=row.id, series=row.series, no=row.no, campaign=row.campaign, tier=row.tier, title=row.title, posts=tuple(row.posts),
        sign_by=row.sign_by, issued_at=row.issued_at, due=counts[0], signed=counts[1], mine=counts[2],
    )  # fmt: skip


def open_letters(session: TenantSession, actor: Actor) -> int:
    """How many texts in force the actor should sign and has not. One query."""
    if actor.person_id is None:
        return 0
    today = local_date(session.now())
    signed = (
        select(LetterSignature.id)
        .where(
            LetterSignature.letter_id == Letter.id, LetterSignature.unit_id == Post.unit_id,
            LetterSignature.post_code == Post.post_code, LetterSignature.person_id == actor.person_id,
        )
        .exists()
    )  # fmt: skip
    return (
        session.scalar(
            select(func.count(func.distinct(Letter.id)))
            .join(Post, and_(Post.post_code == any_(Letter.posts), Post.person_id == actor.person_id, valid_on(today)))
            .where(_in_force(), ~signed)
        )
        or 0
    )
