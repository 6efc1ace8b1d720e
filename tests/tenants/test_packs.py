"""The five districts' packs: right, complete, faithful to their notices, and free of personal data."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from core.access.permissions import Permission
from core.tenancy.packs.check import load
from core.tenancy.packs.checks.orgs import own_permissions
from core.tenancy.packs.compile import compile_pack, open_compiled
from core.tenancy.packs.coverage import State, coverage
from core.tenancy.packs.layers import Layers
from core.tenancy.packs.model import Canonical, Pack, Party, Relation
from core.tenancy.packs.overlay import read_as

ROOT = Path(__file__).parents[2]
TENANTS = ROOT / "tenants"
CLAUSES = {"wujin": 474, "sip": 643, "yongqiao": 165, "lianyun": 221, "tongyu": 300}
READINGS = {"wujin": 21, "sip": 31, "yongqiao": 16, "lianyun": 20, "tongyu": 18}
SLUGS = tuple(CLAUSES)
each = pytest.mark.parametrize("slug", SLUGS)


@cache
def pack(slug: str) -> Pack:
    return load(TENANTS / slug)


@cache
def declared_permissions() -> frozenset[str]:
    for file in [*ROOT.glob("core/*/permissions.py"), *ROOT.glob("plugins/*/permissions.py")]:
        import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return frozenset(str(code) for enum in Permission.__subclasses__() for code in enum)


@each
def test_pack_when_shipped_then_it_is_right_and_holds_every_clause(slug: str) -> None:
    loaded = pack(slug)
    assert len(loaded.clauses) == CLAUSES[slug]
    assert len(loaded.readings) == READINGS[slug]
    assert sum(len(paragraph.clauses) for paragraph in loaded.documents[0].paragraphs) == CLAUSES[slug]


@each
def test_clause_when_shown_then_in_the_notice_s_own_words(slug: str) -> None:
    remarks = {clause.id for clause in pack(slug).clauses if re.search(r"[a-z]{3,}", clause.text)}
    assert not remarks, "a remark on the transcription is no text of a clause"


@each
def test_pack_when_compiled_then_opens_equal(slug: str) -> None:
    stored = json.loads(json.dumps(compile_pack(pack(slug)).content))
    assert open_compiled(stored) == pack(slug)


@each
def test_pack_when_it_grants_then_the_permission_is_declared(slug: str) -> None:
    """By a feature, or by a register of the pack itself that asks readers for its very own."""
    known = declared_permissions() | own_permissions(pack(slug))
    features = {code.partition(":")[0] for code in known}
    granted = {code for bundle in pack(slug).permission_sets for code in bundle.permissions}
    assert {code for code in granted if code.partition(":")[0] in features} <= known


@each
def test_posts_when_shipped_then_each_side_can_work(slug: str) -> None:
    loaded = pack(slug)
    reach = {post.code: {code for _, codes in loaded.grants(post.code) for code in codes} for post in loaded.posts}
    assert "hazard:case:close" in reach["safety_head"]
    assert "dashboard:district:read" in reach["director"]
    assert "hazard:case:report" in reach["staff"]
    assert any(post.keeper for post in loaded.posts)
    assert "hazard:case:close" not in reach["guard"] or slug == "tongyu"  # tongyu: whoever found it closes it


@each
def test_text_when_shipped_then_no_way_to_reach_a_person(slug: str) -> None:
    for file in (TENANTS / slug).iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text), file
        assert not re.search(r"(?<![\d.\-])[2-9]\d{6,7}(?![\d.\-])", text), file
        assert not re.search(r"[\w.+-]+@[\w-]+\.\w", text), file
        assert not re.search(r"联系人[:：]\s*[\u4e00-\u9fff]", text), file
        assert not re.search(r"组\s*长[:：]\s*[\u4e00-\u9fff]{2,3}\s+[\u4e00-\u9fff]", text), file


@each
def test_lifecycle_when_closing_then_never_who_rectified(slug: str) -> None:
    life = pack(slug).lifecycle
    into = [move for move in life.moves if life.canonical(move.to) is Canonical.CLOSED]
    assert into
    assert all(Party.RECTIFIER in move.not_same_person_as for move in into)


@each
def test_readings_when_chosen_then_the_pack_changes(slug: str) -> None:
    for reading in pack(slug).readings:
        for option in reading.options:
            if option.patches:
                assert read_as(pack(slug), {reading.id: option.code}) != pack(slug)


def test_wujin_when_it_runs_then_six_steps_and_five_elements_for_all() -> None:
    life = pack("wujin").lifecycle
    labels = [stage.label for stage in life.stages if not stage.canonical.side]
    assert labels == ["排查", "登记", "整治", "报告", "销账"]
    assert [track.label for track in life.tracks] == ["跟踪"]
    assert [part.label for part in life.plan_parts()] == ["责任", "措施", "资金", "时限", "预案"]
    assert not any(task.responsible for task in pack("wujin").main_tasks)


def test_sip_when_ground_differs_then_required_set_differs() -> None:
    life = pack("sip").lifecycle

    def parts(ground: str, domain: str = "food") -> list[str]:
        return [part.code for part in life.plan_parts(ground=ground, domain=domain)]

    assert parts("not_fixable_now") == ["unit", "requirement", "measures", "deadline"]
    assert parts("not_fully_fixable") == ["responsibility", "measures", "funds", "deadline", "contingency_plan"]
    assert {"scheme", "interim_controls"} <= set(parts("not_fully_fixable", "fire"))
    assert "interim_controls" not in parts("fixable", "fire")
    assert life.supervision is not None
    assert life.supervision.required
    assert life.supervision.when.matches(ground="long_term")
    assert pack("sip").departments_for("labchem") == ("education",)


def test_sip_when_annex_is_chosen_then_windows_move() -> None:
    (campaign, *_) = read_as(pack("sip"), {"C03": "annex2"}).campaigns
    assert campaign.phases[0].window.ends == date(2020, 8, 31)
    assert pack("sip").campaigns[0].phases[0].window.ends == date(2020, 9, 30)
    assert sum(task.code.startswith("sip-a2-") for task in pack("sip").tasks) == 172


def test_yongqiao_when_it_plans_then_its_own_five_elements_and_thirty_problems() -> None:
    loaded = pack("yongqiao")
    assert [part.label for part in loaded.lifecycle.plan_parts()] == ["方案", "责任", "时限", "措施", "资金"]
    assert [len(domain.focus) for domain in loaded.domains if domain.plugin and domain.on] == [5] * 6
    assert loaded.term("bureau") == "教体局"


def test_lianyun_when_it_plans_then_ledger_form() -> None:
    assert [part.label for part in pack("lianyun").lifecycle.plan_parts()] == ["整改责任", "整改措施", "限期"]
    assert len(pack("lianyun").campaigns[0].phases) == 0


def test_tongyu_when_it_closes_then_the_finder() -> None:
    life = pack("tongyu").lifecycle
    assert [actor.who for actor in life.move("close").by] == [Relation.FINDER_UNIT]
    narrowed = read_as(pack("tongyu"), {"TY-A11": "person"}).lifecycle
    assert [actor.who for actor in narrowed.move("close").by] == [Relation.FINDER]
    shared = date(2018, 11, 26)
    assert [phase.code for phase in pack("tongyu").campaigns[0].phases if phase.window.holds(shared)] == ["p1", "p2"]
    assert Layers(pack("tongyu")).effective("report.ten_day.reading").value == "A"


@each
def test_reason_when_given_then_nothing_carries_the_clause(slug: str) -> None:
    """A reason outlives its cause easily: what is carried says none, and what says one is told with it."""
    reasons = {clause.id: clause.reason for clause in pack(slug).clauses if clause.reason}
    told = {covered.id: covered for covered in coverage(pack(slug)) if covered.id in reasons}
    assert {code: covered.reason for code, covered in told.items()} == reasons
    assert all(covered.state is State.NOT_CARRIED for covered in told.values())


@each
def test_readme_when_shipped_then_short(slug: str) -> None:
    assert 15 <= len((TENANTS / slug / "README.md").read_text(encoding="utf-8").splitlines()) <= 40
