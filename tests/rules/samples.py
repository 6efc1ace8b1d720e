"""One thing of every kind that an address can name, made in a world by the product's own services or REST.

A route with a parameter that is not here fails ``test_isolation_matrix``: whoever adds a route adds its sample.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from core.accountability.services.matters import ask_acceptance
from core.audit.models import AuditEntry
from core.campaigns.services.schemes import submit_scheme
from core.exchange.services.exporting import make_export
from core.files.services import attach
from core.files.storage import storage_of
from core.hazards.drafts.models import HazardDraft
from core.hazards.drafts.services import follow_breaches
from core.hazards.extensions.models import ExtensionRequest
from core.hazards.services.views import keep_view
from core.hooks.tables import TableWork
from core.http.runtime import KEY
from core.identity.keys import digest
from core.identity.models import ApiToken
from core.identity.services.sessions import open_session
from core.jobs.services import enqueue
from core.jobs.works import compose_works
from core.notify.models import Notice
from core.notify.services import notify
from core.obligations.services import make_feed
from core.onboarding.services.updates import propose
from core.orgs.models import Post
from core.registers.models import RegisterBreach
from core.tenancy import shelf
from core.tenancy.directory import Directory
from tests.factories.world import World


class Samples:
    """The samples of one world, each made once. ``canary`` stands in every text that a sample allows."""

    def __init__(self, world: World, client: FlaskClient, canary: str, bureau: World) -> None:
        self.world, self.client, self.canary, self.bureau = world, client, canary, bureau
        self._made: dict[str, str] = {}
        self._cookies: dict[str, str] = {}
        self.session_secret = self._sign_in("head")

    def __getitem__(self, key: str) -> str:
        if key not in self._made:
            self._made[key] = str(MAKERS[key](self))
        return self._made[key]

    def work(self, job_id: str) -> None:
        """What a worker does with the job."""
        runtime = self.client.application.extensions[KEY]
        works = compose_works(
            settings=runtime.settings, db=self.world.db, directory=Directory(self.world.db, shifts=True), plugins=runtime.plugins
        )  # fmt: skip
        assert works.runner.run(self.world.tenant.id, UUID(job_id)) == "done"

    def post(self, path: str, body: dict[str, Any], *, by: str = "head") -> str:
        answer = self.client.post(path, json=body, headers={**self.world.headers(by), "Idempotency-Key": str(uuid4())})
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.get_data(as_text=True))
        return str(answer.get_json()["id"])

    def upload(self, path: str, form: dict[str, Any], *, by: str) -> str:
        answer = self.client.post(
            path,
            data=form,
            headers={**self.world.headers(by), "Idempotency-Key": str(uuid4())},
            content_type="multipart/form-data",
        )
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.get_data(as_text=True))
        return str(answer.get_json()["id"])

    def cookie(self, name: str) -> str:
        """A session cookie of that person."""
        if name not in self._cookies:
            self._cookies[name] = f"{self.world.tenant.id}.{self._sign_in(name)}"
        return self._cookies[name]

    def make_all(self) -> None:
        for key in MAKERS:
            assert self[key]

    def _sign_in(self, name: str) -> str:
        with self.world.session() as session:
            return open_session(session, person_id=self.world.people[name], ip="127.0.0.1", user_agent=self.canary)


def _of(table: Any, *, person: str | None = None) -> Callable[[Samples], UUID]:
    """The newest row, of a person if one is named."""

    def newest(samples: Samples) -> UUID:
        query = select(table.id).order_by(table.id.desc())
        if person is not None:
            query = query.where(table.person_id == samples.world.people[person])
        with samples.world.session(read_only=True) as session:
            found: UUID = session.scalars(query).first()
            return found

    return newest


def _typed_figures(samples: Samples) -> str:
    body = {
        "table": "monthly", "unit_id": str(samples.world.units["school_a"]), "starts": "2020-11-01", "ends": "2020-11-30",
        "figures": {"injured": 1},
    }  # fmt: skip
    return samples.post("/api/v1/statistics/entries", body, by="safety_a")


def _job(samples: Samples) -> UUID:
    with samples.world.session() as session:
        actor = samples.world.actor("head", session)
        return enqueue(session, kind="notify.digest", args={}, actor=actor)


def _notice(samples: Samples) -> UUID:
    with samples.world.session() as session:
        notify(session, to=samples.world.people["head"], kind="hazard", title=samples.canary, link="/")
    return _of(Notice)(samples)


def _hazard(samples: Samples) -> str:
    """With a request for a later limit: its paper can be shown."""
    hazard_id = samples.post(
        "/api/v1/hazards",
        {
            "unit_id": str(samples.world.units["school_a"]), "domain": "fire", "category": "fire.other", "title": samples.canary,
            "description": samples.canary, "place": samples.canary, "grade": "general", "source": "self_check",
        },
        by="safety_a",
    )  # fmt: skip
    with samples.world.session() as session:
        session.add(
            ExtensionRequest(
                hazard_id=UUID(hazard_id), no=1, due_on=date(2020, 12, 26), until=date(2021, 1, 20), reason=samples.canary, state="asked",
                asked_at=session.now(), asked_by=samples.world.people["safety_a"], asked_by_name="安全主任",
            )
        )  # fmt: skip
    return hazard_id


def _place(samples: Samples) -> str:
    unit = str(samples.world.units["school_a"])
    return samples.post(
        "/api/v1/fire/places", {"unit_id": unit, "name": samples.canary, "kind": "学生食堂"}, by="safety_a"
    )


def _facility(samples: Samples) -> str:
    body = {
        "unit_id": str(samples.world.units["school_a"]), "kind": "extinguisher", "spot": samples.canary, "quantity": 3,
    }  # fmt: skip
    return samples.post("/api/v1/registers/fire_facilities", body, by="safety_a")


def _certificate(samples: Samples) -> str:
    body = {"unit_id": str(samples.world.units["school_a"]), "holder": "staff", "quantity": 3}
    return samples.post("/api/v1/registers/fire_certificates", body, by="safety_a")


def _register_row(samples: Samples) -> str:
    body = {"unit_id": str(samples.world.units["school_a"]), "extra": {"name": samples.canary, "event_type": "health"}}
    return samples.post("/api/v1/registers/emergency_plans", body, by="safety_a")


def _draft(samples: Samples) -> UUID:
    """Of a rule that school A does not keep."""
    with samples.world.session() as session:
        breach = RegisterBreach(
            register="supplier_documents", rule="valid", unit_id=samples.world.units["school_a"], title=samples.canary, detail=samples.canary,
            facts={"entries": []}, assumed=False, opened_at=session.now(), changed_at=session.now(),
        )  # fmt: skip
        session.add(breach)
        session.flush()
        follow_breaches(session, register="supplier_documents")
    return _of(HazardDraft)(samples)


def _patrol(samples: Samples) -> str:
    body = {"place_id": samples["place_id"], "result": "finding", "note": samples.canary}
    return samples.post("/api/v1/fire/patrols", body, by="safety_a")


def _acceptance(samples: Samples) -> str:
    body = {
        "unit_id": str(samples.world.units["school_a"]),
        "building": samples.canary,
        "state": "not_accepted",
        "reason": "在建",
    }
    return samples.post("/api/v1/fire/acceptances", body, by="safety_a")


WORDS = frozenset(
    {
        "task_code",
        "duty_code",
        "indicator_code",
        "campaign",
        "phase",
        "position",
        "main_task",
        "clause_id",
        "slug",
        "table_code",
        "table_kind",
        "key",
        "code",
        "reading_id",
        "kind",
        "register",
        "record_kind",
        "drill_act",
        "paper_kind",
        "step",
        "exam_step",
    }
)
"""Parameters that name a word of the product or of the notice, not a row: the neighbour has the same ones."""


def _file(samples: Samples) -> str:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    picture.seek(0)
    form = {"file": (picture, f"{samples.canary}.png"), "purpose": "before"}
    file_id = samples.upload("/api/v1/files", form, by="safety_a")
    with samples.world.session() as session:
        actor, hazard_id = samples.world.actor("safety_a", session), UUID(samples["hazard_id"])
        attach(session, actor=actor, file_id=UUID(file_id), subject_kind="hazard", subject_id=hazard_id)
    return file_id


def _batch(samples: Samples) -> str:
    table = f"单位代码,单位名称,单位类型\nX1,{samples.canary},primary\n".encode()
    form = {"file": (io.BytesIO(table), "名册.csv"), "kind": "orgs.units"}
    batch = samples.upload("/api/v1/imports", form, by="head")
    seen = samples.client.get(f"/api/v1/imports/{batch}", headers=samples.world.headers("head"))
    sent = samples.client.post(
        f"/api/v1/imports/{batch}/commit", headers={**samples.world.headers("head"), "If-Match": seen.headers["ETag"]}
    )
    assert sent.status_code == 200, sent.get_data(as_text=True)
    return batch


def _export(samples: Samples) -> str:
    """Made and taken, so that its bytes can be fetched."""
    assert samples["hazard_id"]
    export_id = samples.post("/api/v1/exports", {"kind": "hazards"}, by="head")
    running = samples.client.application.extensions[KEY]
    with samples.world.session() as session:
        work = TableWork(session, samples.world.actor("head", session), running.plugins, frozenset())
        storage = storage_of(running.settings)
        make_export(work, export_id=UUID(export_id), storage=storage, aside=samples.world.session)
    samples.post(f"/api/v1/exports/{export_id}/take", {}, by="head")
    return export_id


def _view(samples: Samples) -> UUID:
    with samples.world.session() as session:
        return keep_view(session, actor=samples.world.actor("head", session), title=samples.canary, query="grade=major")


def _checklist(samples: Samples) -> str:
    """The district's own, published: inspections can use it."""
    item = {"code": "exit", "content": samples.canary, "domain": "fire", "category": "fire.passage"}
    made = samples.post("/api/v1/inspections/checklists", {"title": samples.canary, "items": [item]})
    sent = samples.client.post(
        f"/api/v1/inspections/checklists/{made}/publish", headers={**samples.world.headers("head"), "If-Match": '"1"'}
    )
    assert sent.status_code == 200, sent.get_data(as_text=True)
    return made


