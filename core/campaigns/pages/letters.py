"""责任书: issued, read, signed, printed; who has not signed."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.campaigns.pages.blueprint import bp, campaigns_of, faults_of, tabs
from core.campaigns.papers import LetterPaper, SignatureLine, letter_docx, letter_file
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.letters import SIGNED, letter_card, letters_page, signers_page
from core.campaigns.schemas import LetterIn, PartIn, SignerArgs, letter_in
from core.campaigns.services import letters as services
from core.campaigns.words import SIGNER_STATES, TIERS
from core.http import forms
from core.http.context import current
from core.http.paging import PageArgs, Paging
from core.http.words import choices
from core.kernel.errors import Invalid
from core.kernel.ids import new_id
from core.tenancy.shelf import pack_of

READ, WRITE, SIGN = CampaignPermission.READ, CampaignPermission.LETTER_WRITE, CampaignPermission.LETTER_SIGN
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PRINTED = 200


@bp.get("/campaigns/letters", permission=READ)
def letters() -> str:
    context = current()
    args = forms.query(PageArgs)
    return render_template(
        "campaigns/letters.html",
        page=letters_page(context.session, context.actor, paging=Paging.of(args)),
        tabs=tabs("campaigns.letters"),
        tiers=TIERS,
        campaigns=campaigns_of(pack_of(context.session)),
        may_write=context.actor.coverage(WRITE).everywhere,
    )


@bp.get("/campaigns/letters/new", permission=WRITE)
def new_letter() -> str:
    return _new({}, "")


@bp.post("/campaigns/letters/new", permission=WRITE, creates=True)
def issue_letter() -> Response | tuple[str, int]:
    context = current()
    try:
        made = services.issue_letter(context.session, actor=context.actor, facts=letter_in(forms.form(LetterIn)))
    except Invalid as fault:
        return _new(*faults_of(fault)), 422
    flash(_("责任书已制发。"), "success")
    return redirect(url_for("campaigns.letter", letter_id=made))


@bp.get("/campaigns/letters/<uuid:letter_id>", permission=READ)
def letter(letter_id: UUID) -> str:
    context = current()
    args = forms.query(SignerArgs)
    paging = Paging.of(args)
    card = letter_card(context.session, context.actor, letter_id)
    held = {grant.home_unit_id for grant in context.actor.grants if grant.post_code in card.line.posts}
    return render_template(
        "campaigns/letter.html",
        card=card,
        page=signers_page(context.session, context.actor, letter_id, paging=paging, **args),
        asked=args,
        tiers=TIERS,
        states=choices(SIGNER_STATES),
        words=SIGNER_STATES,
        campaigns=campaigns_of(pack_of(context.session)),
        units=[own for own in held if own is not None] if card.line.mine and card.newest else [],
        may_sign=context.actor.may(SIGN),
        may_write=context.actor.coverage(WRITE).everywhere,
    )


@bp.post("/campaigns/letters/<uuid:letter_id>/sign", permission=SIGN)
def sign_letter(letter_id: UUID) -> Response:
    context = current()
    services.sign_letter(context.session, actor=context.actor, letter_id=letter_id, **forms.form(PartIn))
    flash(_("已签订。"), "success")
    return redirect(url_for("campaigns.letter", letter_id=letter_id))


@bp.get("/campaigns/letters/<uuid:letter_id>/file", permission=READ, exports=True)
def letter_paper(letter_id: UUID) -> Response:
    """The text with the signatures that the reader may see, as a Word file."""
    context = current()
    card = letter_card(context.session, context.actor, letter_id)
    signed = signers_page(context.session, context.actor, letter_id, paging=Paging(1, MOST_PRINTED), state=SIGNED).items
    paper = LetterPaper(
        issuer=pack_of(context.session).name, title=card.line.title, body=card.body, digest=card.digest, no=card.line.no,
        issued_on=card.line.issued_at,
        signatures=tuple(SignatureLine(own.unit_name, own.post_title, own.person_name, own.signed_at) for own in signed),
    )  # fmt: skip
    return send_file(
        io.BytesIO(letter_docx(paper)), mimetype=DOCX, as_attachment=True, download_name=letter_file(card.line.title)
    )


def _new(errors: dict[str, str], message: str) -> str:
    context = current()
    pack = pack_of(context.session)
    given: dict[str, Any] = {name: request.form.get(name, "") for name in request.form}
    chosen = request.form.getlist("posts")
    tier = str(given.get("tier") or request.args.get("tier") or "school")
    if "from" in request.args and not given:
        card = letter_card(context.session, context.actor, UUID(request.args["from"]))
        given = {
            "campaign": card.line.campaign, "tier": card.line.tier, "title": card.line.title, "body": card.body,
            "sign_by": card.line.sign_by, "series": card.line.series,
        }  # fmt: skip
        chosen = list(card.line.posts)
    return render_template(
        "campaigns/letter_new.html",
        given={"tier": tier, **given},
        chosen=chosen or services.default_posts(pack, tier),
        key=new_id(),
        errors=errors,
        message=message,
        tiers=choices(TIERS),
        campaigns=list(campaigns_of(pack).items()),
        posts=[(own.code, own.label) for own in pack.posts],
    )
