"""API tokens: keys for programs that may do at most what their person may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity import keys
from core.identity.models import ApiToken
from core.identity.permissions import TokenPermission
from core.identity.services.sessions import REFRESH
from core.kernel.errors import Invalid, NotFound, Refused
from core.kernel.ids import new_id

MARK = "xa"
LONGEST_DAYS = 366
MOST = 20
"""Live tokens of one person."""


@dataclass(frozen=True)
class NewToken:
    """``value`` is what programs send; it cannot be shown again."""

    id: UUID
    value: str


def create_token(
    session: TenantSession, *, actor: Actor, person_id: UUID, name: str, permissions: Collection[str], days: int
) -> NewToken:
    """Raises Forbidden without the right to tokens, Invalid for permissions that the actor does not hold anywhere."""
    actor.require(TokenPermission.KEY_WRITE)
    if actor.kind == "token":
        raise Refused("令牌不能再发放令牌，请登录后操作")
    wanted = sorted(set(permissions))
    beyond = [code for code in wanted if not actor.may(code)]
    if not wanted or beyond:
        raise Invalid(fields={"permissions": "只能选择您自己已有的权限" if beyond else "至少选择一项"})
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(fields={"days": "1到366天"})
    now = session.now()
    live = select(ApiToken.id).where(
        ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )
    if len(session.scalars(live).all()) >= MOST:
        raise Refused("有效的令牌最多%(most)s个，请先收回不用的", most=MOST)
    secret = keys.new_secret()
    token = ApiToken(
        id=new_id(), name=name, secret_hash=keys.digest(secret), person_id=person_id, permissions=wanted,
        created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    session.add(token)
    session.flush()
    record(
        session, actor=actor, action="token.created", object_kind="api_token", object_id=token.id,
        data={"name": name, "permissions": wanted, "person_id": str(person_id), "days": days},
    )  # fmt: skip
    return NewToken(token.id, keys.pack(session.tenant_id, secret, mark=MARK))


def revoke_token(session: TenantSession, *, actor: Actor, person_id: UUID, token_id: UUID) -> None:
    """Raises NotFound for another person's token and for one that is revoked."""
    token = session.scalars(
        select(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .with_for_update()
    ).first()
    if token is None:
        raise NotFound()
    token.revoked_at = session.now()
    session.flush()
    record(
        session,
        actor=actor,
        action="token.revoked",
        object_kind="api_token",
        object_id=token.id,
        data={"name": token.name},
    )


def revoke_all_tokens(session: TenantSession, *, person_id: UUID) -> int:
    """All live tokens of the person; returns how many. The caller audits why."""
    revoked = session.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > session.now())
        .values(revoked_at=session.now())
        .returning(ApiToken.id)
        .execution_options(synchronize_session=False)
    )
    return len(revoked.all())


def touch_token(session: TenantSession, *, secret_hash: bytes) -> None:
    """Notes that it was just used; at most once a minute."""
    now = session.now()
    session.execute(
        update(ApiToken)
        .where(ApiToken.secret_hash == secret_hash)
        .where(ApiToken.last_used_at.is_(None) | (ApiToken.last_used_at <= now - REFRESH))
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
