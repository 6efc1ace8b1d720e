"""What a feature says of the things that units have, so that a duty may be owed only by those that have one. Knows no table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Select

    from core.db.sessions import TenantSession

HOLDING_COLUMNS = ("unit_id", "starts", "ends")
"""What every select of holders gives, in this order and under these names."""
REGISTER = "register"
"""The holding of core.registers: an entry of a register of the district."""


@dataclass(frozen=True)
class Holding:
    """Things of one kind that units have: buses in a register, buildings on the way of the third party's report.

    ``code``: the word of the pack's ``having.holding``; of a plugin ``<slug>_…``. ``holders(session, having)``: one SELECT with
    :data:`HOLDING_COLUMNS` of the whole tenant, any number of rows for a unit: uuid, date and date (local days, both
    included, within core.kernel.obligations.FOREVER); None where it cannot be told here, e.g. no such register. ``having``: what
    the pack says (core.tenancy.packs.model.Having).
    """

    code: str
    holders: Callable[[TenantSession, Any], Select[Any] | None]
