from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import Invalid, Refused
from plugins.fire.acceptance import PATHS, RULES, Facts, Outcome, Stage, Step, decide, limit, open_steps, tone

TODAY = date(2020, 11, 26)
FULL = Facts(
    on=TODAY, reason="图纸缺失", note="说明", agency="某消防技术公司", plan="改造疏散楼梯", plan_due_on=date(2020, 12, 20),
    state="accepted", document_no="消验〔2020〕1号", document_on=TODAY,
)  # fmt: skip


def walk(*steps: Step, paths: bool = True) -> Outcome:
    now = Outcome(Stage.REASON, None, "not_accepted")
    for step in steps:
        now = decide(stage=now.stage, path=now.path, state=now.state, step=step, facts=FULL, today=TODAY, paths=paths)
    return now


def test_path_a_when_made_up_then_ends_with_the_document() -> None:
    assert walk(Step.FIND_REASON, Step.CHOOSE_A, Step.MAKE_UP) == Outcome(Stage.DONE, "A", "accepted")


def test_path_b_when_all_steps_are_taken_then_done_without_being_accepted() -> None:
    steps = (Step.FIND_REASON, Step.CHOOSE_B, Step.ASSESS, Step.PLAN, Step.RECTIFY, Step.QUALIFY)
    assert walk(*steps) == Outcome(Stage.DONE, "B", "not_accepted")


def test_path_b_when_reassessment_fails_then_back_to_the_plan() -> None:
    steps = (Step.FIND_REASON, Step.CHOOSE_B, Step.ASSESS, Step.PLAN, Step.RECTIFY, Step.REJECT)
    assert walk(*steps) == Outcome(Stage.PLAN, "B", "not_accepted")


def test_path_a_when_it_cannot_be_made_up_after_all_then_path_b() -> None:
    assert walk(Step.FIND_REASON, Step.CHOOSE_A, Step.CHOOSE_B) == Outcome(Stage.ASSESSMENT, "B", "not_accepted")


def test_paths_when_the_district_knows_none_then_the_document_settles_it() -> None:
    assert walk(Step.SETTLE, paths=False) == Outcome(Stage.DONE, None, "accepted")
    with pytest.raises(Refused):
        walk(Step.FIND_REASON, Step.CHOOSE_A, paths=False)
    with pytest.raises(Refused):
        walk(Step.SETTLE, paths=True)


def test_reopen_when_done_then_the_path_is_forgotten() -> None:
    now = walk(Step.FIND_REASON, Step.CHOOSE_A, Step.MAKE_UP, Step.REOPEN)
    assert now == Outcome(Stage.REASON, None, "not_accepted")


@pytest.mark.parametrize("step", list(Step))
def test_step_when_something_is_missing_then_says_what(step: Step) -> None:
    rule = RULES[step]
    if not rule.needs:
        return
    paths = step is not Step.SETTLE
    with pytest.raises(Invalid) as refused:
        decide(stage=rule.starts[0], path="B", state="not_accepted", step=step, facts=Facts(), today=TODAY, paths=paths)
    assert set(refused.value.fields) == set(rule.needs)


def test_step_when_dated_tomorrow_then_refused() -> None:
    with pytest.raises(Invalid) as refused:
        decide(
            stage=Stage.RECTIFICATION, path="B", state="not_accepted", step=Step.RECTIFY,
            facts=Facts(on=date(2020, 11, 27)), today=TODAY, paths=True,
        )  # fmt: skip
    assert refused.value.fields == {"on": "不能晚于今天"}


@given(st.lists(st.sampled_from(list(Step)), max_size=12))
def test_any_walk_when_it_reaches_done_then_had_what_its_path_requires(steps: list[Step]) -> None:
    """No way to «done» leaves out a step of the path."""
    now, taken = Outcome(Stage.REASON, None, "not_accepted"), []
    for step in steps:
        if step not in open_steps(now.stage, paths=True):
            with pytest.raises(Refused):
                decide(stage=now.stage, path=now.path, state=now.state, step=step, facts=FULL, today=TODAY, paths=True)
            continue
        if step is Step.REOPEN:
            taken = []
        now = decide(stage=now.stage, path=now.path, state=now.state, step=step, facts=FULL, today=TODAY, paths=True)
        taken.append(step)
        assert now.path is None or now.stage in PATHS[now.path]
    if now.stage is Stage.DONE:
        assert Step.FIND_REASON in taken
        if now.path == "A":
            assert taken[-1] is Step.MAKE_UP
        else:
            assert {Step.ASSESS, Step.PLAN, Step.RECTIFY} <= set(taken)
            assert taken[-1] is Step.QUALIFY


def test_limit_when_wujins_day_passes_then_path_b_breaks_it_and_path_a_is_warned() -> None:
    day = date(2020, 12, 31)
    hard = limit(stage=Stage.PLAN, path="B", path_b_due=day, path_a_warning=day)
    soft = limit(stage=Stage.MAKE_UP, path="A", path_b_due=day, path_a_warning=day)
    assert (tone(hard, today=day), tone(soft, today=day)) == ("soon", "soon")
    after = date(2021, 1, 1)
    assert (tone(hard, today=after), tone(soft, today=after)) == ("overdue", "soon")
    assert limit(stage=Stage.DONE, path="B", path_b_due=day, path_a_warning=day) is None
    assert tone(None, today=day) == "none"
