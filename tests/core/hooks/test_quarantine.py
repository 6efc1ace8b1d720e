"""Real bad plugins for each moment: what raises is kept out and shown as such, with why, since when and the way back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text

from core.app import compose, create_app, feature_modules
from core.audit.models import AuditEntry
from core.db import migrate
from core.db.engines import Database
from core.hooks.manager import GROUP, build_plugins
from core.jobs.deliver import DeliveryFailed, delivery
from core.jobs.models import Job
from core.jobs.registry import Registry
from core.jobs.runner import Runner
from core.jobs.services import enqueue
from core.jobs.works import hook_subscribers
from core.kernel.clock import FixedClock
from core.kernel.events import Event
from core.runtime.embedded import Embedded
from core.settings import Settings, load_settings
from core.tenancy.directory import Directory
from core.tenancy.models import PluginFault, PluginSwitch
from core.tenancy.quarantine import STRIKES, WITHIN
from core.tenancy.switches import switches
from tests.conftest import APP_CLOCK, migrated_template
from tests.core.hooks.broken import installed
from tests.factories.world import STARTED, World

PAGE = """
    {HEAD}
    from core.sdk.web import PageBlueprint
    bp = PageBlueprint(META.slug, __name__, plugin=META.slug, url_prefix="/" + META.slug)
    @bp.get("", signed_in=True)
    def shown(): return "here"
    @impl
    def register_blueprints(): return (bp,)
"""
RAISING = {
    "menubad": f"{PAGE}\n    @impl\n    def collect_menu(actor): raise RuntimeError('menu goes wrong')",
    "deskbad": f"{PAGE}\n    @impl\n    def collect_desk_cards(session, actor): return [1 / 0]",
    "barbad": f"{PAGE}\n    @impl\n    def refuse_hazard_move(move): raise RuntimeError('cannot tell')",
}


def application(settings: Settings, points: list[EntryPoint]) -> Flask:
    from importlib.metadata import entry_points

    return create_app(settings, clock=APP_CLOCK, points=[*entry_points(group=GROUP), *points])


def switch_on(world: World, *slugs: str) -> None:
    with world.session() as session:
        session.add_all(PluginSwitch(plugin=slug, on_from=STARTED) for slug in slugs)


def card(web: FlaskClient, world: World, slug: str) -> dict[str, Any]:
    found: dict[str, Any] = web.get(f"/api/v1/plugins/{slug}", headers=world.headers("head")).get_json()
    return found


@pytest.mark.parametrize(("slug", "hook"), [("menubad", "collect_menu"), ("deskbad", "collect_desk_cards")])
def test_plugin_when_it_raises_in_a_page_then_kept_out_of_this_district_until_lifted(
    settings: Settings, client: FlaskClient, world: World, neighbour: World, tmp_path: Path, slug: str, hook: str
) -> None:
    """``client`` sets the clock; this application is one of its own, with the bad plugin beside the shipped ones."""
    with installed(tmp_path, **{slug: RAISING[slug]}) as points:
        web = application(settings, points).test_client()
        for place in (world, neighbour):
            switch_on(place, slug)
        head, theirs = world.headers("head"), neighbour.headers("head")
        assert web.get(f"/{slug}", headers={**head, "Accept": "text/html"}).status_code == 200
        assert web.get("/", headers=head).status_code == 200, "the page stands"
        found = card(web, world, slug)
        assert (found["state"], found["moment"], found["here"]) == ("quarantined", hook, True)
        assert (
            ("goes wrong" in found["fault"] or "ZeroDivisionError" in found["fault"])
            and found["since"]
            and found["mend"]
        )
        assert web.get(f"/{slug}", headers=head).status_code == 404
        shown = web.get("/plugins", headers=head).get_data(as_text=True)
        assert "已隔离" in shown
        assert hook in shown
        assert "解除隔离" in shown
        with world.session(read_only=True) as session:
            entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plugin.quarantined")).one()
            assert (entry.object_id, entry.data["moment"]) == (slug, hook)
        if hook != "collect_menu":  # a menu is on every page: the neighbour's own page would keep it out there as well
            assert web.get(f"/{slug}", headers=theirs).status_code == 200, "others have their own"
        lifted = web.delete(
            f"/api/v1/plugins/{slug}/quarantine", headers={**head, "If-Match": f'"{found["row_version"]}"'}
        )
        assert (lifted.status_code, lifted.get_json()["state"]) == (200, "on")
        again = web.delete(
            f"/api/v1/plugins/{slug}/quarantine", headers={**head, "If-Match": f'"{found["row_version"]}"'}
        )
        assert again.status_code == 409


def test_bar_when_it_raises_then_refuses_and_goes_on_refusing_while_kept_out(
    settings: Settings, client: FlaskClient, world: World, tmp_path: Path
) -> None:
    with installed(tmp_path, barbad=RAISING["barbad"]) as points:
        web = application(settings, points).test_client()
        switch_on(world, "barbad")
        headers = world.headers("safety_a")
        body = {
            "unit_id": str(world.units["school_a"]), "domain": "fire", "category": "fire.other", "title": "通道堵塞",
            "description": "通道堵塞", "place": "二楼", "grade": "general", "source": "self_check",
        }  # fmt: skip
        made = web.post("/api/v1/hazards", json=body, headers={**headers, "Idempotency-Key": str(uuid4())})
        assert made.status_code == 201, made.get_data(as_text=True)
        hazard = made.get_json()
        move = {**headers, "If-Match": f'"{hazard["version"]}"', "Idempotency-Key": str(uuid4())}
        for _ in range(2):
            moved = web.post(f"/api/v1/hazards/{hazard['id']}/moves/register", json={}, headers=move)
            assert moved.status_code >= 400, "an exception is no yes"
            now = web.get(f"/api/v1/hazards/{hazard['id']}", headers=headers).get_json()
            assert now["stage"] == hazard["stage"]


def test_subscriber_when_it_raises_then_kept_out_told_again_and_others_go_on(world: World, tmp_path: Path) -> None:
    source = "{HEAD}\n@impl\ndef on_event(session, event): raise KeyError('event goes wrong')"
    sound = "{HEAD}\nseen = []\n@impl\ndef on_event(session, event): seen.append(event.topic)"
    with installed(tmp_path, eventbad=source, eventgood=sound) as points:
        plugins = build_plugins([], points=points)
        switch_on(world, "eventbad", "eventgood")
        handler = delivery(hook_subscribers(plugins))
        told: list[int] = []

        class Job:
            """The handle of a job under way, as far as the delivery asks; the rest is the runner's own test."""

            tenant_id, id, cursor, actor = world.tenant.id, uuid4(), {}, world.system

            def checkpoint(self, *, done: int, total: int, cursor: dict[str, Any]) -> None:
                told.append(done)
                session.commit()

        with world.session() as session:
            event = {"topic": "sample.happened", "at": session.now().isoformat(), "payload": {}}
            with pytest.raises(DeliveryFailed, match="eventbad"):
                handler(session, job=Job(), **event)
        with world.session(read_only=True) as session:
            fault = session.scalars(select(PluginFault)).one()
            assert (fault.plugin, fault.moment, fault.fault) == ("eventbad", "on_event", "KeyError: 'event goes wrong'")
            event_again = Event("sample.happened", world.tenant.id, session.now(), {})
            names = [subscriber.name for subscriber in hook_subscribers(plugins)(session, event_again)]
            assert "eventbad" in names, "no event is lost while it is kept out"
        assert told == [1]
        assert plugins.manager.get_plugin("eventgood").seen == ["sample.happened"]


