"""/api/v1/me: who is asking and what they may do where."""

from __future__ import annotations

from typing import Any

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.identity.schemas import MeSchema

bp = ApiBlueprint("me", __name__, url_prefix="/api/v1/me", description="Who is asking")


@bp.get("", signed_in=True)
@bp.response(200, MeSchema)
def me() -> dict[str, Any]:
    """The person behind this session or token, with one grant for each post and scope. Grants never add up."""
    context = current()
    actor, tenant = context.actor, context.tenant
    grants = [
        {
            "post_id": grant.post_id, "post_code": grant.post_code, "post_title": grant.post_title,
            "home_unit_id": grant.home_unit_id, "scope": grant.scope, "permissions": sorted(grant.permissions),
        }
        for grant in actor.grants
    ]  # fmt: skip
    return {
        "kind": actor.kind, "person_id": actor.person_id, "name": actor.name, "locale": context.locale[:2],
        "tenant_id": tenant.id, "tenant_slug": tenant.slug, "tenant_name": tenant.name, "grants": grants,
    }  # fmt: skip
