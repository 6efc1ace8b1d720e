"""The sealed draw as mathematics: bound beforehand, fair to conflicts, open to anyone afterwards."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.inspections.draw import Pool, check_pool, commitment_of, draw, new_seed, recompute
from core.inspections.peers import pair_up
from core.kernel.errors import Invalid
from core.kernel.ids import new_id


def pool(units: int = 6, people: int = 4, conflicts: tuple[tuple[str, str], ...] = (), **more: int) -> Pool:
    numbers = {"wanted": 2, "team": 2, "most": 3, **more}
    return Pool(
        tuple((f"u{n}", f"学校{n}") for n in range(units)),
        tuple((f"p{n}", f"甲{n}") for n in range(people)),
        conflicts,
        **numbers,
    )


def record(own: Pool, witness: str = "今天是晴天") -> dict[str, Any]:
    seed, data = new_seed(), own.to_json()
    return {
        "seed": seed, "witness": witness, "pool": data, "commitment": commitment_of(seed, data), "drawn": draw(seed, witness, data),
    }  # fmt: skip


def by_hand(own: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The draw again, written from docs/inspections.md and not from the product's code."""
    key = hashlib.sha256(f"{own['seed']}\n{own['witness']}".encode()).digest()

    def ticket(text: str) -> bytes:
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    barred = {tuple(pair) for pair in own["pool"]["conflicts"]}
    load = {one["id"]: 0 for one in own["pool"]["inspectors"]}
    found: list[tuple[str, list[str]]] = []
    for unit in sorted((one["id"] for one in own["pool"]["units"]), key=lambda one: ticket("unit:" + one)):
        if len(found) == own["pool"]["wanted"]:
            break
        free = sorted(
            (who for who in load if (unit, who) not in barred and load[who] < own["pool"]["most"]),
            key=lambda who: (load[who], ticket(f"pair:{unit}:{who}")),
        )[: own["pool"]["team"]]
        if len(free) == own["pool"]["team"]:
            found.append((unit, free))
            for who in free:
                load[who] += 1
    return found


def test_record_when_recomputed_by_a_stranger_then_the_same() -> None:
    own = json.loads(json.dumps(record(pool())))
    assert recompute(own) == []
    assert by_hand(own) == [(visit["unit"], visit["inspectors"]) for visit in own["drawn"]["visits"]]
    digest = hashlib.sha256(
        json.dumps(own["pool"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
    assert own["commitment"] == hashlib.sha256(f"{own['seed']}\n{digest}".encode()).hexdigest()


@pytest.mark.parametrize("what", ["seed", "witness", "units", "conflicts", "drawn"])
def test_record_when_anything_was_changed_then_it_shows(what: str) -> None:
    own = record(pool())
    if what == "seed":
        own["seed"] = new_seed()
    elif what == "witness":
        own["witness"] += "。"
    elif what == "drawn":
        own["drawn"]["visits"][0]["unit"] = own["drawn"]["visits"][1]["unit"]
    elif what == "units":
        own["pool"]["units"].pop()
    else:
        own["pool"]["conflicts"].append(["u0", "p0"])
    assert recompute(own) != []


@settings(max_examples=150, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=12), st.text(min_size=1, max_size=20))
def test_draw_when_there_are_conflicts_then_nobody_goes_there_and_nobody_gets_too_many(
    conflicts: set[tuple[int, int]], witness: str
) -> None:
    own = pool(conflicts=tuple((f"u{unit}", f"p{person}") for unit, person in conflicts), most=2)
    drawn = draw("0" * 64, witness, own.to_json())
    visited = [visit["unit"] for visit in drawn["visits"]]
    assert len(visited) == len(set(visited)) <= 2
    pairs = [(visit["unit"], who) for visit in drawn["visits"] for who in visit["inspectors"]]
    assert not set(pairs) & set(own.conflicts)
    assert all(sum(who == own_id for _, who in pairs) <= 2 for own_id, _ in own.inspectors)
    assert set(drawn["skipped"]).isdisjoint(visited)


def test_draw_when_the_order_of_the_pool_differs_then_the_same() -> None:
    own = pool()
    turned = Pool(own.units[::-1], own.inspectors[::-1], own.conflicts, own.wanted, own.team, own.most)
    assert own.to_json() == turned.to_json()


def test_draw_when_seeds_differ_then_every_school_comes_up() -> None:
    first = {draw(f"{n:064x}", "甲", pool(wanted=1).to_json())["visits"][0]["unit"] for n in range(120)}
    assert first == {f"u{n}" for n in range(6)}


@pytest.mark.parametrize(
    ("own", "field"),
    [
        (pool(units=2, wanted=2), "units"),
        (pool(people=2), "inspectors"),
        (pool(most=0), "most"),
        (pool(wanted=0), "wanted"),
        (pool(conflicts=tuple(("u1", f"p{n}") for n in range(3))), "units"),
    ],
)
def test_pool_when_it_decides_nothing_then_refused(own: Pool, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_pool(own)
    assert field in refused.value.fields


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 12), st.text(max_size=10))
def test_peers_when_paired_then_never_themselves_nor_each_other(number: int, salt: str) -> None:
    schools = [new_id() for _ in range(number)]
    teams = {school: [new_id()] for school in schools}
    pairs = pair_up(schools, teams, frozenset(), salt=salt)
    assert {inspected for inspected, _, _ in pairs} == set(schools)
    assert all(inspected != inspecting for inspected, inspecting, _ in pairs)
    assert all(people == tuple(teams[inspecting]) for _, inspecting, people in pairs)
    going = {(inspecting, inspected) for inspected, inspecting, _ in pairs}
    assert number == 2 or not any((there, here) in going for here, there in going)


def test_peers_when_the_next_ones_people_must_stay_away_then_another_school_goes() -> None:
    schools = [new_id() for _ in range(4)]
    teams = {school: [new_id()] for school in schools}
    (usual,) = [
        going for inspected, going, _ in pair_up(schools, teams, frozenset(), salt="") if inspected == schools[0]
    ]
    barred = frozenset({(schools[0], teams[usual][0])})
    (now,) = [going for inspected, going, _ in pair_up(schools, teams, barred, salt="") if inspected == schools[0]]
    assert now not in (usual, schools[0])
