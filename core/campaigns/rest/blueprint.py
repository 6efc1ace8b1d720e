"""The blueprint that all of the campaigns' REST hangs on."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint

bp = ApiBlueprint("campaigns", __name__, url_prefix="/api/v1/campaigns", description="专项行动")
