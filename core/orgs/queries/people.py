"""People with their posts, as far as the asker's units reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true

from core.access.actor import Coverage
from core.db.ordering import in_order
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.identity.models import Person
from core.identity.queries.people import PersonCard, card_of
from core.kernel.clock import local_date
from core.orgs.models import OrgClosure, Post
from core.orgs.queries.posts import HeldPost, posts_of


@dataclass(frozen=True)
class PersonFilter:
    """``under``: with a post in this unit or below; ``state``: active | disabled | all."""

    text: str = ""
    under: UUID | None = None
    post_code: str | None = None
    state: str = "active"


@dataclass(frozen=True)
class PersonLine:
    """A person with the posts held today or later, in units the asker covers. ``elsewhere``: how many others there are."""

    person: PersonCard
    posts: tuple[HeldPost, ...]
    elsewhere: int


SORTS = {
    "name": Person.name_sort, "login": Person.login, "created_at": Person.created_at, "last_sign_in_at": Person.last_sign_in_at,
}  # fmt: skip


def people_page(
    session: TenantSession, coverage: Coverage, *, filters: PersonFilter, paging: Paging
) -> Page[PersonLine]:
    """Three queries, whatever its length."""
    today = local_date(session.now())
    wanted = _conditions(coverage, filters, today)
    total = session.scalar(select(func.count()).select_from(Person).where(*wanted)) or 0
    column = SORTS.get((paging.sort or "name").removeprefix("-"), Person.name_sort)
    order = in_order(column, Person.id, down=(paging.sort or "").startswith("-"))
    rows = session.scalars(
        select(Person).where(*wanted).order_by(*order).limit(paging.page_size).offset(paging.offset)
    ).all()
    return Page(_lines(session, coverage, [card_of(row) for row in rows]), total, paging.page, paging.page_size)


def person_line(session: TenantSession, coverage: Coverage, person_id: UUID) -> PersonLine | None:
    """None out of reach."""
    today = local_date(session.now())
    wanted = _conditions(coverage, PersonFilter(state="all"), today)
    row = session.scalars(select(Person).where(Person.id == person_id, *wanted)).first()
    return _lines(session, coverage, [card_of(row)])[0] if row else None


def current_posts(session: TenantSession, person_id: UUID) -> tuple[HeldPost, ...]:
    """Held today or to be held later, wherever."""
    today = local_date(session.now())
    return tuple(post for post in posts_of(session, [person_id])[person_id] if not _over(post, today))


def past_posts(session: TenantSession, coverage: Coverage, person_id: UUID) -> tuple[HeldPost, ...]:
    today = local_date(session.now())
    return tuple(
        post for post in posts_of(session, [person_id])[person_id] if _over(post, today) and post.unit_id in coverage
    )


def _over(post: HeldPost, today: date) -> bool:
    return post.valid_to is not None and post.valid_to < today


def _lines(session: TenantSession, coverage: Coverage, cards: list[PersonCard]) -> tuple[PersonLine, ...]:
    today = local_date(session.now())
    held = posts_of(session, [card.id for card in cards])
    lines = []
    for card in cards:
        current = [post for post in held[card.id] if not _over(post, today)]
        seen = tuple(post for post in current if post.unit_id in coverage)
        lines.append(PersonLine(card, seen, len(current) - len(seen)))
    return tuple(lines)


def _conditions(coverage: Coverage, filters: PersonFilter, today: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    posts = select(Post.person_id).where(or_(Post.valid_to.is_(None), Post.valid_to >= today))
    by_post: list[ColumnElement[bool]] = [] if coverage.everywhere else [coverage.filter(Post.unit_id)]
    if filters.under:
        by_post.append(
            Post.unit_id.in_(select(OrgClosure.descendant_id).where(OrgClosure.ancestor_id == filters.under))
        )
    if filters.post_code:
        by_post.append(Post.post_code == filters.post_code)
    if by_post:
        wanted.append(Person.id.in_(posts.where(*by_post)))
    if filters.text:
        wanted.append(
            or_(
                Person.name.contains(filters.text, autoescape=True),
                Person.login.startswith(filters.text.lower(), autoescape=True),
                Person.phone.startswith(filters.text, autoescape=True),
            )
        )
    if filters.state != "all":
        wanted.append(Person.active == (filters.state == "active"))
    return wanted or [true()]
