"""A small site on the real guard and the real database: a few routes that do what features do, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pluggy
import pytest
from flask import Flask, Response, make_response, render_template_string, request
from flask.testing import FlaskClient
from marshmallow import Schema, fields, validate
from sqlalchemy import select, text

from core import logs
from core.access.actor import Actor
from core.access.permissions import Catalogue
from core.audit.services import record
from core.db.engines import Database
from core.hooks.manager import Plugins
from core.http import api, csrf, headers, health, limits, problems, templating
from core.http import runtime as runtime_of
from core.http.blueprints import ApiBlueprint, PageBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.forms import form
from core.http.formstate import roll_back
from core.http.guard import tenant_scope
from core.http.runtime import Runtime
from core.http.templating import PageFrame
from core.identity import cookies, keys
from core.identity.requests import RequestIdentity
from core.identity.services import open_session
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, NotFound, Stale
from core.kernel.ids import new_id
from core.orgs.queries.grants import TenantPosts
from core.settings import Settings
from core.tenancy.directory import Directory
from core.tenancy.models import PackOverride
from tests.conftest import NOW
from tests.factories.world import World

READ = "hazard:case:read"
ADMINISTER = "person:account:write"


class NoteIn(Schema):
    text = fields.String(required=True, validate=validate.Length(max=4000))
    number = fields.Integer(load_default=0)
    extra = fields.Dict(load_default=dict)


class NoteOut(Schema):
    path = fields.String()
    value = fields.String()
    version = fields.Integer()


rest = ApiBlueprint("notes", __name__, url_prefix="/api/v1/notes")
pages = PageBlueprint("notes", __name__)


def _note(path: str) -> PackOverride:
    row = current().session.scalars(select(PackOverride).where(PackOverride.path == path)).first()
    if row is None:
        raise NotFound()
    return row


def _keep(text: str) -> PackOverride:
    context = current()
    row = PackOverride(path=str(new_id()), value=text, set_by=context.actor.person_id, set_at=context.now())
    context.session.add(row)
    context.session.flush()
    record(context.session, actor=context.actor, action="note.kept", object_kind="note", object_id=row.path)
    return row


@rest.post("", permission=READ, creates=True)
@rest.arguments(NoteIn)
@rest.response(201, NoteOut)
def create(values: dict[str, Any]) -> PackOverride:
    return _keep(values["text"])


@rest.post("/administered", permission=ADMINISTER, creates=True)
@rest.arguments(NoteIn)
@rest.response(201, NoteOut)
def administer(values: dict[str, Any]) -> PackOverride:
    return _keep(values["text"])


@rest.get("/<path>", permission=READ)
@rest.response(200, NoteOut)
def one(path: str) -> Response:
    row = _note(path)
    return with_etag(make_response({"path": row.path, "value": row.value}), row.version)


@rest.put("/<path>", permission=READ)
@rest.arguments(NoteIn)
@rest.response(200, NoteOut)
def change(values: dict[str, Any], path: str) -> PackOverride:
    row = _note(path)
    if row.version != expected_version():
        raise Stale()
    row.value = values["text"]
    current().session.flush()
    return row


@rest.get("/writing", permission=READ)
def writing() -> Response:
    """A GET that would write."""
    _keep("by GET")
    return make_response({})


@pages.get("/pages", permission=READ)
def listed() -> str:
    return render_template_string(
        '{% import "macros/ui.html" as ui %}{{ ui.pager({"page": 1, "page_size": 1, "total": 9}) }}'
    )


@pages.post("/pages", permission=READ, creates=True)
def page_create() -> Response | tuple[str, int]:
    """As the pages of features do: refused after something was written already."""
    row = _keep(form(NoteIn)["text"])
    how = request.form.get("how")
    if how == "rolled back":
        roll_back()
        return "refused", 422
    if how == "forgotten":
        return "refused", 422
    if how == "raised":
        raise Invalid(fields={"text": "no"})
    if how == "timeout":
        return make_response(str(current().session.scalar(text("show lock_timeout"))))
    return make_response(row.path, 201)


@pages.post("/pages/open", public="tried by tests")
def open_post() -> str:
    return "done"


@pages.post("/pages/elsewhere/<int:tenant_id>", public="tried by tests")
def elsewhere(tenant_id: int) -> str:
    card = current_runtime().directory.by_id(tenant_id)
    assert card is not None
    with tenant_scope(card) as context:
        record(context.session, actor=_nobody(tenant_id), action="note.elsewhere", object_kind="note", object_id="1")
        return f"{context.session.tenant_id} {context.tenant.id} {context.request_id}"


@pages.get("/pages/stream", permission=READ)
def stream() -> Response:
    """A generator that outlives the scope."""
    session = current().session

    def rows() -> Iterator[str]:
        yield from (row.path for row in session.scalars(select(PackOverride)))

    return Response(rows())


def current_runtime() -> Runtime:
    return runtime_of.runtime()


def _nobody(tenant_id: int) -> Any:
    return Actor.system(tenant_id, "试")


@dataclass
class Site:
    """``world``'s people at the small site."""

    app: Flask
    world: World

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def headers(self, name: str, **more: str) -> dict[str, str]:
        return {**self.world.headers(name), **more}

    def browser(self, name: str) -> tuple[FlaskClient, str]:
        """A signed-in browser and its form token."""
        with self.world.session() as session:
            secret = open_session(session, person_id=self.world.people[name], ip="", user_agent="")
        client = self.app.test_client()
        client.set_cookie("xiaoan", keys.pack(self.world.tenant.id, secret))
        return client, csrf.token(keys.csrf_key(secret))

    def notes(self) -> list[str]:
        with self.world.session(read_only=True) as session:
            return list(session.scalars(select(PackOverride.value).order_by(PackOverride.path)))


SITE_CLOCK = FixedClock(NOW)


@pytest.fixture(scope="session")
def small(settings: Settings) -> Iterator[Flask]:
    assert cookies.Names(secure=settings.secure_cookies).session == "xiaoan"
    db = Database(app=settings.database_url, bureau=settings.database_url_bureau, pool_size=25, clock=SITE_CLOCK)
    logs.install(settings)
    plugins = Plugins(pluggy.PluginManager("xiaoan"))
    app = Flask("small", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=settings.upload_max_mb * 1024 * 1024, TESTING=True
    )
    templating.install(app)
    headers.install(app, https=False)
    problems.install(app)
    runtime_of.install(
        app,
        Runtime(
            settings=settings, db=db, directory=Directory(db, shifts=True), plugins=plugins, catalogue=Catalogue([]),
            identify=RequestIdentity(settings, posts=TenantPosts()), frame=lambda context: PageFrame(person_name=context.actor.name),
        ),
    )  # fmt: skip
    limits.install(app, settings)
    health.install(app)
    documented = api.install(app)
    for blueprint in (rest, pages):
        api.register(app, documented, blueprint)
    api.refuse_open_routes(app)
    yield app
    db.dispose()


@pytest.fixture
def site(small: Flask, world: World, clock: FixedClock) -> Site:
    SITE_CLOCK.at = clock.at
    small.extensions[runtime_of.KEY].directory.forget()
    return Site(small, world)
