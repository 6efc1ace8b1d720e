"""What people keep here: units' own numbers, and one's own feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.obligations.duties import Duty
from core.obligations.models import Feed, OwnNumber
from core.obligations.queries.ground import pack_duties
from core.orgs.models import OrgUnit
from core.orgs.queries import open_on


@dataclass(frozen=True)
class NumberLine:
    """A unit that owes something in which its own number counts. ``number`` None: not entered, 待确认. ``version`` 0 then."""

    unit_id: UUID
    unit_code: str
    unit_name: str
    name: str
    titles: tuple[str, ...]
    """The obligations that count it."""
    base: int
    """What they ask of everybody (the 8 of 8+n)."""
    number: int | None
    set_at: datetime | None
    set_by_name: str
    version: int


@dataclass(frozen=True)
class FeedLine:
    id: UUID
    made_at: datetime


def numbers_page(
    session: TenantSession, coverage: Coverage, *, paging: Paging, unit_id: UUID | None = None
) -> Page[NumberLine]:
    """Every unit with every number that the pack's obligations ask of it, in name order. One query beside the ground's."""
    asking: dict[tuple[str, str], list[Duty]] = {}
    for duty in pack_duties(session):
        for word in duty.rule.types if duty.rule.plus else ():
            asking.setdefault((duty.rule.plus, word), []).append(duty)
    types = {word for _, word in asking if word[:1] not in "#~"}
    names = sorted({name for name, _ in asking})
    statement = (
        select(OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.org_type)
        .where(OrgUnit.org_type.in_(types), coverage.filter(OrgUnit.id), open_on(local_date(session.now())))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    if unit_id is not None:
        statement = statement.where(OrgUnit.id == unit_id)
    own = (
        statement.add_columns(OwnNumber).outerjoin(
            OwnNumber, and_(OwnNumber.unit_id == OrgUnit.id, OwnNumber.name.in_(names))
        )
        if names
        else None
    )
    found: dict[UUID, tuple[str, str, str, dict[str, OwnNumber]]] = {}
    for unit, code, title, org_type, number in session.execute(own) if own is not None else ():
        found.setdefault(unit, (code, title, org_type, {}))
        if number is not None:
            found[unit][3][number.name] = number
    return paging.cut(
        [
            _line(unit, code, title, name, asking[name, org_type], entered.get(name))
            for unit, (code, title, org_type, entered) in found.items()
            for name in names
            if (name, org_type) in asking
        ]
    )


def own_feeds(session: TenantSession, person_id: UUID | None) -> tuple[FeedLine, ...]:
    """Live ones, newest first."""
    wanted = select(Feed.id, Feed.made_at).where(Feed.person_id == person_id, Feed.revoked_at.is_(None))
    return tuple(FeedLine(*row) for row in session.execute(wanted.order_by(Feed.made_at.desc(), Feed.id)))


def feed_owner(session: TenantSession, secret_hash: bytes) -> UUID | None:
    """The person of a live feed."""
    found: UUID | None = session.scalar(
        select(Feed.person_id).where(Feed.secret_hash == secret_hash, Feed.revoked_at.is_(None))
    )
    return found


def _line(unit_id: UUID, code: str, title: str, name: str, asking: list[Duty], own: OwnNumber | None) -> NumberLine:
    return NumberLine(
        unit_id, code, title, name, tuple(duty.rule.title for duty in asking),
        max(duty.rule.at_least or 0 for duty in asking), own.number if own else None, own.set_at if own else None,
        own.set_by_name if own else "", own.version if own else 0,
    )  # fmt: skip
