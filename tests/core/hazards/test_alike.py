"""Deciding for many: whoever shares a decision gets the one that would have been made for them alone, with their own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from core.hazards.lifecycle import CaseState, Decision, Entry, Machine, Role, Standing
from core.hazards.lifecycle.alike import Alike
from core.kernel.errors import Invalid, XiaoanError
from core.tenancy.packs.model.lifecycle import Canonical, Fact, Lifecycle, Relation
from tests.core.hazards.filling import ALL_PERMISSIONS
from tests.core.hazards.samples import lifecycles

NOW = datetime(2020, 11, 26, 2, 0, tzinfo=UTC)
ASKS_MORE = {"finder_closes", "sip"}
"""To be registered there it needs what no old ledger tells."""


def deciding(life: Lifecycle, asked: list[CaseState]) -> Any:
    """As the import decides: report, then whatever registers it."""
    machine = Machine(life)

    def decide(state: CaseState, standing: Standing) -> list[Decision]:
        asked.append(state)
        reported = machine.report(state, entry=Entry(), now=NOW)
        for move in life.moves_from(reported.after.stage):
            if life.canonical(move.to) is Canonical.REGISTERED:
                try:
                    return [
                        reported,
                        *machine.decide(reported.after, move.code, entry=Entry(), standing=standing, now=NOW),
                    ]
                except XiaoanError:
                    continue
        return [reported]

    return decide


WORDED = 3
"""Cases that differ only in their words."""


def cases(life: Lifecycle) -> list[CaseState]:
    """Every combination of what an old ledger may say or leave out, each in other words several times."""
    found = []
    choices = product((None, "general", "major"), (None, "fire"), ("", "张三"), range(WORDED))
    for number, (grade, domain, finder, word) in enumerate(choices):
        facts = {
            Fact.DESCRIPTION: f"通道堵塞{number}", Fact.PLACE: f"{word + 1}号楼", Fact.SOURCE: life.sources[0].code,
            Fact.FOUND_AT: NOW - timedelta(hours=number), Fact.FINDER: f"{finder}{word}" if finder else None, Fact.DOMAIN: domain,
            Fact.CATEGORY: f"{domain}.passage" if domain else None, Fact.GRADE: grade,
        }  # fmt: skip
        filled = {fact: value for fact, value in facts.items() if value}
        found.append(CaseState(stage=life.initial, facts=filled, org_type="primary"))
    return found


@pytest.mark.parametrize("slug", sorted(lifecycles()))
def test_alike_when_many_then_each_as_if_decided_alone(slug: str) -> None:
    life, asked = lifecycles()[slug], list[CaseState]()
    standings = [
        Standing(UUID(int=1), frozenset({Role(relation, ALL_PERMISSIONS)})) for relation in (Relation.DISTRICT, Relation.UNIT)
    ]  # fmt: skip
    alone, alike = deciding(life, []), Alike(deciding(life, asked), now=NOW)
    registered = refused = decided = 0
    for state, standing in product(cases(life), standings):
        try:
            expected = tuple(alone(state, standing))
        except XiaoanError as fault:
            refused += 1
            with pytest.raises(type(fault)):
                alike.decided(state, standing)
            continue
        found = alike.decided(state, standing)
        assert found == expected
        decided += 1
        registered += len(found) - 1
    assert registered or slug in ASKS_MORE
    assert decided and len(asked) == refused + decided / WORDED


def test_alike_when_it_raises_then_nothing_is_kept_and_the_next_is_asked_anew() -> None:
    life, asked = lifecycles()["wujin"], list[CaseState]()
    alike = Alike(deciding(life, asked), now=NOW)
    facts = {Fact.DESCRIPTION: "x", Fact.PLACE: "y", Fact.SOURCE: life.sources[0].code, Fact.FINDER: "z"}
    for found_at in (NOW + timedelta(hours=1), NOW + timedelta(hours=2), NOW - timedelta(hours=1)):
        state = CaseState(stage=life.initial, facts={**facts, Fact.FOUND_AT: found_at}, org_type="primary")
        if found_at > NOW:
            with pytest.raises(Invalid):
                alike.decided(state, Standing(None, everything=True))
        else:
            (first, *_) = alike.decided(state, Standing(None, everything=True))
            assert first.after.facts[Fact.FOUND_AT] == found_at
    assert len(asked) == 3
