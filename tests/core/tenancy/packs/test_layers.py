"""Who set a value: strictest wins, stated before inferred, overrides with a reason, floors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.tenancy.packs.keys import KEYS, Stricter
from core.tenancy.packs.layers import Layers
from core.tenancy.packs.model import Layer, Level, Option, Pack, Reading, Setting


def with_words(pack: Pack, country: list[Setting], district: list[Setting] = []) -> Pack:  # noqa: B006  # never changed
    layer = Layer(code="cn", label="国家", level=Level.COUNTRY, settings=tuple(country))
    return replace(pack, base=(layer,), settings=tuple(district))


def said(key: str, value: Any, **more: Any) -> Setting:
    return Setting(key=key, value=value, source="某法", **more)


def test_effective_when_lower_is_stricter_then_the_lowest_binds(example: Pack) -> None:
    pack = with_words(example, [said("inspection.days", 30)], [said("inspection.days", 7)])
    value = Layers(pack).effective("inspection.days")
    assert (value.value, value.set_by, value.confirm) == (7, "example", False)
    assert [(word.set_by, word.value) for word in value.others] == [("product", None), ("cn", 30)]


def test_effective_when_district_is_looser_then_the_country_binds(example: Pack) -> None:
    pack = with_words(example, [said("inspection.days", 7)], [said("inspection.days", 30)])
    value = Layers(pack).effective("inspection.days")
    assert (value.value, value.set_by, value.source) == (7, "cn", "某法")


def test_effective_when_only_inferred_then_stated_binds(example: Pack) -> None:
    pack = with_words(example, [said("inspection.days", 30)], [said("inspection.days", 7, confirm=True)])
    assert Layers(pack).effective("inspection.days").value == 30


def test_effective_when_all_are_inferred_then_the_nearest_is_the_guess(example: Pack) -> None:
    pack = with_words(example, [said("inspection.days", 7, confirm=True)], [said("inspection.days", 30, confirm=True)])
    value = Layers(pack).effective("inspection.days")
    assert (value.value, value.confirm) == (30, True)


def test_effective_when_overridden_then_levels_above_are_set_aside(example: Pack) -> None:
    words = [said("inspection.days", 30, overrides=True, note="省批准的试点")]
    pack = with_words(example, [said("inspection.days", 7)], words)
    assert Layers(pack).effective("inspection.days").value == 30


def test_effective_when_a_set_then_all_members_together(example: Pack) -> None:
    own = Layers(example).effective("hazard.plan.parts").value
    pack = with_words(example, [said("hazard.plan.parts", ["省加的"])], [])
    assert own and Layers(pack).effective("hazard.plan.parts").value == ("省加的", *own)


def test_effective_when_local_is_looser_than_the_floor_then_the_floor(example: Pack) -> None:
    assert Layers(example, local={"hazard.close.persons": 1}).effective("hazard.close.persons").value == 2


def test_effective_when_school_is_stricter_then_the_school(example: Pack) -> None:
    layers = Layers(example, school={"inspection.days": 1})
    assert layers.effective("inspection.days").set_by == "school"
    assert Layers(example, school={"inspection.days": 60}).effective("inspection.days").set_by == "example"


def test_effective_when_not_yet_in_force_then_not_heard(example: Pack) -> None:
    pack = with_words(example, [said("fire.patrol.per_day", 1, valid_from=date(2009, 5, 1), valid_to=date(2020, 1, 1))])
    days = (date(2009, 4, 30), date(2010, 1, 1), date(2020, 1, 2))
    assert [Layers(pack, on=day).effective("fire.patrol.per_day").value for day in days] == [None, 1, None]


def test_effective_when_a_reading_is_chosen_then_it_is_no_longer_inferred(example: Pack) -> None:
    options = (
        Option(code="a", label="甲", default=True, sets={"report.ten_day.reading": "A"}),
        Option(code="b", label="乙", sets={"report.ten_day.reading": "B"}),
    )
    pack = replace(example, readings=(Reading(id="X-A1", issue="", treatment="", options=options),))
    shipped = Layers(pack).effective("report.ten_day.reading")
    chosen = Layers(pack, readings={"X-A1": "b"}).effective("report.ten_day.reading")
    assert (shipped.value, shipped.confirm) == ("A", True)
    assert (chosen.value, chosen.confirm, chosen.set_by) == ("B", False, "X-A1")


def test_effective_when_lifecycle_says_it_then_it_is_read_there(example: Pack) -> None:
    value = Layers(example).effective("hazard.deadline.general.days")
    assert (value.value, value.confirm, value.note) == (7, True, "文件未写天数")


def test_effective_when_key_is_unknown_then_keyerror(example: Pack) -> None:
    with pytest.raises(KeyError):
        Layers(example).effective("no.such.key")


def test_all_when_asked_then_every_key_answers(example: Pack) -> None:
    assert [value.key for value in Layers(example).all()] == list(KEYS)


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.name)
def test_keys_when_declared_then_default_is_of_their_kind(key: Any) -> None:
    assert key.default is None or key.accepts(key.default)
    assert key.stricter is not Stricter.UNION or key.of is tuple
