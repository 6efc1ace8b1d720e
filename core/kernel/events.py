"""What happened, told to whoever wants to know after the commit. Events are contracts: add fields, never change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.kernel.ids import new_id

Scalar = str | int | bool | None


@dataclass(frozen=True)
class Event:
    """``topic`` e.g. ``hazard.closed``; ``payload`` holds primitives and ids, never names of persons."""

    topic: str
    tenant_id: int
    at: datetime
    payload: Mapping[str, Scalar]
    id: UUID = field(default_factory=new_id)
