"""两个清单: the figures of the hazards, and the list of rules and measures set up against them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.accountability.pages.blueprint import bp, hazard_named
from core.accountability.permissions import AccountabilityPermission
from core.accountability.queries.rules import rule_line, rules_page, two_lists
from core.accountability.schemas import RuleArgs, RuleFactsIn, RuleIn
from core.accountability.services.rules import RuleFacts, add_rule, change_rule, replace_rule
from core.accountability.words import REPLACED, RULE_STATES, RULE_TONES
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_options
from core.tenancy.packs.model import Pack
from core.tenancy.shelf import pack_of

READ, RULE = AccountabilityPermission.READ, AccountabilityPermission.RULE
UNITS = ("bureau", "department", "cluster", "school", "kindergarten", "training_institution")


@bp.get("/safety-rules", permission=READ)
def rules() -> str:
    context = current()
    asked = forms.query(RuleArgs)
    paging, pack = Paging.of(asked), pack_of(context.session)
    return render_template(
        "accountability/rules.html",
        page=rules_page(context.session, context.actor, paging=paging, **asked),
        lists=two_lists(context.session, context.actor),
        asked=asked,
        active=sum(1 for value in asked.values() if value),
        states=choices(RULE_STATES),
        domains=[(domain.code, domain.label) for domain in pack.domains],
        labels={domain.code: domain.label for domain in pack.domains},
        titles=_titles(pack),
        words={"states": RULE_STATES, "tones": RULE_TONES},
        may_write=context.actor.may(RULE),
    )


@bp.get("/safety-rules/new", permission=RULE)
def new_rule() -> str:
    return _form(Form(values=dict(request.args)), None, 0)


@bp.post("/safety-rules/new", permission=RULE, creates=True)
def create_rule() -> Response | tuple[str, int]:
    context = current()
    try:
        data = forms.form(RuleIn)
        unit_id = data.pop("unit_id")
        add_rule(
            context.session,
            actor=context.actor,
            pack=pack_of(context.session),
            unit_id=unit_id,
            facts=RuleFacts(**data),
        )
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _form(Form(values=dict(request.form)).refuse(fault), None, 0), 422
    flash(_("已列入清单。"), "success")
    return redirect(url_for("accountability.rules"))


@bp.get("/safety-rules/<uuid:rule_id>", permission=READ)
def rule(rule_id: UUID) -> str:
    context = current()
    line = rule_line(context.session, context.actor, rule_id)
    return _form(Form(values={name: getattr(line, name) for name in RuleFactsIn().fields}), rule_id, line.version)


@bp.post("/safety-rules/<uuid:rule_id>", permission=RULE)
def save_rule(rule_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        if request.form.get("replace"):
            replace_rule(context.session, actor=context.actor, rule_id=rule_id, version=expected_version())
        else:
            change_rule(
                context.session, actor=context.actor, pack=pack_of(context.session), rule_id=rule_id, version=expected_version(),
                facts=RuleFacts(**forms.form(RuleFactsIn)),
            )  # fmt: skip
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        form = Form(values=dict(request.form)).refuse(fault)
        return _form(form, rule_id, int(request.form.get("version", "0") or 0)), 422
    flash(_("清单已更新。"), "success")
    return redirect(url_for("accountability.rules"))


def _form(form: Form, rule_id: UUID | None, version: int) -> str:
    context = current()
    pack = pack_of(context.session)
    line = rule_line(context.session, context.actor, rule_id) if rule_id is not None else None
    may_write = context.actor.may(RULE) if line is None else context.actor.may(RULE, line.unit_id)
    units = unit_options(context.session, context.actor.coverage(RULE), UNITS) if line is None else ()
    return render_template(
        "accountability/rule.html",
        form=form,
        line=line,
        hazard=hazard_named(context, form),
        version=version,
        may_write=may_write and (line is None or line.state != REPLACED),
        units=[(str(unit.id), unit.name) for unit in units],
        domains=[(domain.code, domain.label) for domain in pack.domains],
        words={"states": RULE_STATES, "tones": RULE_TONES},
        titles=_titles(pack),
        key=new_id(),
    )


def _titles(pack: Pack) -> dict[str, str]:
    """What this district calls the two lists, else what everybody does."""
    own = {term.code: term.label for term in pack.terms}
    return {
        "both": own.get("two_lists", _("两个清单")),
        "problems": own.get("list_problems", _("问题隐患清单")),
        "rules": own.get("list_measures", _("制度措施清单")),
    }
