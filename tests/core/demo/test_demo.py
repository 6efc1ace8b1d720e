"""The demo's history: told by the machine, alike every time, in every stage; and loadable into an empty installation."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from core.demo.accounts import accounts
from core.demo.cast import Cast, Place, Player
from core.demo.districts import DISTRICTS, PASSWORD, District
from core.demo.history import Historian, Told
from core.demo.pictures import drawing
from core.demo.roster import ROOT, Roster, UnitPlan, roster
from core.identity import passwords
from core.orgs.services.founding import TAKES_PART, type_of
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Canonical, OrgKind, Pack

PACKS = Path(__file__).parents[3] / "tenants"
SPACE = UUID(int=7)
BY_SLUG = {district.slug: district for district in DISTRICTS}


def founded(pack: Pack) -> list[UnitPlan]:
    """What onboarding would make."""
    units = [UnitPlan(ROOT, pack.name, pack.short_name, "bureau", type_of(pack, OrgKind.BUREAU), "")]
    units += [
        UnitPlan(own.code, own.label, own.label, "department", type_of(pack, OrgKind.DEPARTMENT), ROOT)
        for own in pack.departments
    ]
    for body in pack.bodies:
        kind = TAKES_PART.get(body.kind)
        if kind is not None:
            units.append(UnitPlan(body.code, body.label, body.label, str(kind), type_of(pack, kind), ROOT))
    return units


def cast_of(pack: Pack, made: Roster, units: list[UnitPlan]) -> tuple[Cast, list[Place]]:
    kinds = {unit.code: unit.kind for unit in units}
    cast = Cast(pack)
    for holder in made.holders:
        player = Player(
            uuid5(SPACE, holder.login), holder.name, holder.post, holder.title, uuid5(SPACE, holder.unit), pack.post(holder.post).keeper,
            pack.grants(holder.post),
        )  # fmt: skip
        cast.by_unit.setdefault(player.unit_id, []).append(player)
        if kinds[holder.unit] in ("bureau", "department"):
            cast.above.append(player)
        elif kinds[holder.unit] in ("agency", "third_party"):
            cast.outside.setdefault(kinds[holder.unit], []).append(player)
    places = [
        Place(
            uuid5(SPACE, unit.code),
            unit.code,
            uuid5(SPACE, unit.code),
            unit.org_type,
            uuid5(SPACE, unit.cluster) if unit.cluster else None,
        )
        for unit in made.schools
        if uuid5(SPACE, unit.code) in cast.by_unit
    ]
    return cast, places


def told_of(district: District, pack: Pack) -> list[Told]:
    units = founded(pack)
    made = roster(district, pack, units)
    cast, places = cast_of(pack, made, [*units, *made.units])
    return list(Historian(district, pack, cast, places).tell())


@pytest.mark.parametrize("slug", BY_SLUG)
def test_roster_when_drawn_for_a_pack_then_has_schools_posts_and_no_two_logins_alike(slug: str) -> None:
    pack = load(PACKS / slug)
    made = roster(BY_SLUG[slug], pack, founded(pack))
    assert 40 <= len(made.schools) <= 120
    assert len({unit.code for unit in made.units}) == len(made.units)
    assert len({unit.name for unit in made.schools}) == len(made.schools)
    assert len({holder.login for holder in made.holders}) == len(made.holders)
    assert made == roster(BY_SLUG[slug], pack, founded(pack))


@pytest.mark.parametrize("slug", BY_SLUG)
def test_accounts_when_printed_then_the_roster_has_them(slug: str) -> None:
    pack = load(PACKS / slug)
    logins = {holder.login for holder in roster(BY_SLUG[slug], pack, founded(pack)).holders}
    printed = {account.login for account in accounts() if account.tenant == pack.name}
    assert printed and printed <= logins


def test_readme_when_it_names_an_account_then_the_demo_prints_it() -> None:
    table = (
        (PACKS.parent / "README.md").read_text(encoding="utf-8").split("### Accounts of the demo")[1].split("\n## ")[0]
    )
    named = {login for line in table.splitlines() if line.startswith("| `") for login in re.findall(r"`([^`]+)`", line)}
    assert len(named) > 8
    assert named <= {account.login for account in accounts()}


@pytest.mark.parametrize("slug", BY_SLUG)
def test_history_when_told_then_every_main_stage_is_there_and_steps_follow_each_other(slug: str) -> None:
    pack = load(PACKS / slug)
    told = told_of(BY_SLUG[slug], pack)
    stages = Counter(one.story.canonical for one in told)
    wanted = {stage.canonical for stage in pack.lifecycle.stages}
    assert wanted <= set(stages)
    assert stages[Canonical.CLOSED] > len(told) / 3
    assert stages[Canonical.CANCELLED] < len(told) / 10
    assert any(one.returns_of is not None for one in told)
    grades = Counter(str(one.story.state.grade) for one in told)
    assert grades["major"] and grades["general"]
    for one in told:
        times = [step.at for step in one.story.steps]
        assert times == sorted(times) and len(set(times)) >= len(times) - 2


def test_history_when_told_twice_then_is_the_same() -> None:
    pack = load(PACKS / "lianyun")
    first, second = (told_of(BY_SLUG["lianyun"], pack) for _ in range(2))
    assert [(one.found_at, one.story.facts, len(one.story.steps)) for one in first] == [
        (one.found_at, one.story.facts, len(one.story.steps)) for one in second
    ]


def test_password_when_shared_by_the_demo_then_is_one_that_the_product_accepts() -> None:
    passwords.check(PASSWORD, login="office", name="安监科负责人")


@pytest.mark.parametrize("kind", ["before", "after", "document", "verification"])
def test_drawing_when_made_then_differs_by_kind_and_is_small(kind: str) -> None:
    image = drawing(1, kind, 0)
    assert image.size == (720, 540)
    assert kind == "before" or image.tobytes() != drawing(1, "before", 0).tobytes()
