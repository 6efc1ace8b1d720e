"""Coverage tells the truth: what nothing runs is not carried, whatever the pack says about it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.cli.pack import pack as command
from core.tenancy.packs.check import load
from core.tenancy.packs.coverage import RUNS, State, coverage
from core.tenancy.packs.model import ClauseKind, Pack
from core.tenancy.packs.shape import fields_of

TENANTS = Path(__file__).parents[4] / "tenants"


@cache
def tongyu() -> Pack:
    return load(TENANTS / "tongyu")


def test_every_clause_of_the_ledger_is_told_once() -> None:
    found = coverage(tongyu())
    assert [covered.id for covered in found] == [clause.id for clause in tongyu().clauses]


def test_carried_names_the_element_and_policy_is_text() -> None:
    found = {covered.id: covered for covered in coverage(tongyu())}
    carried = next(
        covered for covered in found.values() if covered.state is State.CARRIED and "lifecycle" in str(covered.elements)
    )
    assert carried.elements[0].startswith("lifecycle.")
    assert all(
        covered.state in (State.TEXT_ONLY, State.CARRIED)
        for covered in found.values()
        if covered.kind is ClauseKind.POLICY
    )


def test_a_section_that_nothing_runs_does_not_carry(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {covered.id: covered for covered in coverage(tongyu())}
    assert found["TY-5-05"].state is State.CARRIED
    monkeypatch.setattr("core.tenancy.packs.coverage.RUNS", RUNS - {"indicators"})
    waiting = next(covered for covered in coverage(tongyu()) if covered.id == "TY-5-05")
    assert waiting.state is State.NOT_CARRIED
    assert "indicators[ty-5-05]" in waiting.elements and waiting.reason
    assert {field.name for field in fields_of(Pack)} >= RUNS


def test_without_its_elements_nothing_is_carried() -> None:
    bare = replace(tongyu(), lifecycle=replace(tongyu().lifecycle, moves=(), stages=(), tracks=()))
    before = sum(covered.state is State.CARRIED for covered in coverage(tongyu()))
    assert sum(covered.state is State.CARRIED for covered in coverage(bare)) < before


def test_outside_elements_carry() -> None:
    clause = next(covered.id for covered in coverage(tongyu()) if covered.state is State.NOT_CARRIED)
    found = {covered.id: covered for covered in coverage(tongyu(), outside={"plugins.x.y": (clause,)})}
    assert found[clause].elements == ("plugins.x.y",)


@pytest.mark.parametrize("slug", ["wujin", "sip", "yongqiao", "lianyun", "tongyu"])
def test_command_prints_every_clause_as_json(slug: str) -> None:
    result = CliRunner().invoke(command, ["coverage", str(TENANTS / slug), "--json"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["tenant"] == slug
    assert {clause["state"] for clause in told["clauses"]} <= set(State)
    assert all(clause["elements"] for clause in told["clauses"] if clause["state"] == State.CARRIED)
    assert all(clause["reason"] for clause in told["clauses"] if clause["state"] == State.NOT_CARRIED)
