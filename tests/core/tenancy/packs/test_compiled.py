"""The stored form: round trip, digest, readings and local changes laid over it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.kernel.errors import Invalid
from core.tenancy.packs import codec
from core.tenancy.packs.compile import compile_pack, digest_of, open_compiled
from core.tenancy.packs.model import Canonical, Lifecycle, Move, Pack, Relation, Requirement
from core.tenancy.packs.overlay import overlay, patched, read_as

ROOT = Path(__file__).parents[4]


def test_compile_when_opened_again_then_equal(example: Pack) -> None:
    compiled = compile_pack(example)
    stored = json.loads(json.dumps(compiled.content, ensure_ascii=False))
    assert open_compiled(stored) == example
    assert digest_of(stored) == compiled.digest


def test_digest_when_keys_are_shuffled_then_same(example: Pack) -> None:
    content = compile_pack(example).content
    assert digest_of(dict(reversed(content.items()))) == digest_of(content)


def test_digest_when_anything_changes_then_other(example: Pack) -> None:
    changed = patched(example, {"lifecycle.closing_word": "销案"})
    assert compile_pack(changed).digest != compile_pack(example).digest


def test_open_when_format_is_not_ours_then_refused(example: Pack) -> None:
    with pytest.raises(Invalid):
        open_compiled(compile_pack(example).content | {"format": 2})


def test_codec_when_field_is_renamed_then_yaml_name_in_json(example: Pack) -> None:
    data = codec.to_json(example.lifecycle.move("start"))
    assert data["from"] == ["registered"]
    assert codec.from_json(Move, data) == example.lifecycle.move("start")


def test_codec_when_default_then_left_out(example: Pack) -> None:
    assert codec.to_json(Requirement(need="reason")) == {"need": "reason"}  # type: ignore[arg-type]  # a word will do


def test_overlay_when_path_names_a_code_then_that_member(example: Pack) -> None:
    content = overlay(example.to_json(), {"lifecycle.grades.general.deadline.days": 3})
    assert Pack.from_json(content).lifecycle.grade("general").deadline.days == 3
    assert example.lifecycle.grade("general").deadline.days == 7


@pytest.mark.parametrize("path", ["lifecycle.moves.shut.by", "no.such.thing", "lifecycle.moves.99.by", "slug.x"])
def test_overlay_when_path_leads_nowhere_then_invalid(example: Pack, path: str) -> None:
    with pytest.raises(Invalid):
        overlay(example.to_json(), {path: 1})


def test_read_as_when_option_is_chosen_then_lifecycle_changes(example: Pack) -> None:
    assert [actor.who for actor in read_as(example, {"EX-A01": "bureau"}).lifecycle.move("close").by] == [
        Relation.DISTRICT
    ]
    assert read_as(example, {}) == example


def test_lifecycle_when_asked_then_answers(example: Pack) -> None:
    life: Lifecycle = example.lifecycle
    assert life.canonical("done") is Canonical.REPORTED
    assert life.stages_of(Canonical.CLOSED) == ("closed",)
    assert [move.code for move in life.moves_from("done")] == ["return", "close"]
    assert [part.code for part in life.plan_parts()] == ["responsibility", "measures", "deadline"]
    assert [str(requirement.need) for requirement in life.requirements(life.move("return"))] == ["plan", "reason"]
    with pytest.raises(KeyError):
        life.stage("none")


def test_pack_when_asked_then_answers(example: Pack) -> None:
    assert example.term("close") == "销号"
    assert example.departments_for("co") == ("safety",)
    assert example.departments_for("fire") == ()
    ((scope, permissions),) = example.grants("safety_head")
    assert scope == "district"
    assert {"hazard:case:read", "hazard:case:extend"} <= permissions
