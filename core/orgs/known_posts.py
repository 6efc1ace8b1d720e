"""The posts of a tenant, out of its pack. Without a pack there are none."""

from __future__ import annotations

from core.tenancy.packs.model import Pack, Post, Scope

Rights = tuple[tuple[Scope, frozenset[str]], ...]


def known_posts(pack: Pack | None) -> tuple[Post, ...]:
    return pack.posts if pack is not None else ()


def known_post(pack: Pack | None, code: str) -> Post | None:
    return next((post for post in known_posts(pack) if post.code == code), None)


def rights(pack: Pack | None) -> dict[str, Rights]:
    """Post code → (scope, permissions) pairs, bundles opened."""
    return {post.code: pack.grants(post.code) for post in pack.posts} if pack is not None else {}