def test_fault_when_another_version_is_installed_then_starts_afresh(world: World) -> None:
    switch_on(world, "sample")
    with world.session() as session:
        session.add(
            PluginFault(plugin="sample", plugin_version="0.1.0", moment="collect_menu", fault="x", since=session.now())
        )
    with world.session(read_only=True) as session:
        switch = switches(session)["sample"]
        assert switch.kept_out("0.1.0")
        assert not switch.kept_out("0.1.1")
        assert not switch.kept_out(None)


@pytest.fixture
def site(embedded: Embedded, tmp_path: Path) -> Iterator[dict[str, str]]:
    name = f"quarantine_{os.getpid()}"
    embedded.drop_database(name)
    embedded.create_database(name, template=migrated_template(embedded))
    yield {
        **embedded.environ(name), "XIAOAN_ENV": "test", "XIAOAN_HOME": str(tmp_path / "home"), "XIAOAN_REDIS_PREFIX": name
    }  # fmt: skip
    embedded.drop_database(name)


REVISION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", None, None, None
def upgrade():
    op.create_table("{slug}_things", sa.Column("tenant_id", sa.Integer, primary_key=True))
    {fault}
    op.execute("select ctx.protect('app.{slug}_things')")
"""


def chain(folder: Path, slug: str, fault: str) -> EntryPoint:
    """A package with a plugin and migrations of its own."""
    package = folder / f"elsewhere_{slug}"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").touch()
    head = 'from core.sdk.hooks import PluginMeta\nMETA = PluginMeta("{0}", "试验", "", "0.1.0", ">=0.1,<1")\n'
    (package / "plugin.py").write_text(head.format(slug), encoding="utf-8")
    (package / "migrations" / "0001_things.py").write_text(REVISION.format(slug=slug, fault=fault), encoding="utf-8")
    return EntryPoint(slug, f"elsewhere_{slug}.plugin", GROUP)


def test_migration_when_it_raises_then_that_plugin_is_kept_out_and_nothing_of_it_stands(
    site: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [
        chain(tmp_path / "p", "pybad", "raise RuntimeError('migration goes wrong')"),
        chain(tmp_path / "p", "sqlbad", "op.execute('select 1/0')"),
        chain(tmp_path / "p", "sound", "pass"),
    ]
    monkeypatch.syspath_prepend(str(tmp_path / "p"))
    notes: list[str] = []
    migrate.upgrade(site["DATABASE_URL_MIGRATE"], note=notes.append, points=points)
    assert [note.split()[1] for note in notes] == ["pybad", "sqlbad"]
    engine = create_engine(site["DATABASE_URL_MIGRATE"])
    with engine.connect() as connection:
        made = connection.scalars(text("select tablename::text from pg_tables where tablename like '%\\_things'")).all()
        assert made == ["sound_things"], "half a migration is none"
        first = connection.scalars(text("select since from app.plugin_states where slug = 'pybad'")).one()
    settings = load_settings(site)
    parts = compose(settings, points=points, platform=True)
    assert set(parts.plugins.quarantined) == {"pybad", "sqlbad"}
    kept_out = parts.plugins.quarantined["pybad"]
    assert (kept_out.moment, kept_out.fault, kept_out.since) == (
        "migration", "RuntimeError: migration goes wrong", first,
    )  # fmt: skip
    parts.db.dispose()
    # The same fault again: since when does not change. Mended: it comes in.
    migrate.upgrade(site["DATABASE_URL_MIGRATE"], points=points)
    revision = tmp_path / "p" / "elsewhere_pybad" / "migrations" / "0001_things.py"
    parts = compose(settings, points=points, platform=True)
    assert parts.plugins.quarantined["pybad"].since == first
    parts.db.dispose()
    revision.write_text(REVISION.format(slug="pybad", fault="pass"), encoding="utf-8")
    migrate.upgrade(site["DATABASE_URL_MIGRATE"], points=points)
    parts = compose(settings, points=points, platform=True)
    assert set(parts.plugins.quarantined) == {"sqlbad"}
    parts.db.dispose()
    engine.dispose()


def test_import_when_it_raises_then_since_when_outlives_a_restart(site: dict[str, str], tmp_path: Path) -> None:
    settings = load_settings(site)
    with installed(tmp_path / "p", importbad="raise RuntimeError('import goes wrong')") as points:
        found = []
        for _ in range(2):
            parts = compose(settings, points=points, platform=True)
            found.append(parts.plugins.quarantined["importbad"])
            parts.db.dispose()
    assert found[0] == found[1]
    assert (found[0].moment, found[0].fault) == ("import", "RuntimeError: import goes wrong")
    assert found[0].since is not None
    database = Database(app=settings.database_url)
    database.dispose()


def test_version_when_it_does_not_fit_then_page_rest_and_service_say_why(
    settings: Settings, client: FlaskClient, world: World, tmp_path: Path
) -> None:
    source = """
        from core.sdk.hooks import PluginMeta
        META = PluginMeta(slug="toonew", title="太新", summary="", version="2.0.0", core_range=">=99")
    """
    with installed(tmp_path, toonew=source) as points:
        web = application(settings, points).test_client()
        head = world.headers("head")
        found = card(web, world, "toonew")
        assert (found["state"], found["moment"]) == ("quarantined", "META")
        assert "2.0.0" in found["fault"] and ">=99" in found["fault"] and "0.1.0" in found["fault"]
        answer = web.put("/api/v1/plugins/toonew", json={"on_from": "2020-11-26"}, headers={**head, "If-Match": '"0"'})
        assert (answer.status_code, ">=99" in answer.get_data(as_text=True)) == (409, True)
        page = web.get("/plugins/toonew", headers=head).get_data(as_text=True)
        assert "修复前不能启用" in page
        assert "适用于平台" in page


OWN = """
    {HEAD}
    from core.sdk.domain import Refused
    from core.sdk.jobs import job
    from core.sdk.web import ApiBlueprint, PageBlueprint
    from werkzeug.exceptions import NotFound as Gone
    bp = PageBlueprint(META.slug, __name__, plugin=META.slug, url_prefix="/" + META.slug)
    @bp.get("", signed_in=True)
    def shown(): return "here"
    @bp.get("/broken", signed_in=True)
    def broken(): raise KeyError("a column that is gone")
    @bp.get("/refused", signed_in=True)
    def refused(): raise Refused("今天不行")
    @bp.get("/gone", signed_in=True)
    def gone(): raise Gone()
    @job(META.slug + ".count")
    def count(session, *, job): raise ZeroDivisionError("counting goes wrong")
    @job(META.slug + ".refuse")
    def refuse(session, *, job): raise Refused("今天不行")
    @impl
    def register_blueprints(): return (bp,)
    @impl
    def register_jobs(): return (count, refuse)
