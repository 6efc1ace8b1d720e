"""The posts of a tenant: those of its pack, or a bureau's own few, which need no notice to exist."""

from __future__ import annotations

from core.tenancy.packs.model import Pack, Post, PostGrant, Scope

_LOOK = ("dashboard:bureau:read", "org:unit:read", "notice:inbox:read")
_MANAGE = (
    "org:unit:write", "org:roster:import", "person:account:read", "person:account:write", "person:role:grant",
    "token:key:write", "audit:log:read", "job:run:read",
)  # fmt: skip

BUREAU_POSTS = (
    Post(code="bureau_admin", label="平台管理员", held_in=(), grants=(PostGrant(scope=Scope.DISTRICT, permissions=_LOOK + _MANAGE),)),
    Post(code="bureau_leader", label="分管领导", held_in=(), grants=(PostGrant(scope=Scope.DISTRICT, permissions=_LOOK),)),
    Post(code="bureau_analyst", label="监测人员", held_in=(), grants=(PostGrant(scope=Scope.DISTRICT, permissions=_LOOK),)),
)
"""A bureau sees numbers of consenting districts; in its own tenant it manages its departments and accounts."""

Rights = tuple[tuple[Scope, frozenset[str]], ...]


def known_posts(pack: Pack | None) -> tuple[Post, ...]:
    return BUREAU_POSTS if pack is None else pack.posts


def known_post(pack: Pack | None, code: str) -> Post | None:
    return next((post for post in known_posts(pack) if post.code == code), None)


def rights(pack: Pack | None) -> dict[str, Rights]:
    """Post code → (scope, permissions) pairs, bundles opened."""
    if pack is not None:
        return {post.code: pack.grants(post.code) for post in pack.posts}
    return {post.code: tuple((grant.scope, frozenset(grant.permissions)) for grant in post.grants) for post in BUREAU_POSTS}
