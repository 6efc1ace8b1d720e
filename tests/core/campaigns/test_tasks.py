"""Tasks: reported, signed by another, returned, opened again; who sees how much; a fixed number of queries."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, select

from core.access.actor import Actor
from core.audit.models import AuditEntry
from core.campaigns.models import TaskState
from core.campaigns.queries.tasks import TaskFilter, task_card, tasks_page
from core.campaigns.services import planning, tasks
from core.campaigns.services.planning import TaskFacts
from core.campaigns.standing import Standing
from core.db.sessions import TenantSession
from core.files.services import store_file
from core.files.storage import DiskStorage
from core.http.paging import Paging
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from tests.factories.world import World

SCHOOL_TASK = "wj-2_1-19"
"""着力开展风险隐患排查管控治理: every school's."""
ALL = Paging(1, 200)


def own(world: World, **more: object) -> str:
    with world.session() as session:
        facts = {"title": "开展开学前检查", "campaign": "three_year", "responsible": ("教育局",), **more}
        return planning.add_task(session, actor=world.actor("head", session), facts=TaskFacts(**facts))  # type: ignore[arg-type]


def report(world: World, who: str, code: str, unit: str, version: int = 0, **more: object) -> UUID:
    with world.session() as session:
        return tasks.report_task(
            session, actor=world.actor(who, session), code=code, unit_id=world.units[unit], version=version,
            **{"done_on": date(2020, 11, 25), "note": "已完成", **more},  # type: ignore[arg-type]
        )  # fmt: skip


def line(world: World, who: str, code: str):  # type: ignore[no-untyped-def]
    with world.session(read_only=True) as session:
        return task_card(session, world.actor(who, session), code, paging=ALL).line


def test_a_task_of_all_schools_is_done_when_every_school_has_reported(world: World) -> None:
    assert (line(world, "head", SCHOOL_TASK).done, line(world, "head", SCHOOL_TASK).parts) == (0, 3)
    report(world, "safety_a", SCHOOL_TASK, "school_a")
    report(world, "safety_b", SCHOOL_TASK, "school_b")
    assert line(world, "head", SCHOOL_TASK).standing is Standing.UNDER_WAY
    assert line(world, "safety_a", SCHOOL_TASK).standing is Standing.FULFILLED  # of its own units
    report(world, "head", SCHOOL_TASK, "kindergarten")
    assert line(world, "head", SCHOOL_TASK).standing is Standing.FULFILLED


def test_nobody_reports_for_a_unit_out_of_reach_or_without_a_part(world: World) -> None:
    with pytest.raises(NotFound):
        report(world, "safety_a", SCHOOL_TASK, "school_b")
    with pytest.raises(NotFound):
        report(world, "safety_a", "wj-2_2-05", "school_a")  # 教育局's own
    with pytest.raises(NotFound):
        report(world, "head", SCHOOL_TASK, "campus_a")
    with pytest.raises(NotFound):
        report(world, "head", "no-such-task", "root")
    with pytest.raises(Forbidden):
        report(world, "line_a", SCHOOL_TASK, "school_a")


def test_a_day_in_the_future_is_refused_and_leaves_nothing(world: World) -> None:
    with pytest.raises(Invalid):
        report(world, "safety_a", SCHOOL_TASK, "school_a", done_on=date(2020, 11, 27))
    with world.session(read_only=True) as session:
        assert session.scalars(select(TaskState)).all() == []


def test_the_second_writer_of_the_same_part_is_told(world: World) -> None:
    report(world, "safety_a", SCHOOL_TASK, "school_a")
    with pytest.raises(Stale):
        report(world, "safety_a", SCHOOL_TASK, "school_a", version=0)
    with pytest.raises(Refused):
        report(world, "safety_a", SCHOOL_TASK, "school_a", version=2)


def test_sign_off_is_by_another_person(world: World) -> None:
    code = own(world, sign_off=True)
    report(world, "head", code, "root")
    assert line(world, "head", code).waiting == 1
    with world.session() as session, pytest.raises(Forbidden):
        tasks.sign_task(session, actor=world.actor("head", session), code=code, unit_id=world.units["root"], version=2)
    with world.session() as session:
        tasks.sign_task(
            session, actor=world.actor("leader", session), code=code, unit_id=world.units["root"], version=2
        )
    assert line(world, "head", code).standing is Standing.FULFILLED
    with world.session(read_only=True) as session:
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_id == code).order_by(AuditEntry.id)
        ).all()
    assert acts == ["task.added", "task.reported", "task.signed"]


