"""A unit before there is a tenant: what a pack founds and a roster names. Pure. What falls due for such units:
:mod:`core.obligations.ahead`; all that is shown before a district is taken in: :mod:`core.onboarding.preview`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit as the roster or the pack names it. ``parent`` and ``clusters``: codes of units."""

    code: str
    name: str
    kind: str
    org_type: str | None
    stages: tuple[str, ...] = ()
    ownership: str | None = None
    parent: str = ""
    clusters: tuple[str, ...] = ()
    open_from: date | None = None
