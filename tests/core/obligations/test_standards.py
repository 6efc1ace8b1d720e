"""What the levels of government ask stands beside the notice's own rules, the strictest in force."""

from __future__ import annotations

from pathlib import Path

from core.obligations.duties import duties
from core.obligations.standards import standards_of
from core.tenancy.packs.check import load
from core.tenancy.packs.layers import Layers

SIP = load(Path(__file__).parents[3] / "tenants" / "sip")
KINDS = {own.code: str(own.kind) for own in SIP.org_types}


def beside(code: str) -> dict[str, tuple[int, str]]:
    own = [duty for duty in duties(SIP) if duty.code == code]
    found = standards_of(own, kinds=KINDS, layers=Layers(SIP))
    return {one.title: (one.value, one.set_by) for one in found}


def test_drill_of_schools_when_the_country_and_the_pack_speak_then_what_binds_schools_alone() -> None:
    assert beside("2-10-21") == {
        "中小学应急疏散演练：至少每几个月一次": (1, "sip"),
        "中小学每学年演练次数": (8, "sip"),
    }


def test_drill_of_kindergartens_when_the_pack_is_stricter_then_the_pack() -> None:
    assert beside("2-10-22")["幼儿园应急疏散演练：至少每几个月一次"] == (2, "sip"), "the country says 3"


def test_duty_when_no_level_speaks_of_it_then_nothing() -> None:
    assert beside("a2-106") == {}


def test_without_a_pack_then_nothing() -> None:
    assert standards_of(duties(SIP), kinds=KINDS, layers=None) == ()
