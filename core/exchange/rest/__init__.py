"""REST of the import and export centre."""

from __future__ import annotations

from collections.abc import Sequence

from core.exchange.rest import exports, imports
from core.http.blueprints import ApiBlueprint


def blueprints() -> Sequence[ApiBlueprint]:
    return (imports.bp, exports.bp)