def _round(samples: Samples) -> str:
    body = {
        "kind": "special", "title": samples.canary, "checklist_id": samples["checklist_id"], "starts": "2020-11-26",
        "ends": "2020-11-30", "unit_ids": [str(samples.world.units["school_a"])],
        "person_ids": [str(samples.world.people["inspector"])],
    }  # fmt: skip
    return samples.post("/api/v1/inspections/rounds", body)


def _visit(samples: Samples) -> str:
    unit = str(samples.world.units["school_a"])
    body = {"kind": "self_check", "unit_id": unit, "checklist_id": samples["checklist_id"]}
    return samples.post("/api/v1/inspections/visits", body, by="safety_a")


def _record(samples: Samples) -> str:
    """A drill: what every page of a record and of a drill can show."""
    body = {
        "unit_id": str(samples.world.units["school_a"]), "planned_on": "2020-11-26", "scenario": samples.canary, "title": samples.canary,
    }  # fmt: skip
    return samples.post("/api/v1/records/drills", body, by="safety_a")


def _finding(samples: Samples) -> str:
    record, headers = samples["record_id"], samples.world.headers("safety_a")
    samples.client.post(f"/api/v1/records/{record}/drill/start", headers={**headers, "If-Match": '"1"'})
    body = {"text": samples.canary, "place": samples.canary}
    return samples.post(f"/api/v1/records/{record}/drill/findings", body, by="safety_a")


