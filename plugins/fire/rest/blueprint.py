"""The blueprint that all of fire safety's REST hangs on."""

from __future__ import annotations

from flask import Response, make_response

from core.sdk.web import ApiBlueprint, Blueprints, domain_blueprints, etag
from plugins.fire.meta import META
from plugins.fire.permissions import FirePermission

bp = ApiBlueprint("fire", __name__, plugin="fire", url_prefix="/api/v1/fire", description="消防安全")


def domain() -> Blueprints:
    """The hazards of the domain, counted: page /fire/hazards, REST /api/v1/fire/overview."""
    return domain_blueprints(META, permission=FirePermission.FACILITY_READ, path="hazards")


def marked(version: int) -> dict[str, str]:
    """The header that says which version was read."""
    return {"ETag": etag(version)}


def nothing() -> Response:
    """204: done, nothing to say."""
    return make_response("", 204)
