"""通知文件: the notice in numbered paragraphs, each clause with what carries it and how that stands."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from core.campaigns.carriers import SECTIONS, Carrier
from core.campaigns.pages.blueprint import bp
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.notice import ClauseState, clause_states, standing_counts
from core.campaigns.schemas import DocumentArgs
from core.campaigns.standing import Standing
from core.campaigns.words import STANDING_TONES, STANDINGS
from core.http import forms
from core.http.context import current
from core.http.guard import may_open
from core.http.words import choices
from core.kernel.errors import NotFound
from core.orgs.queries import unit_options
from core.switchboard.queries.pack import ParagraphLine, document_of, domains_of, paragraphs
from core.tenancy.shelf import pack_of

READ = CampaignPermission.READ
PLACES = {
    "campaigns": "campaigns.overview", "main_tasks": "campaigns.matrix", "lifecycle": "hazards.ledger", "domains": "hazards.ledger",
    "registers": "registers.index", "checklists": "inspections.checklists", "org_types": "units.index", "departments": "units.index",
    "bodies": "units.index", "posts": "people.index", "settings": "switchboard.settings", "calendar": "due.calendar",
    "obligations": "due.calendar", "reports": "reports.grid", "tables": "statistics.index",
}  # fmt: skip
"""Section of the pack → the page on which its elements are at work."""
UNITS = ("cluster", "school", "kindergarten")


@bp.get("/pack/documents", permission=READ)
def documents() -> Response | str:
    """Straight to the notice where there is only one."""
    pack = pack_of(current().session)
    if len(pack.documents) == 1:
        return redirect(url_for("campaigns.document", code=pack.documents[0].code))
    return render_template("campaigns/documents.html", documents=pack.documents)


@bp.get("/pack/clauses/<clause_id>", permission=READ)
def clause(clause_id: str) -> Response:
    """To the sentence of the notice: the one click back from whatever names a clause."""
    found = next((own for own in pack_of(current().session).clauses if own.id == clause_id), None)
    if found is None:
        raise NotFound()
    return redirect(url_for("campaigns.document", code=found.document, _anchor=f"p{found.paragraph}"))


@bp.get("/pack/documents/<code>", permission=READ)
def document(code: str) -> str:
    context = current()
    args = forms.query(DocumentArgs)
    pack = pack_of(context.session)
    found = document_of(pack, code)
    states = clause_states(context.session, context.actor, context.runtime.plugins, unit_id=args["unit_id"])
    mine = [own for own in pack.clauses if own.document == code]
    titles = {domain.code: domain.label for domain in pack.domains}
    lines = paragraphs(pack, found, text=args["text"], domain=args["domain"])
    return render_template(
        "campaigns/document.html",
        document=found,
        lines=[line for line in lines if _asked(line, states, args["standing"])],
        states=states,
        counts=standing_counts(states[own.id] for own in mine),
        asked=args,
        active=sum(1 for value in args.values() if value),
        total=len(mine),
        domains=[(domain, titles.get(domain, domain)) for domain in domains_of(mine) if domain != "core"],
        words={"standings": STANDINGS, "tones": STANDING_TONES, "sections": SECTIONS},
        standings=choices(STANDINGS),
        units=[(str(own.id), own.name) for own in unit_options(context.session, context.actor.coverage(READ), UNITS)],
        place=place_of,
    )


def place_of(carrier: Carrier) -> str | None:
    """The page of what carries a clause; None where it has none of its own or the reader may not open it."""
    if carrier.section == "tasks":
        return url_for("campaigns.tasks", text=carrier.code)
    endpoint = PLACES.get(carrier.section)
    return url_for(endpoint) if endpoint is not None and may_open(current(), endpoint) else None


def _asked(line: ParagraphLine, states: dict[str, ClauseState], standing: str) -> bool:
    if not standing:
        return True
    return any(own.id in states and states[own.id].standing == Standing(standing) for own in line.clauses)