"""


def test_own_page_when_it_raises_again_and_again_then_kept_out_and_expected_errors_never_count(
    settings: Settings, client: FlaskClient, world: World, neighbour: World, tmp_path: Path
) -> None:
    with installed(tmp_path, pagebad=OWN) as points:
        web = application(settings, points).test_client()
        for place in (world, neighbour):
            switch_on(place, "pagebad")
        head = world.headers("head")
        for _ in range(STRIKES + 1):
            assert web.get("/pagebad/refused", headers=head).status_code == 409
            assert web.get("/pagebad/gone", headers=head).status_code == 404
        for _ in range(STRIKES - 1):
            assert web.get("/pagebad/broken", headers=head).status_code == 500
            assert web.get("/pagebad", headers=head).status_code == 200, "one bad page does not take the others away"
        assert web.get("/pagebad/broken", headers=head).status_code == 500
        assert web.get("/pagebad", headers=head).status_code == 404
        found = card(web, world, "pagebad")
        assert (found["state"], found["moment"]) == ("quarantined", "GET /pagebad/broken")
        assert found["fault"] == "KeyError: 'a column that is gone'"
        assert web.get("/pagebad", headers=neighbour.headers("head")).status_code == 200
        version = {**head, "If-Match": f'"{found["row_version"]}"'}
        assert web.delete("/api/v1/plugins/pagebad/quarantine", headers=version).status_code == 200
        assert web.get("/pagebad/broken", headers=head).status_code == 500
        assert web.get("/pagebad", headers=head).status_code == 200, "let in, it starts afresh"


def test_own_page_when_it_raises_now_and_then_then_stays(
    settings: Settings, client: FlaskClient, world: World, tmp_path: Path
) -> None:
    with installed(tmp_path, pagebad=OWN) as points:
        web = application(settings, points).test_client()
        switch_on(world, "pagebad")
        before = APP_CLOCK.at
        try:
            for _ in range(STRIKES + 2):
                assert web.get("/pagebad/broken", headers=world.headers("head")).status_code == 500
                APP_CLOCK.at += WITHIN / (STRIKES - 1)
        finally:
            APP_CLOCK.at = before
        assert web.get("/pagebad", headers=world.headers("head")).status_code == 200


def test_own_job_when_two_break_then_kept_out_and_its_work_is_refused_in_words(
    settings: Settings, client: FlaskClient, world: World, clock: FixedClock, tmp_path: Path
) -> None:
    with installed(tmp_path, jobbad=OWN) as points:
        plugins = build_plugins(feature_modules(), points=points)
        switch_on(world, "jobbad")
        functions = [own for _, answer in plugins.at_boot("register_jobs") for own in answer]
        runner = Runner(
            db=world.db,
            directory=Directory(world.db, shifts=False),
            registry=Registry(functions),
            settings=settings,
            plugins=plugins,
        )

        def work(kind: str) -> Job:
            """Ordered, and tried until it rests."""
            with world.session() as session:
                job_id = enqueue(session, kind=kind, args={}, actor=world.system)
            for _ in range(4):
                runner.run(world.tenant.id, job_id, clock=clock)
                clock.advance(timedelta(minutes=2))
            with world.session(read_only=True) as session:
                found = session.scalars(select(Job).where(Job.id == job_id)).one()
                session.expunge(found)
            return found

        for _ in range(STRIKES):
            assert work("jobbad.refuse").state == "failed"
        assert work("jobbad.count").state == "dead"
        with world.session(read_only=True) as session:
            assert session.scalars(select(PluginFault)).all() == [], "one poisoned job does not take the plugin away"
        work("jobbad.count")
        with world.session(read_only=True) as session:
            fault = session.scalars(select(PluginFault)).one()
            assert (fault.plugin, fault.moment) == ("jobbad", "jobbad.count")
            assert fault.fault == "ZeroDivisionError: counting goes wrong"
            entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plugin.quarantined")).one()
            assert entry.object_id == "jobbad"
        later = work("jobbad.count")
        assert (later.state, later.attempt) == ("failed", 1) and "已被隔离" in str(later.error)
