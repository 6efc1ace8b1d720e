"""Responsibility letters are issued as texts that never change, and signed by who holds the post."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text

from core.access.actor import Actor
from core.audit.services import record
from core.campaigns.models import Letter, LetterSignature
from core.campaigns.permissions import CampaignPermission
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Conflict, Invalid, NotFound, Refused
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.orgs.queries import holders
from core.tenancy.packs.model import Pack
from core.tenancy.shelf import pack_of

WRITE, SIGN = CampaignPermission.LETTER_WRITE, CampaignPermission.LETTER_SIGN


@dataclass(frozen=True)
class LetterFacts:
    """What is issued; ``series``: of the letter that this is the next version of, None for a new one."""

    campaign: str
    tier: str
    title: str
    body: str
    posts: tuple[str, ...]
    sign_by: date | None = None
    series: UUID | None = None


def issue_letter(session: TenantSession, *, actor: Actor, facts: LetterFacts) -> UUID:
    """A text in force from now on; signatures of an earlier version do not count for it. Raises Forbidden, Invalid, NotFound."""
    actor.require(WRITE)
    if not actor.coverage(WRITE).everywhere:
        raise NotFound()
    _check(pack_of(session), facts)
    letter_id = new_id()
    no = 1
    if facts.series is not None:
        # the texts are append-only and cannot be locked: two versions at once must not take one number
        key = {"series": str(facts.series), "tenant": session.tenant_id}
        session.execute(text("select pg_advisory_xact_lock(hashtext(:series), :tenant)"), key)
        first = session.get(Letter, (session.tenant_id, facts.series))
        if first is None or first.series != facts.series:
            raise NotFound()
        no = (session.scalar(select(func.max(Letter.no)).where(Letter.series == facts.series)) or 0) + 1
    row = Letter(
        id=letter_id, series=facts.series or letter_id, no=no, campaign=facts.campaign, tier=facts.tier, title=facts.title,
        body=facts.body, posts=list(facts.posts), sign_by=facts.sign_by, digest=digest_of(facts.title, facts.body),
        issued_at=session.now(), issued_by=actor.person_id, issued_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, actor=actor, action="responsibility_letter.issued", object_kind="responsibility_letter", object_id=row.id,
        data={"no": no, "posts": "、".join(facts.posts), "digest": row.digest},
    )  # fmt: skip
    payload = {"letter_id": str(row.id), "campaign": row.campaign, "tier": row.tier}
    emit(session, Event("responsibility_letter.issued", session.tenant_id, session.now(), payload))
    return row.id


def sign_letter(session: TenantSession, *, actor: Actor, letter_id: UUID, unit_id: UUID) -> UUID:
    """Signs in every post that the actor holds in this unit and that the letter names; returns the id of one signature.

    Raises NotFound, Refused for who holds no such post or for a text that was replaced, Conflict where it is signed already.
    """
    actor.require(SIGN)
    letter = session.get(Letter, (session.tenant_id, letter_id))
    if letter is None:
        raise NotFound()
    if session.scalar(select(func.max(Letter.no)).where(Letter.series == letter.series)) != letter.no:
        raise Refused("这份责任书已有新版本，请签订新版本")
    held = [
        own for own in holders(session, unit_id) if own.person_id == actor.person_id and own.post_code in letter.posts
    ]
    if not held or actor.person_id is None:
        raise Refused("只有担任相应岗位的人可以签订")
    mine = select(LetterSignature.post_code).where(
        LetterSignature.letter_id == letter.id, LetterSignature.unit_id == unit_id, LetterSignature.person_id == actor.person_id
    )  # fmt: skip
    signed = set(session.scalars(mine))
    todo = [own for own in held if own.post_code not in signed]
    if not todo:
        raise Conflict("您已签订这份责任书")
    rows = [
        LetterSignature(
            id=new_id(), letter_id=letter.id, unit_id=unit_id, post_code=own.post_code, person_id=own.person_id,
            person_name=own.person_name, post_title=own.title, digest=letter.digest, signed_at=session.now(),
        )
        for own in todo
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    record(
        session, actor=actor, action="responsibility_letter.signed", object_kind="responsibility_letter", object_id=letter.id,
        data={"unit_id": str(unit_id), "digest": letter.digest},
    )  # fmt: skip
    payload = {"letter_id": str(letter.id), "unit_id": str(unit_id)}
    emit(session, Event("responsibility_letter.signed", session.tenant_id, session.now(), payload))
    return rows[0].id


def digest_of(title: str, body: str) -> str:
    """sha256 of the text, hex."""
    return hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()


def _check(pack: Pack, facts: LetterFacts) -> None:
    if facts.campaign not in {own.code for own in pack.campaigns}:
        raise Invalid(fields={"campaign": "没有这个行动"})
    known = {own.code for own in pack.posts}
    if not facts.posts or not known.issuperset(facts.posts):
        raise Invalid(fields={"posts": "请从列表中选择" if facts.posts else "请选择签订的岗位"})


def default_posts(pack: Pack, tier: str) -> Sequence[str]:
    """Codes of the posts that usually sign on this tier: heads of clusters, heads of schools, all others in schools."""
    kinds = {own.code: own.kind for own in pack.org_types}
    held = {own.code: {str(kinds[place]) for place in own.held_in} for own in pack.posts}
    if tier == "cluster":
        return [own.code for own in pack.posts if held[own.code] == {"cluster"}]
    schools = [own for own in pack.posts if held[own.code] & {"school", "kindergarten"}]
    return [own.code for own in schools if own.single == (tier == "school")]
