"""What a feature says of the facts that count for an obligation. Knows no table; core.obligations does the counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Select

    from core.db.sessions import TenantSession
    from core.kernel.obligations import Standing
    from core.kernel.schoolyear import Span

Begin = Callable[[str, Sequence[str]], tuple[str, Mapping[str, Any]] | None]
COLUMNS = ("unit_id", "activity", "topics", "key", "on_date", "times", "kind", "id")
"""What every select of evidence gives, in this order and under these names."""


@dataclass(frozen=True)
class Evidence:
    """Facts of one feature, counted where they lie and never copied. ``kind`` names them in pages, e.g. ``record``.

    ``activities``: words of obligations that these facts may count for; a word that ends in ``:`` stands for all that begin
    with it (``report:``). ``facts(session, span)``: one SELECT with :data:`COLUMNS`, of what counts in ``span`` (local days, both
    included), without an order, of the whole tenant; the caller narrows it to the units asked. One row for each fact, unit and
    activity. Column types: uuid, text, text[] (topics; empty = none), text (with ``keyed``: the key of the one occurrence it
    belongs to, as a report of a period does; '' = its day decides), date (local day), integer, text (``kind``), uuid (of the fact).
    What does not count (a draft, something struck out) is left out here. ``endpoint``: Flask endpoint of one fact's page,
    which takes ``<kind>_id``; empty where it has none.
    """

    kind: str
    title: str
    """Chinese msgid."""
    activities: frozenset[str]
    facts: Callable[[TenantSession, Span], Select[Any]]
    endpoint: str = ""
    keyed: bool = False
    """Whether its facts may bear a key; of others the key is not looked at."""
    excuse: Standing | None = None
    """Its facts are no deeds: each says by its key that the unit need not do this one after all, and this is how it then stands
    (exempt or cancelled). Goes with ``keyed``; ``times`` is not looked at."""
    begin: Begin | None = None
    """Where a person does such a deed: activity and topics → (Flask endpoint, its values); None for an activity that nobody
    begins there. Without it no page leads on from the duty."""
    all_but: frozenset[str] | None = None
    """Where given, its facts also count for every activity that only a pack knows, but for these, which others count."""

    def concerns(self, activity: str) -> bool:
        """Whether these facts may say something of that activity."""
        if self.all_but is not None and ":" not in activity:
            return activity not in self.all_but
        return any(activity == word or (word.endswith(":") and activity.startswith(word)) for word in self.activities)
