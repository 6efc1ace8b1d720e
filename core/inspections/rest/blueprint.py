"""The blueprint that all of the inspections' REST hangs on."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint

bp = ApiBlueprint("inspections", __name__, url_prefix="/api/v1/inspections", description="检查")
