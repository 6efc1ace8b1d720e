"""What the tests of the assessment stand on: hazards and visits as rows, a round driven through REST."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from uuid import UUID

from docx import Document
from flask.testing import FlaskClient

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.http.runtime import KEY
from core.jobs.works import Works, compose_works
from core.kernel.ids import new_id
from core.tenancy.directory import Directory
from tests.conftest import APP_CLOCK
from tests.core.hazards.web import Api
from tests.factories.world import World

AUTUMN = {"starts": "2020-09-01", "ends": "2020-11-25"}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def hazard(
    session: TenantSession,
    unit_id: UUID,
    *,
    found: date,
    due: date,
    done: date | None = None,
    grade: str = "general",
    again: UUID | None = None,
    false_alarm: bool = False,
) -> UUID:
    stage = "cancelled" if false_alarm else "closed" if done else "rectifying"
    row = Hazard(
        id=new_id(), unit_id=unit_id, school_id=unit_id, org_type="primary", place="一楼", domain="fire", category="fire.other",
        title=f"隐患{found:%m%d}", description="描述", grade=grade, source="self_check", origin="self_check", found_at=noon(found),
        stage=stage, canonical=stage, plan={}, due_on=due,
        rectified_at=noon(done) if done else None, closed_at=noon(done) if done else None, recurrence_of=again,
        created_at=noon(found), updated_at=noon(found),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def works_of(world: World, client: FlaskClient) -> Works:
    """As ``xiaoan worker`` puts them together, with this application's plugins and settings."""
    runtime = client.application.extensions[KEY]
    directory = Directory(world.db, shifts=True)
    return compose_works(settings=runtime.settings, db=world.db, directory=directory, plugins=runtime.plugins)


def words(api: Api, sheet: str, **query: int) -> str:
    """All that stands in the paper."""
    answer = api.get(f"/assessment/sheets/{sheet}/paper", **query)
    assert answer.status_code == 200
    paper = Document(BytesIO(answer.get_data()))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


class Office:
    """The section that assesses (head), a leader who decides on appeals, a school."""

    def __init__(self, client: FlaskClient, world: World) -> None:
        self.world = world
        self.head, self.leader = Api(client, world, "head"), Api(client, world, "leader")
        self.school, self.other = Api(client, world, "safety_a"), Api(client, world, "safety_b")
        self.round = ""

    def open(self, **change: Any) -> Any:
        body = {"code": "annual", "title": "2020年秋季考核", **AUTUMN, "agreed": True, **change}
        answer = self.head.post("/assessment/rounds", body)
        if answer.status_code == 201:
            self.round = answer.get_json()["id"]
        return answer

    def step(self, step: str, *, by: Api | None = None, **more: Any) -> Any:
        who = by or self.head
        version = self.head.get(f"/assessment/rounds/{self.round}").get_json()["version"]
        return who.post(f"/assessment/rounds/{self.round}/steps", {"step": step, **more}, version=version)

    def order(self, *, by: Api | None = None, version: int | None = None) -> Any:
        """Orders the computation; ``version``: another than the one in force."""
        seen = version or self.head.get(f"/assessment/rounds/{self.round}").get_json()["version"]
        return (by or self.head).post(f"/assessment/rounds/{self.round}/computations", {}, version=seen)

    def work(self, job_id: str) -> str | None:
        """What a worker does with the job; its state afterwards."""
        return works_of(self.world, self.head.client).runner.run(self.world.tenant.id, UUID(job_id), clock=APP_CLOCK)

    def compute(self) -> None:
        answer = self.order()
        assert answer.status_code == 202, answer.get_json()
        assert self.work(answer.get_json()["job_id"]) == "done"

    def sheets(self, api: Api | None = None, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            (api or self.head).get(f"/assessment/rounds/{self.round}/sheets", **query).get_json()["items"]
        )
        return found

    def sheet(self, unit: str, api: Api | None = None, **query: Any) -> dict[str, Any]:
        key = next(one["id"] for one in self.sheets() if one["unit_id"] == str(self.world.units[unit]))
        found: dict[str, Any] = (api or self.head).get(f"/assessment/sheets/{key}", **query).get_json()
        return found

    def item(self, unit: str, code: str) -> dict[str, Any]:
        return next(one for one in self.sheet(unit)["scored"] if one["code"] == code)

    def later(self, day: date) -> None:
        """The application's clock stands on this day; every test begins at its own time again."""
        APP_CLOCK.at = noon(day)
