"""Takes a whole batch back, if nothing since rests on what it made; otherwise says what does, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, select

from core.access.actor import Actor
from core.db.base import Base
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.identity.services.people import update_person
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.kernel.phrases import Phrase
from core.orgs.models import OrgClosure, OrgLink, OrgUnit, Post
from core.orgs.services.closure import lock_structure, rebuild_closure
from core.orgs.services.links import rehang
from core.orgs.services.units import update_unit

WORDS = {"org_links": "下级单位", "posts": "任职", "sessions": "登录记录", "api_tokens": "接口令牌", "hazards": "隐患"}
MODELS: dict[str, type[OrgUnit | Person | Post]] = {"unit": OrgUnit, "person": Person, "post": Post}


def take_back(session: TenantSession, *, actor: Actor, effects: list[dict[str, Any]]) -> None:
    """``effects`` of a whole batch, newest first. Raises Refused naming what was changed or added since."""
    lock_structure(session)
    made = {kind: _ids(effects, kind, "create", "appoint") for kind in MODELS}
    _refuse_if_rested_on(session, effects, made)
    _delete(session, made)
    for effect in effects:
        if effect["do"] in ("update", "relink") and UUID(effect["id"]) not in made[effect["kind"]]:
            _restore(session, actor, effect)
    rebuild_closure(session)


def _ids(effects: Iterable[dict[str, Any]], kind: str, *acts: str) -> set[UUID]:
    return {UUID(effect["id"]) for effect in effects if effect["kind"] == kind and effect["do"] in acts}


def _refuse_if_rested_on(session: TenantSession, effects: list[dict[str, Any]], made: dict[str, set[UUID]]) -> None:
    reasons: dict[str, str] = {}
    for kind, model in MODELS.items():
        latest: dict[UUID, int] = {}
        for effect in effects:  # newest first: the version that the batch left behind
            if effect["kind"] == kind:
                latest.setdefault(UUID(effect["id"]), effect["version"])
        changed = _changed(session, model, latest)
        if changed:
            reasons[{"unit": "单位", "person": "人员", "post": "任职"}[kind]] = Phrase(
                "导入后又修改过%(n)s条", n=changed
            )
    for table, ids in (("org_units", made["unit"]), ("people", made["person"])):
        for name, count in dependents(session, target=table, ids=ids, own=made).items():
            reasons[WORDS.get(name, name)] = Phrase("导入后新增了%(n)s条", n=count)
    if reasons:
        raise Refused(
            "不能撤销：导入的数据已被使用（%(what)s）",
            what="；".join(f"{name}{why}" for name, why in reasons.items()),
            fields=reasons,
        )


def _changed(session: TenantSession, model: type[OrgUnit | Person | Post], versions: dict[UUID, int]) -> int:
    if not versions:
        return 0
    present = {
        row.id: row.version for row in session.execute(select(model.id, model.version).where(model.id.in_(versions)))
    }
    return sum(1 for row_id, version in versions.items() if present.get(row_id) != version)


def dependents(session: TenantSession, *, target: str, ids: set[UUID], own: dict[str, set[UUID]]) -> dict[str, int]:
    """Rows of any feature's tables that point to ``ids``, those of the batch itself left out. Table → how many.

    Found by the foreign keys of the models that are loaded: a feature that comes later need not be known here.
    """
    found: dict[str, int] = {}
    if not ids:
        return found
    for table in Base.metadata.tables.values():
        for column in _pointing(table, target):
            if table.name == OrgClosure.__tablename__:
                continue
            statement = (
                select(func.count())
                .select_from(table)
                .where(table.c.tenant_id == session.tenant_id, table.c[column].in_(ids))
            )
            if table.name == "posts":
                statement = statement.where(table.c.id.not_in(own["post"]))
            if table.name == "org_links":
                if column != "parent_id":
                    continue
                statement = statement.where(table.c.child_id.not_in(own["unit"]))
            count = session.execute(statement).scalar_one()
            if count:
                found[table.name] = found.get(table.name, 0) + count
    return found


def _pointing(table: Table, target: str) -> list[str]:
    return [
        element.parent.name
        for constraint in table.foreign_key_constraints
        for element in constraint.elements
        if element.target_fullname == f"{target}.id"
    ]


def _delete(session: TenantSession, made: dict[str, set[UUID]]) -> None:
    for model, column, ids in (
        (Post, Post.id, made["post"]), (OrgLink, OrgLink.child_id, made["unit"]), (OrgLink, OrgLink.parent_id, made["unit"]),
        (Person, Person.id, made["person"]), (OrgUnit, OrgUnit.id, made["unit"]),
    ):  # fmt: skip
        if ids:
            session.execute(delete(model).where(column.in_(ids)).execution_options(synchronize_session=False))
    session.expire_all()


def _restore(session: TenantSession, actor: Actor, effect: dict[str, Any]) -> None:
    item = UUID(effect["id"])
    if effect["do"] == "relink":
        parents = [UUID(parent) for parent in effect["before"]]
        rehang(session, child_id=item, tree=effect["tree"], parents=parents, start=local_date(session.now()))
        return
    before = {
        name: date.fromisoformat(value) if name == "valid_from" and value else value
        for name, value in effect["before"].items()
    }
    if effect["kind"] == "unit":
        update_unit(session, actor=actor, unit_id=item, changes=before)
    else:
        update_person(session, actor=actor, person_id=item, changes=before)
