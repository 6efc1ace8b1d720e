"""Two posts in two places never add up to more than each in its own place."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.actor import EVERYTHING, Actor, Grant
from core.kernel.errors import Forbidden, NotFound

UNITS = [UUID(int=i) for i in range(1, 6)]
CODES = ["hazard:case:read", "hazard:case:close", "org:unit:write"]
grants = st.builds(
    Grant,
    permissions=st.frozensets(st.sampled_from(CODES)),
    unit_ids=st.one_of(st.none(), st.frozensets(st.sampled_from(UNITS))),
)
actors = st.builds(
    lambda held: Actor(tenant_id=1, person_id=UUID(int=9), name="x", kind="person", grants=tuple(held)),
    st.lists(grants, max_size=4),
)


@given(actors, st.sampled_from(CODES), st.sampled_from(UNITS))
def test_may_when_several_posts_then_only_where_one_post_alone_would(actor: Actor, code: str, unit: UUID) -> None:
    alone = any(code in g.permissions and (g.unit_ids is None or unit in g.unit_ids) for g in actor.grants)
    assert actor.may(code, unit) == alone
    assert (unit in actor.coverage(code)) == alone


@given(actors, st.frozensets(st.sampled_from(CODES)), st.sampled_from(CODES), st.sampled_from(UNITS))
def test_narrowed_when_a_token_lists_permissions_then_never_more_than_the_person(
    actor: Actor, listed: frozenset[str], code: str, unit: UUID
) -> None:
    assert actor.narrowed(listed).may(code, unit) == (code in listed and actor.may(code, unit))


@given(actors, st.sampled_from(CODES))
def test_rights_when_one_is_lost_then_not_all_of_them_are_still_there(actor: Actor, code: str) -> None:
    held = actor.rights()
    assert actor.still_has(held)
    lost = code in held and held[code] != []
    assert actor.narrowed(set(held) - {code}).still_has(held) != lost


def test_rights_when_a_unit_is_lost_then_not_all_of_them_are_still_there() -> None:
    def of(*units: UUID) -> Actor:
        return Actor(1, UUID(int=9), "x", "person", (Grant(frozenset({CODES[0]}), frozenset(units)),))

    both, everywhere = of(*UNITS[:2]), Actor(1, UUID(int=9), "x", "person", (Grant(frozenset({CODES[0]}), None),))
    assert everywhere.still_has(both.rights()) and both.still_has(of(UNITS[0]).rights())
    assert not of(UNITS[0]).still_has(both.rights())
    assert not both.still_has(everywhere.rights())


def test_require_when_without_permission_then_forbidden_and_elsewhere_not_found() -> None:
    actor = Actor(1, UUID(int=9), "x", "person", (Grant(frozenset({CODES[0]}), frozenset({UNITS[0]})),))
    actor.require(CODES[0], UNITS[0])
    with pytest.raises(Forbidden):
        actor.require(CODES[1])
    with pytest.raises(NotFound):
        actor.require(CODES[0], UNITS[1])
    assert actor.may(CODES[0])


def test_coverage_when_empty_then_false() -> None:
    assert not Actor(1, None, "x", "person").coverage(CODES[0])


def test_system_when_it_acts_then_everywhere_in_its_tenant() -> None:
    actor = Actor.system(7, "夜间重算")
    assert actor.may("anything:at:all", UNITS[0])
    assert actor.coverage("anything:at:all").everywhere


def test_narrowed_when_the_system_is_narrowed_then_it_is_not_everything_any_more() -> None:
    narrow = Actor.system(7, "夜间重算").narrowed([CODES[0]])
    assert narrow.may(CODES[0], UNITS[0]) and not narrow.may(CODES[1])
    assert EVERYTHING not in narrow.grants


def test_grant_when_it_looks_like_everything_then_it_gives_nothing() -> None:
    posed = Grant(permissions=frozenset(), unit_ids=None, post_title=EVERYTHING.post_title)
    assert posed != EVERYTHING
    assert not Actor(7, None, "x", "person", (posed,)).may(CODES[0])
