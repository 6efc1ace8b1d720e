"""Tables of the organisation: units, their links, who holds which post, roster imports."""

from core.orgs.models.posts import Post
from core.orgs.models.roster import RosterBatch, RosterRow
from core.orgs.models.units import OrgClosure, OrgLink, OrgUnit

__all__ = ["OrgClosure", "OrgLink", "OrgUnit", "Post", "RosterBatch", "RosterRow"]