def _incident(samples: Samples) -> str:
    at = "2020-11-26T09:00:00+08:00"
    body = {
        "unit_id": str(samples.world.units["school_a"]), "category": "other", "title": samples.canary, "occurred_at": at, "known_at": at,
        "grade": "general", "facts": samples.canary,
    }  # fmt: skip
    return samples.post("/api/v1/records/incidents", body, by="safety_a")


def _shift(samples: Samples) -> str:
    body = {
        "unit_id": str(samples.world.units["school_a"]), "starts_at": "2020-11-26T17:00:00+08:00", "ends_at": "2020-11-27T08:00:00+08:00",
        "person_id": str(samples.world.people["staff_a"]),
    }  # fmt: skip
    return samples.post("/api/v1/records/duty", body, by="safety_a")


def _plan(samples: Samples) -> str:
    unit = str(samples.world.units["school_a"])
    body = {"unit_id": unit, "kind": "special", "title": samples.canary, "body": samples.canary}
    return samples.post("/api/v1/records/plans", body, by="safety_a")


def _paper(samples: Samples) -> str:
    body = {"kind": "papers.circular", "values": {"title": samples.canary, "body": samples.canary}}
    return samples.post("/api/v1/papers", {**body, "to": [str(samples.world.units["school_a"])]})


def _letter(samples: Samples) -> str:
    body = {
        "campaign": "three_year", "tier": "school", "title": samples.canary, "body": f"{samples.canary} " * 10,
        "posts": ["principal"],
    }  # fmt: skip
    return samples.post("/api/v1/campaigns/letters", body)


def _scheme(samples: Samples) -> UUID:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    picture.seek(0)
    file_id = samples.upload(
        "/api/v1/files", {"file": (picture, f"{samples.canary}.png"), "purpose": "document"}, by="safety_a"
    )
    with samples.world.session() as session:
        return submit_scheme(
            session, actor=samples.world.actor("safety_a", session), campaign="three_year", unit_id=samples.world.units["school_a"],
            version=0, title=samples.canary, file_ids=[UUID(file_id)],
        )  # fmt: skip


