"""Tables of the organisation: units, their links, who holds which post."""

from core.orgs.models.posts import Post
from core.orgs.models.units import OrgClosure, OrgLink, OrgUnit

__all__ = ["OrgClosure", "OrgLink", "OrgUnit", "Post"]
