"""What services and queries of inspections take out of a request."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request

from core.files.storage import storage_of
from core.hazards.requests import catalogue, who_and_what
from core.http import csrf
from core.http.context import RequestContext
from core.inspections.offers import Offer, offers_of
from core.inspections.queries.work import Work
from core.inspections.schemas import facts_in
from core.inspections.services import draws, rounds
from core.kernel.errors import Invalid
from core.tenancy.shelf import pack_of

__all__ = [
    "catalogue",
    "make_round",
    "offers",
    "pack_of",
    "recusals",
    "storing",
    "uploaded",
    "who_and_what",
    "work_json",
]


def offers(context: RequestContext) -> tuple[Offer, ...]:
    """What the pack and the plugins that are on bring along."""
    return offers_of(pack_of(context.session), context.runtime.plugins, context.plugins_on)


def storing(context: RequestContext) -> dict[str, Any]:
    """The arguments that writes with bytes take."""
    settings = context.runtime.settings
    return {"storage": storage_of(settings), "max_bytes": settings.upload_max_mb * 1024 * 1024}


def uploaded() -> tuple[BinaryIO, str]:
    """The part ``file``: (stream, name). Raises Invalid without one."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": "请选择一个文件"})
    return cast("BinaryIO", upload.stream), upload.filename


def work_json(context: RequestContext, work: Work) -> dict[str, Any]:
    """As WorkSchema dumps it, with the form token of this session: a page that was kept without network has an old one."""
    key = context.identity.csrf_key if context.identity else None
    return {**vars(work), "csrf": csrf.token(key) if key else ""}


def recusals() -> list[dict[str, UUID]]:
    """The rows 回避 of the posted form, as RecusalIn. Raises Invalid for a row that is half filled."""
    people, units = request.form.getlist("avoid.person"), request.form.getlist("avoid.unit")
    rows = [(person.strip(), unit.strip()) for person, unit in zip(people, units, strict=False)]
    try:
        return [{"person_id": UUID(person), "unit_id": UUID(unit)} for person, unit in rows if person or unit]
    except ValueError as fault:
        raise Invalid(fields={"avoid": "每一行要选定检查人员和单位"}) from fault


def make_round(context: RequestContext, data: dict[str, Any]) -> UUID:
    """Plans named schools, a cluster among itself, or seals a draw, as RoundIn says."""
    known: dict[str, Any] = {"actor": context.actor, "pack": pack_of(context.session), "facts": facts_in(data)}
    if data["kind"] == "peer":
        if data["cluster_id"] is None:
            raise Invalid(fields={"cluster_id": "请选择片区"})
        return rounds.plan_peers(context.session, **known, cluster_id=data["cluster_id"])
    avoid = [(own["unit_id"], own["person_id"]) for own in data["avoid"]]
    people: dict[str, Any] = {"unit_ids": data["unit_ids"], "person_ids": data["person_ids"], "avoid": avoid}
    if data["kind"] == "blind":
        numbers: dict[str, Any] = {name: data[name] for name in ("wanted", "team", "most")}
        return draws.seal_draw(context.session, **known, **people, **numbers)
    return rounds.plan_round(context.session, **known, **people)
