"""Reads of the organisation. What other features use is re-exported here."""

from core.orgs.queries.grants import TenantPosts, covered_units, resolve_grants
from core.orgs.queries.in_charge import people_in_charge
from core.orgs.queries.posts import HeldPost, holders, posts_in, posts_of
from core.orgs.queries.tree import TreeNode, UnitFilter, UnitLine, unit_tree, units_page
from core.orgs.queries.units import (
    UnitCard,
    UnitOption,
    closure_of,
    descendants,
    open_between,
    open_on,
    root_unit_id,
    unit_card,
    unit_cards,
    unit_options,
)

__all__ = [
    "HeldPost", "TenantPosts", "TreeNode", "UnitCard", "UnitFilter", "UnitLine", "UnitOption", "closure_of", "covered_units",
    "descendants", "holders", "open_between", "open_on", "people_in_charge", "posts_in", "posts_of", "resolve_grants", "root_unit_id", "unit_card", "unit_cards",
    "unit_options", "unit_tree", "units_page",
]  # fmt: skip
