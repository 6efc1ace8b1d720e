"""随手拍: photo, where and what, say it. One hand, three taps; on the spot in the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.access.actor import Coverage
from core.hazards.catalogue import DomainChoice
from core.hazards.lifecycle import CaseState, Machine, OpenMove
from core.hazards.pages.blueprint import bp
from core.hazards.pages.entries import posted_entry
from core.hazards.pages.shown import Labels, form_values, to_fill
from core.hazards.pages.uploads import keep_uploads
from core.hazards.permissions import HazardPermission
from core.hazards.relations import Ties, standing_before
from core.hazards.requests import catalogue, who_and_what
from core.hazards.schemas import FoundSchema
from core.hazards.services import Found, Written, rectify_on_the_spot, report_hazard
from core.hazards.sources import from_outside, ways_of
from core.http import forms
from core.http.context import RequestContext, current
from core.http.offline import kept
from core.http.problems import STATUS
from core.http.words import said
from core.kernel.errors import XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import UnitCard, holders, unit_cards, unit_options
from core.tenancy.packs.model.lifecycle import Fact
from core.tenancy.shelf import pack_of

REPORT = HazardPermission.REPORT
PLACES = ("教学楼", "食堂", "宿舍", "操场", "实验室", "校门口", "楼梯走廊", "厕所")
MODULES = ("offline/store", "offline/queue", "offline/shrink", "offline/reports")
KINDS = ("school", "kindergarten", "campus", "place", "training_institution")


@bp.get("/hazards/new", permission=REPORT)
def new() -> Response:
    preset = {
        name: text
        for name, text in request.args.items()
        if name in ("unit_id", "domain", "category", "place", "recurrence_of")
    }
    return _page(current(), preset, {}, "")


@bp.get("/hazards/new/sources", permission=REPORT)
def sources() -> str:
    """The parts of the form that follow from the unit: where the finding comes from (by the reporter's posts), its domains."""
    context = current()
    sources, domains = _at_unit(context, request.args.get("unit_id", ""))
    values = {"kind": request.args.get("kind", "")}
    return render_template("hazards/_at_unit.html", sources=sources, domains=domains, values=values)


@bp.post("/hazards/new", permission=REPORT, creates=True)
def create() -> Response:
    context = current()
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind
            written = written_report(context)
    except XiaoanError as fault:
        message = said(fault.phrase)
        errors = {name: said(right) for name, right in fault.fields.items()}
        values = {name: text for name, text in request.form.items() if name != "csrf_token"}
        status = next(STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS)
        return make_response(_page(context, values, errors, message), status)
    flash(_("已上报%(no)s。", no=f" {written.no}" if written.no else ""), "success")
    return redirect(url_for("hazards.detail", hazard_id=written.id))


def written_report(
    context: RequestContext, *, taken: Mapping[str, Sequence[datetime]] = MappingProxyType({}), **device: Any
) -> Written:
    """The report that the request's form holds. ``device``: what the phone says beside it, as fields of Found; ``taken`` as
    keep_uploads has it."""
    found = Found(**_found(context) | device)
    shortcut = request.form.get("on_the_spot", "")
    if not shortcut:
        return report_hazard(
            context.session, **who_and_what(context), found=found, file_ids=keep_uploads(context, taken=taken)
        )
    entry = posted_entry(pack_of(context.session).lifecycle)
    return rectify_on_the_spot(
        context.session, **who_and_what(context), found=found, shortcut=shortcut,
        entry=entry, file_ids=keep_uploads(context, taken=taken),
    )  # fmt: skip


def kept_settings(context: RequestContext) -> dict[str, Any]:
    """For the script that keeps reports while there is no network."""
    keep = kept(url_for("hazards.new"), styles=("css/visit.css",), scripts=("report",), modules=MODULES)
    return {"scope": f"{context.tenant.id}.{context.actor.person_id}", "keep": keep}


def _found(context: RequestContext) -> dict[str, Any]:
    """The big buttons send a category as ``domain/category``, the place as a word; a typed place goes before it."""
    posted = request.form.to_dict()
    domain, _slash, category = posted.get("kind", "").partition("/")
    posted |= {"domain": posted.get("domain") or domain, "category": posted.get("category") or category}
    posted["place"] = posted.get("place_typed") or posted.get("place") or ""
    if not posted.get("description", "").strip() and category:
        posted["description"] = catalogue(context).category_title(domain, category)
    names = FoundSchema().load_fields
    given = {
        name: text.strip() for name, text in posted.items() if name in names and text.strip() and name != "file_ids"
    }
    values = forms.loaded(FoundSchema(unknown="exclude"), MultiDict(given))
    values.pop("file_ids", None)
    values["clauses"] = tuple(values.get("clauses", ()))
    return values


def _page(context: RequestContext, values: dict[str, Any], errors: dict[str, str], message: str) -> Response:
    pack = pack_of(context.session)
    labels = Labels(pack, catalogue(context))
    units, home = _units(context)
    unit_id = values.get("unit_id") or (str(home.id) if home else "")
    spot = _shortcut(context, home, labels) if home is not None and unit_id == str(home.id) else None
    people = holders(context.session, home.school_id or home.id) if home is not None and spot is not None else ()
    sources, domains = _at_unit(context, unit_id)
    html = render_template(
        "hazards/new.html", units=units, unit_id=unit_id, home=home, domains=domains, values=values, errors=errors,
        message=message, places=PLACES, settings=kept_settings(context), names=_names(spot), spot=spot, key=new_id(), sources=sources,
        choices={
            "people": list({(str(post.person_id), f"{post.person_name}（{said(post.title)}）"): None for post in people}),
            "units": [(str(home.id), home.name)] if home else [],
            "grade": [(grade.code, grade.label) for grade in pack.lifecycle.grades],
        },
    )  # fmt: skip
    return make_response(html)


def _units(context: RequestContext) -> tuple[list[tuple[str, str]], UnitCard | None]:
    """The units one may report in, and the one that is meant unless something else is said."""
    actor = context.actor
    homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
    cards = unit_cards(context.session, homes)
    outside = any(grant.gives(REPORT) and (grant.everything or from_outside(grant, cards)) for grant in actor.grants)
    coverage = Coverage(None) if outside else actor.coverage(REPORT)
    options = unit_options(context.session, coverage, KINDS)
    life = pack_of(context.session).lifecycle
    own = next((card for card in cards.values() if card.kind in KINDS and ways_of(life, actor, card, cards)), None)
    return [(str(unit.id), unit.name) for unit in options], own


def _at_unit(context: RequestContext, unit_id: str) -> tuple[list[tuple[str, str]], tuple[DomainChoice, ...]]:
    """(what a report in that unit may come from, by this person's posts; what it can be about there). One query.

    While no unit is chosen: nothing, and every domain.
    """
    try:
        wanted = UUID(unit_id)
    except ValueError:
        return [], catalogue(context).active
    actor = context.actor
    homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
    cards = unit_cards(context.session, homes | {wanted})
    if wanted not in cards:
        return [], catalogue(context).active
    ways = ways_of(pack_of(context.session).lifecycle, actor, cards[wanted], cards)
    return [(way.source.code, way.source.label) for way in ways], catalogue(context, at=cards[wanted]).active


def _shortcut(context: RequestContext, home: UnitCard, labels: Labels) -> dict[str, Any] | None:
    """The form of 立查立改, if this person may rectify on the spot in the own unit."""
    pack, actor = labels.pack, context.actor
    ties = Ties(home.id, home.school_id, "", actor.person_id, home.id, None)
    machine = Machine(pack.lifecycle)
    state = CaseState(
        stage=pack.lifecycle.initial, org_type=home.org_type, entered={pack.lifecycle.initial: context.now()},
        facts={Fact.SOURCE: pack.lifecycle.sources[0].code, Fact.FOUND_AT: context.now()},
    )  # fmt: skip
    moves = machine.moves_open(state, standing_before(context.session, actor, pack, ties), now=context.now())
    move: OpenMove | None = next((own for own in moves if len(own.moves) > 1 and not own.refusal), None)
    if move is None:
        return None
    told = {
        "facts.description",
        "facts.place",
        "facts.domain",
        "facts.category",
        "facts.found_at",
        "facts.finder",
        "facts.source",
        "evidence.before",
    }
    return {
        "move": move,
        "fill": [ask for ask in to_fill(move) if ask.field not in told],
        "asks_domain": any(ask.field == "facts.domain" for ask in move.asks),
        "values": form_values(move, state, pack, now=context.now(), today=context.today),
        "grounds": [(code, labels.ground(code)) for code in move.grounds],
    }


def _names(spot: dict[str, Any] | None) -> dict[str, str]:
    """What the fields are called where faults are listed."""
    names = {
        "place": _("位置"), "description": _("说明"), "unit_id": _("单位"), "domain": _("领域"), "category": _("类别"),
        "source": _("隐患来源"), "source_note": _("来源说明"), "evidence.before": _("照片"),
    }  # fmt: skip
    return names | ({ask.field: ask.label for ask in spot["fill"]} if spot is not None else {})
