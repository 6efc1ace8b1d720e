"""The one blueprint that these pages hang on, and what their forms share."""

from __future__ import annotations

from uuid import UUID

from core.accountability.queries.hazards import HazardTies, hazard_ties
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.formstate import Form

bp = PageBlueprint("accountability", "core.accountability")


def hazard_named(context: RequestContext, form: Form) -> HazardTies | None:
    """The hazard that the form is about; None where it names none that the reader may know of."""
    try:
        hazard_id = UUID(str(form.value("hazard_id")))
    except ValueError:
        return None
    return hazard_ties(context.session, context.actor, hazard_id)
