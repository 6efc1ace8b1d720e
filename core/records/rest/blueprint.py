"""The blueprint that all of the records' REST hangs on."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint

bp = ApiBlueprint("records", __name__, url_prefix="/api/v1/records", description="工作记录")
