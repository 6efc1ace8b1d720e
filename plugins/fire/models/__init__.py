"""Tables of fire safety. Everything hangs on a unit of the organisation, so that data scope follows it."""

from plugins.fire.models.acceptances import Acceptance, AcceptanceStep
from plugins.fire.models.facilities import Certificate, Facility
from plugins.fire.models.patrols import Activity, Patrol
from plugins.fire.models.places import Place

__all__ = ["Acceptance", "AcceptanceStep", "Activity", "Certificate", "Facility", "Patrol", "Place"]
