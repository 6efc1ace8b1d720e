from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.hooks.manager import Plugins, Quarantined, build_plugins
from core.jobs.models import OutboxRow
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from core.switchboard.queries.pack import reading_lines, value_line, value_lines
from core.switchboard.queries.plugins import plugin_cards
from core.switchboard.services import choose_reading, clear_value, set_value, switch_off, switch_plugin
from core.tenancy import shelf
from core.tenancy.models import PluginSwitch
from core.tenancy.switches import switches
from core.tenancy.values import effective
from tests.factories.world import World

TODAY = date(2020, 11, 26)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return build_plugins([])


def cards(session, plugins: Plugins):  # type: ignore[no-untyped-def]  # a session; cards by slug
    return {card.slug: card for card in plugin_cards(plugins, switches(session), shelf.current(session), today=TODAY)}


def test_plugin_when_switched_off_then_frozen_and_told(world: World, plugins: Plugins) -> None:
    with world.session() as session:
        actor = world.actor("head", session)
        switch_off(session, actor=actor, slug="food", version=1)
        card = cards(session, plugins)["food"]
        assert (card.state, card.on_until, card.row_version) == ("ended", date(2020, 11, 25), 2)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plugin.switched")).one()
        assert (entry.object_id, entry.data) == ("food", {"on_until": [None, "2020-11-25"]})
        assert (
            session.scalars(select(OutboxRow).where(OutboxRow.topic == "plugin.switched")).one().payload["on"] is False
        )
        with pytest.raises(Conflict):
            switch_off(session, actor=actor, slug="food", version=2)


def test_plugin_when_switched_on_then_dates_stages_and_variant_hold(world: World, plugins: Plugins) -> None:
    with world.session() as session:
        actor = world.actor("head", session)
        version = switch_plugin(
            session, actor=actor, plugins=plugins, slug="fire", version=1, on_from=date(2020, 12, 1),
            on_until=date(2021, 6, 30), stages=["primary", "primary", "junior"], variant="sip",
        )  # fmt: skip
        card = cards(session, plugins)["fire"]
        assert (version, card.state, card.stages, card.variant) == (2, "planned", ("junior", "primary"), "sip")
        with pytest.raises(Stale):
            switch_plugin(session, actor=actor, plugins=plugins, slug="fire", version=1, on_from=TODAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on_from": TODAY, "on_until": date(2020, 11, 1)}, "on_until"),
        ({"on_from": TODAY, "stages": ["nursery"]}, "stages"),
        ({"on_from": TODAY, "variant": "elsewhere"}, "variant"),
    ],
)
def test_plugin_when_switched_wrongly_then_says_what_is_right(
    world: World, plugins: Plugins, given: dict, field: str
) -> None:  # type: ignore[type-arg]  # keyword arguments
    with world.session() as session, pytest.raises(Invalid) as refused:
        switch_plugin(session, actor=world.system, plugins=plugins, slug="fire", version=1, **given)
    assert set(refused.value.fields) == {field}


def test_plugin_when_unknown_quarantined_or_not_allowed_then_refused(world: World, plugins: Plugins) -> None:
    broken = Plugins(plugins.manager, plugins.metas, {"bus": Quarantined("bus", "出错了")})
    with world.session() as session:
        with pytest.raises(NotFound):
            switch_plugin(session, actor=world.system, plugins=plugins, slug="moon", version=0, on_from=TODAY)
        with pytest.raises(Refused):
            switch_plugin(session, actor=world.system, plugins=broken, slug="bus", version=1, on_from=TODAY)
        with pytest.raises(Forbidden):
            switch_off(session, actor=world.actor("staff_a", session), slug="food", version=1)
        assert cards(session, broken)["bus"].state == "quarantined"


def test_plugin_when_never_switched_then_version_zero(world: World, plugins: Plugins) -> None:
    with world.session() as session:
        session.delete(session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == "bus")).one())
        session.flush()
        card = cards(session, plugins)["bus"]
        assert (card.state, card.row_version) == ("off", 0)
        assert switch_plugin(session, actor=world.system, plugins=plugins, slug="bus", version=0, on_from=TODAY) == 1


def test_value_when_changed_then_who_said_it_is_known(world: World) -> None:
    with world.session() as session:
        actor = world.actor("head", session)
        assert set_value(session, actor=actor, key="due.reminder_days", value=3, version=0) == 1
        line = value_line(session, "due.reminder_days")
        assert (line.value, line.who, line.changed, line.version) == (3, "本区自定", True, 1)
        assert {word.who for word in line.others} >= {"产品默认"}
        with pytest.raises(Stale):
            set_value(session, actor=actor, key="due.reminder_days", value=5, version=0)
        clear_value(session, actor=actor, key="due.reminder_days", version=1)
        found = effective(session, "due.reminder_days")
        assert found is not None
        assert found.value == 1


def test_value_when_looser_than_the_law_then_refused(world: World) -> None:
    with world.session() as session:
        binding = value_line(session, "drill.school.months")
        assert binding.value is not None
        with pytest.raises(Refused) as refused:
            set_value(session, actor=world.system, key="drill.school.months", value=int(binding.value) + 5, version=0)
        assert "不能宽于" in refused.value.text()


def test_value_when_the_lifecycle_says_it_then_refused(world: World) -> None:
    with world.session() as session:
        assert value_line(session, "hazard.deadline.major.days").derived
        with pytest.raises(Refused):
            set_value(session, actor=world.system, key="hazard.deadline.major.days", value=1, version=0)


def test_value_when_of_another_kind_or_unknown_then_refused(world: World) -> None:
    with world.session() as session:
        with pytest.raises(Invalid):
            set_value(session, actor=world.system, key="due.reminder_days", value="three", version=0)
        with pytest.raises(NotFound):
            set_value(session, actor=world.system, key="no.such", value=1, version=0)
        with pytest.raises(Forbidden):
            set_value(session, actor=world.actor("staff_a", session), key="due.reminder_days", value=1, version=0)


def test_values_when_listed_then_each_says_who_and_on_what_ground(world: World) -> None:
    with world.session() as session:
        lines = value_lines(session)
    assert len(lines) > 10
    assert all(line.who and line.title for line in lines)


def test_reading_when_chosen_then_the_pack_is_read_that_way(world: World, neighbour: World) -> None:
    def closers(at: World) -> list[str]:
        with at.session() as session:
            pack = shelf.current(session)
            assert pack is not None
            return [str(actor.who) for actor in pack.lifecycle.move("close").by]

    before = closers(world)
    with world.session() as session:
        line = next(
            line
            for line in reading_lines(session)
            if any("lifecycle.moves.close.by" in option.patches for option in line.reading.options)
        )
        option = next(option for option in line.reading.options if "lifecycle.moves.close.by" in option.patches)
        with pytest.raises(Invalid):
            choose_reading(session, actor=world.system, reading_id=line.reading.id, option="whatever", version=0)
        choose_reading(session, actor=world.system, reading_id=line.reading.id, option=option.code, version=0)
        after = next(own for own in reading_lines(session) if own.reading.id == line.reading.id)
        assert (after.chosen, after.version) == (option.code, 1)
    assert closers(world) == ["district"] != before
    assert closers(neighbour) == before, "another district reads it as it did"
    with world.session() as session:
        choose_reading(session, actor=world.system, reading_id=line.reading.id, option=line.shipped, version=1)
    assert closers(world) == before