def _question(samples: Samples) -> str:
    body = {
        "kind": "true_false",
        "stem": samples.canary,
        "answer": ["A"],
        "law": samples.canary,
        "explanation": samples.canary,
    }
    return samples.post("/api/v1/exams/questions", body)


def _exam(samples: Samples) -> str:
    """Open, with one question."""
    assert samples["question_id"]
    body = {"title": samples.canary, "draws": [{"number": 1}], "posts": ["safety_head", "safety_director", "staff"]}
    made = samples.post("/api/v1/exams", body)
    headers = {**samples.world.headers("head"), "If-Match": '"1"'}
    sent = samples.client.post(f"/api/v1/exams/{made}/opening", headers=headers)
    assert sent.status_code == 204, sent.get_data(as_text=True)
    return made


def _sitting(samples: Samples) -> str:
    """Of whoever the matrix asks as: a sitting is its person's alone."""
    return samples.post(f"/api/v1/exams/{samples['exam_id']}/sittings", {})


def _qualification(samples: Samples) -> str:
    body = {"post_code": "guard", "certificate": "guard", "reason": samples.canary}
    return samples.post("/api/v1/exams/qualifications", body)


def _person_certificate(samples: Samples) -> str:
    """With a scan on it, which the package of a tenant takes along."""
    body = {"unit_id": str(samples.world.units["school_a"]), "kind": "health", "holder": samples.canary}
    made = samples.post("/api/v1/registers/certificates", body, by="safety_a")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    picture.seek(0)
    form = {"file": (picture, f"{samples.canary}.png"), "purpose": "document"}
    file_id = samples.upload("/api/v1/files", form, by="safety_a")
    headers = {**samples.world.headers("safety_a"), "Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    hung = samples.client.post(
        f"/api/v1/registers/certificates/{made}/files", json={"file_id": file_id}, headers=headers
    )
    assert hung.status_code == 201, hung.get_data(as_text=True)
    return made


def _matter(samples: Samples) -> str:
    """Acceptance was asked for, so that both of its papers can be printed."""
    unit = str(samples.world.units["school_a"])
    listing = {
        "measure": "listing", "unit_id": unit, "title": samples.canary, "facts": samples.canary, "due_on": "2020-12-31",
    }  # fmt: skip
    matter_id = samples.post("/api/v1/accountability/matters", listing)
    with samples.world.session() as session:
        actor = samples.world.actor("safety_a", session)
        ask_acceptance(session, actor=actor, matter_id=UUID(matter_id), version=1, text=samples.canary)
    return matter_id


def _safety_rule(samples: Samples) -> str:
    unit = str(samples.world.units["school_a"])
    return samples.post(
        "/api/v1/accountability/rules", {"unit_id": unit, "title": samples.canary, "problem": samples.canary}
    )


def _assessment_round(samples: Samples) -> str:
    """Computed and announced, with an item that cost a unit points, so that it can appeal."""
    lectures = {
        "unit_id": str(samples.world.units["school_a"]),
        "as_of": "2020-10-30",
        "part": 1,
        "whole": 4,
        "basis": samples.canary,
    }
    samples.post("/api/v1/assessment/indicators/wj-2_1-07/entries", lectures)
    body = {"code": "annual", "title": samples.canary, "starts": "2020-09-01", "ends": "2020-11-25", "agreed": True}
    made = samples.post("/api/v1/assessment/rounds", body)
    path, headers = f"/api/v1/assessment/rounds/{made}", samples.world.headers("head")
    sent = samples.client.post(f"{path}/computations", headers={**headers, "If-Match": '"1"'})
    samples.work(sent.get_json()["job_id"])
    sent = samples.client.post(f"{path}/steps", json={"step": "announce"}, headers={**headers, "If-Match": '"3"'})
    assert sent.status_code == 204, sent.get_data(as_text=True)
    return made


def _sheet(samples: Samples) -> str:
    found = samples.client.get(
        f"/api/v1/assessment/rounds/{samples['assessment_round_id']}/sheets", headers=samples.world.headers("safety_a")
    )
    return str(found.get_json()["items"][0]["id"])


def _appeal(samples: Samples) -> str:
    body = {"item": "lectures", "text": samples.canary}
    return samples.post(f"/api/v1/assessment/sheets/{samples['sheet_id']}/appeals", body, by="safety_a")


