from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack
from plugins.fire.meta import META
from plugins.fire.terms import term_around
from plugins.fire.variant import FOLDER, PLAIN, variant_for

TENANTS = Path(__file__).parents[3] / "tenants"


@pytest.fixture(scope="module")
def sip() -> Pack:
    return load(TENANTS / "sip")


def test_variants_when_listed_then_meta_names_each_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*META.variants, PLAIN}


def test_wujin_when_asked_then_has_the_hard_date_and_twelve_places() -> None:
    found = variant_for(None, "wujin", {})
    assert (found.path_b_due, found.path_a_warning) == (date(2020, 12, 31), date(2020, 12, 31))
    assert (len(found.places), found.closing_waits, found.acceptance_paths) == (12, True, True)


def test_sip_when_asked_then_checks_monthly_and_counts_certificates() -> None:
    found = variant_for(None, "sip", {})
    assert {"文保控保建筑", "学校中心机房"} <= set(found.places)
    assert (found.check_months, len(found.check_items), found.training_per_term) == (1, 10, 1)
    assert (found.certified_staff, found.certified_guards, found.acceptance_paths) == (1, 1, False)


def test_unknown_variant_when_asked_then_the_plain_one() -> None:
    assert variant_for(None, "nowhere", {}).code == PLAIN


def test_pack_when_it_says_otherwise_then_the_pack_wins(sip: Pack) -> None:
    fire = replace(sip.domain("fire"), places=("食堂",), settings={"patrol_days": 1, "path_b_due": "2021-06-30"})
    pack = replace(sip, domains=tuple(fire if domain.code == "fire" else domain for domain in sip.domains))
    found = variant_for(pack, None, {"check_months": 2})
    assert (found.code, found.places, found.patrol_days, found.check_months) == ("sip", ("食堂",), 1, 2)
    assert found.path_b_due == date(2021, 6, 30)
    assert found.assumed == frozenset()


def test_value_when_no_notice_states_it_then_marked_as_assumed() -> None:
    assert variant_for(None, "wujin", {}).assumed == {"patrol_days"}
    assert variant_for(None, "wujin", {"patrol_days": 1}).assumed == frozenset()


def test_term_when_the_pack_says_nothing_then_assumed() -> None:
    assert (term_around(None, date(2020, 11, 26)).starts, term_around(None, date(2020, 11, 26)).assumed) == (
        date(2020, 9, 1),
        True,
    )
    assert term_around(None, date(2021, 1, 15)).starts == date(2020, 9, 1)
    assert term_around(None, date(2021, 3, 1)).title == "2020—2021学年第二学期"