def test_what_is_returned_is_open_again_with_its_reason(world: World) -> None:
    code = own(world, sign_off=True)
    report(world, "officer", code, "root")
    with world.session() as session:
        tasks.return_task(
            session, actor=world.actor("leader", session), code=code, unit_id=world.units["root"], version=2, reason="缺签到表",
        )  # fmt: skip
    with world.session(read_only=True) as session:
        part = task_card(session, world.actor("officer", session), code, paging=ALL).parts.items[0]
    assert (part.state, part.reason, part.version) == ("returned", "缺签到表", 3)
    report(world, "officer", code, "root", version=3)


def test_evidence_where_it_is_asked(world: World, tmp_path: object) -> None:
    code = own(world, evidence=True)
    with pytest.raises(Invalid):
        report(world, "head", code, "root")
    with world.session() as session:
        actor = world.actor("head", session)
        card = store_file(
            session, actor=actor, storage=DiskStorage(tmp_path), stream=io.BytesIO(b"%PDF-1.4\n%%EOF"), name="a.pdf", purpose="document",  # type: ignore[arg-type]
        )  # fmt: skip
        tasks.report_task(
            session, actor=actor, code=code, unit_id=world.units["root"], version=0, done_on=date(2020, 11, 25), file_ids=[card.id],
        )  # fmt: skip
    with world.session(read_only=True) as session:
        part = task_card(session, world.actor("safety_a", session), code, paging=ALL).parts.items
    assert part[0].files[0].name == "a.pdf"


def test_a_late_task_is_overdue_an_unconfirmed_one_is_not(world: World) -> None:
    code = own(world, ends=date(2020, 11, 20))
    assert line(world, "head", code).standing is Standing.OVERDUE
    assert line(world, "head", code).days_left == -6
    free = own(world, ends=date(2020, 11, 20), open_ended=True)
    assert line(world, "head", free).standing is Standing.UNDER_WAY


def test_departments_are_named_where_the_notice_names_none(world: World) -> None:
    code = "wj-2_2-05"
    assert line(world, "head", code).unassigned
    with world.session() as session:
        planning.assign(
            session, actor=world.actor("head", session), code=code, version=0, responsible=["safety"], participating=[]
        )
    found = line(world, "head", code)
    assert not found.unassigned and found.assigned.responsible == ("safety",)
    with world.session() as session, pytest.raises(Stale):
        planning.assign(session, actor=world.actor("head", session), code=code, version=0, responsible=[])
    with world.session() as session, pytest.raises(Forbidden):
        planning.assign(session, actor=world.actor("safety_a", session), code=code, version=1, responsible=[])


def test_a_school_sees_its_own_part_and_not_its_neighbours(world: World) -> None:
    report(world, "safety_b", SCHOOL_TASK, "school_b")
    with world.session(read_only=True) as session:
        card = task_card(session, world.actor("safety_a", session), SCHOOL_TASK, paging=ALL)
    assert [part.unit_id for part in card.parts.items] == [world.units["school_a"]]
    assert (card.line.done, card.line.parts) == (0, 1)


def test_the_neighbour_district_sees_nothing(world: World, neighbour: World) -> None:
    code = own(world)
    with neighbour.session(read_only=True) as session, pytest.raises(NotFound):
        task_card(session, neighbour.actor("head", session), code, paging=ALL)


def test_filters(world: World) -> None:
    def found(**asked: object) -> list[str]:
        with world.session(read_only=True) as session:
            page = tasks_page(session, world.actor("safety_a", session), filters=TaskFilter(**asked), paging=ALL)  # type: ignore[arg-type]
            return [line.task.code for line in page.items]

    everything = found()
    assert SCHOOL_TASK in found(mine=True) and "wj-2_2-05" not in found(mine=True)
    assert 0 < len(found(mine=True)) < len(everything)
    assert found(text="WJ-2.2-05") == ["wj-2_2-05"]
    assert set(found(confirm=True)) < set(everything)


def queries_of(session: TenantSession, actor: Actor, filters: TaskFilter) -> int:
    seen: list[str] = []
    engine = session.get_bind()

    def count(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    try:
        tasks_page(session, actor, filters=filters, paging=Paging(1, 200))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def test_the_list_costs_the_same_with_one_and_with_three_reports(world: World) -> None:
    report(world, "safety_a", SCHOOL_TASK, "school_a")
    counts = []
    for unit in ("school_b", "kindergarten"):
        with world.session(read_only=True) as session:
            counts.append(queries_of(session, world.actor("head", session), TaskFilter()))
        report(world, "head", SCHOOL_TASK, unit)
    with world.session(read_only=True) as session:
        counts.append(queries_of(session, world.actor("head", session), TaskFilter()))
    assert len(set(counts)) == 1 and counts[0] <= 7