def _report_round(samples: Samples) -> str:
    """Of a report that comes on an event, which the district opens by hand."""
    body = {
        "code": "incident", "period_title": samples.canary, "span_from": "2020-11-01", "span_to": "2020-11-26", "due_on": "2020-11-30",
    }  # fmt: skip
    return samples.post("/api/v1/reports/rounds", body)


def _filing(samples: Samples) -> str:
    unit = str(samples.world.units["school_a"])
    return samples.post(
        "/api/v1/reports/filings", {"round_id": samples["report_round_id"], "unit_id": unit}, by="safety_a"
    )


def _consent(samples: Samples) -> str:
    """To a bureau that both districts know: the canary must stay out of what it reads of the other."""
    return samples.post("/api/v1/consents", {"bureau_id": samples.bureau.tenant.id})


def _proposal(samples: Samples) -> UUID:
    """A version of the pack that says one thing otherwise; the district has changed nothing."""
    with samples.world.session() as session:
        pack = shelf.current(session)
        assert pack is not None
        return propose(session, actor=samples.world.system, pack=replace(pack, version=samples.canary))


def _feed(samples: Samples) -> UUID:
    with samples.world.session() as session:
        return make_feed(session, actor=samples.world.actor("safety_a", session)).id


def _feed_secret(samples: Samples) -> str:
    with samples.world.session() as session:
        return make_feed(session, actor=samples.world.actor("safety_a", session)).value


def _of_plugins() -> dict[str, Callable[[Samples], Any]]:
    """``MAKERS`` of tests/plugins/<slug>/samples.py: a plugin that is written later brings its own."""
    folder = Path(__file__).parents[1] / "plugins"
    modules = (
        import_module(f"tests.plugins.{path.parent.name}.samples") for path in sorted(folder.glob("*/samples.py"))
    )
    return {name: maker for module in modules for name, maker in module.MAKERS.items()}


MAKERS: dict[str, Callable[[Samples], Any]] = {
    **_of_plugins(),
    "unit_id": lambda samples: samples.world.units["school_a"],
    "feed_id": _feed,
    "duty_code": lambda samples: "fire-month",
    "indicator_code": lambda samples: "wj-2_1-07",
    "secret": _feed_secret,
    "person_id": lambda samples: samples.world.people["staff_a"],
    "post_id": _of(Post, person="staff_a"),
    "token_id": _of(ApiToken, person="head"),
    "session_id": lambda samples: digest(samples.session_secret).hex(),
    "entry_id": _of(AuditEntry),
    "statistics_entry_id": _typed_figures,
    "job_id": _job,
    "notice_id": _notice,
    "hazard_id": _hazard,
    "place_id": _place,
    "fire_facilities_id": _facility,
    "fire_certificates_id": _certificate,
    "row_id": _register_row,
    "draft_id": _draft,
    "register": lambda samples: "emergency_plans",
    "acceptance_id": _acceptance,
    "file_id": _file,
    "batch_id": _batch,
    "export_id": _export,
    "table_code": lambda samples: "monthly",
    "table_kind": lambda samples: "orgs.units",
    "view_id": _view,
    "consent_id": _consent,
    "proposal_id": _proposal,
    "step": lambda _samples: "units",
    "task_code": lambda samples: "wj-2_1-19",
    "campaign": lambda samples: "three_year",
    "phase": lambda samples: "p1",
    "position": lambda samples: "1",
    "main_task": lambda samples: "t1",
    "clause_id": lambda samples: "WJ-2.1-19",
    "letter_id": _letter,
    "scheme_id": _scheme,
    "checklist_id": _checklist,
    "paper_id": _paper,
    "matter_id": _matter,
    "assessment_round_id": _assessment_round,
    "sheet_id": _sheet,
    "appeal_id": _appeal,
    "question_id": _question,
    "exam_id": _exam,
    "sitting_id": _sitting,
    "qualification_id": _qualification,
    "certificates_id": _person_certificate,
    "exam_step": lambda _samples: "open",
    "rule_id": _safety_rule,
    "paper_kind": lambda _samples: "papers.circular",
    "round_id": _round,
    "visit_id": _visit,
    "record_id": _record,
    "finding_id": _finding,
    "incident_id": _incident,
    "shift_id": _shift,
    "plan_id": _plan,
    "record_kind": lambda samples: "meeting",
    "drill_act": lambda samples: "start",
    "report_round_id": _report_round,
    "filing_id": _filing,
    "patrol_id": _patrol,
    "kind": lambda samples: "units",
    "slug": lambda samples: "fire",
    "key": lambda samples: "due.reminder_days",
    "code": lambda samples: "notice",
    "reading_id": lambda samples: "WJ-A06",
}
