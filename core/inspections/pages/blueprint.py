"""The one blueprint that these pages hang on, and what their forms share."""

from __future__ import annotations

from core.http.blueprints import PageBlueprint
from core.http.words import said
from core.kernel.errors import XiaoanError

bp = PageBlueprint("inspections", "core.inspections")


def faults_of(fault: XiaoanError) -> tuple[dict[str, str], str]:
    """(field → what is right, message), in the reader's language."""
    return {name: said(right) for name, right in fault.fields.items()}, said(fault.phrase)
