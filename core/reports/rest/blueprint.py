"""The blueprint that all REST of the filings hangs on."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint

bp = ApiBlueprint("reports", __name__, url_prefix="/api/v1/reports", description="报送")
