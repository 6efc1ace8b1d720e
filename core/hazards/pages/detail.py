"""隐患详情: where it stands, what was done, what may be done now; and its paper twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for

from core.hazards.catalogue import DomainChoice
from core.hazards.extensions.queries import extension_requests
from core.hazards.lifecycle import Machine, OpenMove
from core.hazards.lifecycle.dates import deadline_of
from core.hazards.pages import shown
from core.hazards.pages.blueprint import bp
from core.hazards.pages.shown import Labels
from core.hazards.pages.supervising import supervisor_choices
from core.hazards.permissions import HazardPermission
from core.hazards.queries import OpenCase, look_alikes, open_case, timeline
from core.hazards.requests import catalogue, paper_answer
from core.http.context import RequestContext, current
from core.http.words import said
from core.orgs.queries import holders, unit_card
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Canonical
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ
TOLD = ("reported", "verified")


@bp.get("/hazards/<uuid:hazard_id>", permission=READ)
def detail(hazard_id: UUID) -> str:
    return page(hazard_id)


@bp.get("/hazards/<uuid:hazard_id>/print", permission=READ)
def paper(hazard_id: UUID) -> str:
    """隐患整改单: the same number on paper."""
    context = current()
    pack = pack_of(context.session)
    case = open_case(context.session, context.actor, pack, hazard_id)
    labels = Labels(pack, catalogue(context))
    return render_template(
        "hazards/paper.html", card=case.card, labels=labels, elements=shown.elements(case.state, pack),
        events=shown.events(reversed(timeline(context.session, hazard_id)), case.files, labels), printed_at=context.now(),
        printed_by=context.actor.name, closing_word=labels.closing, clauses=_clauses(pack, case.card.clauses),
        address=context.runtime.settings.public_url + url_for("hazards.detail", hazard_id=hazard_id),
    )  # fmt: skip


@bp.get("/hazards/<uuid:hazard_id>/paper.docx", permission=READ, exports=True)
def paper_file(hazard_id: UUID) -> Response:
    """The same as a word-processor file, with photos and a QR code to the live record."""
    return paper_answer(current(), hazard_id)


def page(
    hazard_id: UUID, *, tried: str = "", values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None,
    message: str = "", stale: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """The page; after a refused form with what was typed into ``tried`` and what is wrong with it.

    ``stale``: what somebody else changed meanwhile, field → [before, now].
    """
    context = current()
    pack = pack_of(context.session)
    case = open_case(context.session, context.actor, pack, hazard_id)
    labels = Labels(pack, catalogue(context))
    machine = Machine(pack.lifecycle)
    opened = machine.moves_open(case.state, case.standing, now=context.now())
    moves = shown.forward_first(opened, pack, case.card.stage)
    canonical = pack.lifecycle.canonical(case.card.stage)
    panels = context.runtime.plugins.collect(
        "collect_hazard_panels", context.plugins_on, session=context.session, actor=context.actor, hazard_id=hazard_id,
        domain=case.card.domain,
    )  # fmt: skip
    lines = timeline(context.session, hazard_id)
    acts = _acts(machine, case)
    asked = extension_requests(context.session, hazard_id)
    return render_template(
        "hazards/detail.html", card=case.card, labels=labels, steps=shown.steps(case.card, case.state, pack),
        done=canonical.final, elements=shown.elements(case.state, pack), galleries=shown.galleries(case.files, lines),
        returned=shown.last_return(lines), checks=shown.checks(case.state, pack, today=context.today),
        events=shown.events(lines, case.files, labels), clauses=_clauses(pack, case.card.clauses),
        forms=[_form(context, move, case, labels) for move in moves], acts=acts, extensions=asked, waiting=next((own for own in asked if own.state == "asked"), None),
        waits=machine.waits_for(case.state), panels=panels,
        choices=_choices(context, case, labels, moves) | supervisor_choices(context, pack, wanted=acts["supervise"], chosen=(values or {}).get("supervisor_id", "")),
        look_alikes=look_alikes(context.session, pack, case.card), stage=pack.lifecycle.stage(case.card.stage),
        confirm_limit=deadline_of(pack.lifecycle, case.state).confirm and case.card.due_on is not None,
        tried=tried, values=values or {}, errors=errors or {}, message=message,
        stale=shown.changes(labels, stale) if stale is not None else None,
        stale_stage=(stale or {}).get("stage"), closing_word=labels.closing, today=context.today,
        may=_may(context, case), controlled=canonical is Canonical.RISK_CONTROLLED,
    )  # fmt: skip


def _form(context: RequestContext, move: OpenMove, case: OpenCase, labels: Labels) -> dict[str, Any]:
    values = shown.form_values(move, case.state, labels.pack, now=context.now(), today=context.today)
    return {
        "move": move, "labels": {ask.field: ask.label for ask in move.asks}, "fill": shown.to_fill(move, planned=case.card.canonical in TOLD), "see_to": shown.to_see_to(move), "values": values,
        "grounds": [(code, labels.ground(code)) for code in move.grounds],
        "refuses": labels.pack.lifecycle.canonical(move.to) is Canonical.CANCELLED,
    }  # fmt: skip


def _acts(machine: Machine, case: OpenCase) -> dict[str, Any]:
    """What may be done beside the stages."""
    return {
        "extend": machine.may_extend(case.state, case.standing),
        "ask_extension": machine.may_ask_extension(case.state, case.standing),
        "withdraw_extension": machine.may_withdraw_extension(case.state, case.standing),
        "control": machine.may_renew_control(case.state, case.standing),
        "escalations": machine.manual_escalations(case.state, case.standing),
        "supervise": machine.may_supervise(case.state, case.standing),
        "check": machine.may_check(case.state, case.standing),
        "tracks": machine.open_tracks(case.state, case.standing),
    }


def _choices(context: RequestContext, case: OpenCase, labels: Labels, moves: list[OpenMove]) -> dict[str, Any]:
    life = labels.pack.lifecycle
    domains = catalogue(context, at=unit_card(context.session, case.card.unit_id)).active
    kinds = {ask.kind for move in moves for ask in move.asks}
    people = holders(context.session, case.card.school_id or case.card.unit_id) if "person" in kinds else ()
    units = {str(case.card.unit_id): case.card.unit_name}
    if case.card.school_id is not None:
        units[str(case.card.school_id)] = case.card.school_name or ""
    return {
        "people": list({str(post.person_id): (str(post.person_id), f"{post.person_name}（{said(post.title)}）") for post in people}.values()),
        "units": list(units.items()),
        "grade": [(grade.code, grade.label) for grade in life.grades],
        "domain": [(domain.code, domain.title) for domain in domains],
        "category": _categories(domains, case.card.domain),
        "source": [(source.code, source.label) for source in life.sources],
        "classes": [(own.code, own.label) for grade in life.grades for own in grade.classes],
    }  # fmt: skip


def _categories(domains: Sequence[DomainChoice], domain: str) -> list[tuple[str, Any]]:
    """Those of the hazard's domain; while it has none, all of them, each under its domain's name."""
    if domain:
        return [(own.code, own.title) for choice in domains if choice.code == domain for own in choice.categories]
    return [(own.code, f"{said(choice.title)} · {said(own.title)}") for choice in domains for own in choice.categories]


def _may(context: RequestContext, case: OpenCase) -> dict[str, bool]:
    unit, canonical = case.card.unit_id, case.card.canonical
    keeper = context.actor.may(HazardPermission.REGISTER, unit)
    reporter = context.actor.person_id is not None and context.actor.person_id == case.card.found_by
    open_now = canonical not in ("closed", "cancelled")
    return {
        "amend": open_now and (keeper or (reporter and canonical == "discovered")),
        "regrade": open_now and case.card.graded and keeper,
        "remark": open_now,
        "recurrence": open_now and keeper,
    }


def _clauses(pack: Pack, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"id": clause.id, "text": clause.text, "paragraph": clause.paragraph}
        for clause in pack.clauses
        if clause.id in ids
    ]
