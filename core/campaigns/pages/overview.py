"""专项行动总览: campaigns with phases, gates and counters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.campaigns.pages.blueprint import bp, faults_of, gallery, keep_uploads, tabs
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.overview import CampaignCard, campaign_cards, phase_of
from core.campaigns.queries.schemes import scheme_counts
from core.campaigns.schemas import GateIn, ReasonIn, ScopeArgs
from core.campaigns.services import gates as services
from core.campaigns.standing import Standing
from core.campaigns.words import STANDING_TONES, STANDINGS
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.words import said
from core.kernel.errors import Invalid, NotFound
from core.orgs.queries import unit_options

READ, GATE = CampaignPermission.READ, CampaignPermission.GATE
COLOURS = {
    Standing.OVERDUE: "--time-overdue", Standing.UNCONFIRMED: "--time-soon", Standing.UNDER_WAY: "--series-1",
    Standing.NOT_YET: "--line-2", Standing.FULFILLED: "--time-normal",
}  # fmt: skip


@bp.get("/campaigns", permission=READ)
def overview() -> str:
    context = current()
    args = forms.query(ScopeArgs)
    cards = campaign_cards(context.session, context.actor, unit_id=args["unit_id"])
    outer = cards[0].code if cards else ""
    return render_template(
        "campaigns/overview.html",
        cards=cards,
        chart=gantt(cards, context.today),
        tabs=tabs("campaigns.overview"),
        totals=_totals(cards),
        open_gates=sum(phase.open_gates for card in cards for phase in card.phases if phase.starts <= context.today),
        schemes=scheme_counts(context.session, context.actor, campaign=outer) if outer else {},
        words={"standings": STANDINGS, "tones": STANDING_TONES},
        gallery=gallery,
        today=context.today,
        asked=args,
        units=_units(),
        may_confirm=context.actor.coverage(GATE).everywhere,
    )


@bp.get("/campaigns/<campaign>/<phase>/gates/<int:position>", permission=GATE)
def gate(campaign: str, phase: str, position: int) -> str:
    return _gate(campaign, phase, position, {}, "")


@bp.post("/campaigns/<campaign>/<phase>/gates/<int:position>", permission=GATE)
def confirm_gate(campaign: str, phase: str, position: int) -> Response | tuple[str, int]:
    context = current()
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind
            given = forms.form(GateIn)
            given["file_ids"] = keep_uploads(context)
            services.confirm_gate(
                context.session, actor=context.actor, campaign=campaign, phase=phase, position=position,
                version=expected_version(), **given,
            )  # fmt: skip
    except Invalid as fault:
        return _gate(campaign, phase, position, *faults_of(fault)), 422
    flash(_("已确认。"), "success")
    return redirect(url_for("campaigns.overview", _anchor=f"{campaign}-{phase}"))


@bp.post("/campaigns/<campaign>/<phase>/gates/<int:position>/withdraw", permission=GATE)
def withdraw_gate(campaign: str, phase: str, position: int) -> Response:
    context = current()
    services.withdraw_gate(
        context.session, actor=context.actor, campaign=campaign, phase=phase, position=position,
        version=expected_version(), **forms.form(ReasonIn),
    )  # fmt: skip
    flash(_("已撤回确认。"), "success")
    return redirect(url_for("campaigns.overview", _anchor=f"{campaign}-{phase}"))


def _gate(campaign: str, phase: str, position: int, errors: dict[str, str], message: str) -> str:
    context = current()
    part = phase_of(campaign_cards(context.session, context.actor), campaign, phase)
    card = next((own for own in part.gates if own.position == position), None)
    if card is None:
        raise NotFound()
    return render_template(
        "campaigns/gate.html", campaign=campaign, phase=part, gate=card, errors=errors, message=message, gallery=gallery
    )


def gantt(cards: tuple[CampaignCard, ...], today: Any) -> dict[str, Any]:
    """Phases as bars over time, with today's line: option, table and summary for the macro ``chart``."""
    rows = [
        (f"{card.label} · {phase.label}" if card.depth else phase.label, phase.starts, phase.ends, phase.standing)
        for card in cards
        for phase in card.phases
    ] + [(card.label, card.starts, card.ends, card.standing) for card in cards if not card.phases]
    names = [row[0] for row in rows]
    series: list[dict[str, Any]] = [
        {
            "type": "line", "symbol": "none", "silent": True, "color": COLOURS.get(standing, "--series-1"),
            "lineStyle": {"width": 16, "color": COLOURS.get(standing, "--series-1"), "cap": "butt"},
            "data": [[starts.isoformat(), place], [(ends + timedelta(days=1)).isoformat(), place]],
        }
        for place, (_name, starts, ends, standing) in enumerate(rows)
    ]  # fmt: skip
    if series:
        series[0]["markLine"] = {
            "symbol": "none", "silent": True, "lineStyle": {"color": "--time-overdue", "type": "dashed", "width": 2},
            "label": {"formatter": _("今天"), "color": "--ink", "position": "start"}, "data": [{"xAxis": today.isoformat()}],
        }  # fmt: skip
    running = [row for row in rows if row[1] <= today <= row[2]]
    return {
        "option": {
            "grid": {"left": 8, "right": 24, "top": 24, "bottom": 4}, "legend": False,
            "xAxis": {"type": "time", "axisLabel": {"hideOverlap": True}, "splitNumber": 4}, "yAxis": {"type": "category", "inverse": True, "data": names}, "series": series,
        },
        "table": {
            "columns": [_("阶段"), _("开始"), _("结束"), _("状态")],
            "rows": [[name, str(starts), str(ends), said(STANDINGS[own])] for name, starts, ends, own in rows],
        },
        "summary": _("今天%(today)s，正在进行：%(running)s", today=str(today), running="、".join(said(row[0]) for row in running) or _("无")),
        "height": "sm" if len(rows) <= 4 else "md",
    }  # fmt: skip


def _totals(cards: tuple[CampaignCard, ...]) -> dict[str, int]:
    return {str(own): sum(card.tasks.get(own, 0) for card in cards) for own in Standing}


def _units() -> list[tuple[str, str]]:
    context = current()
    kinds = ("cluster", "school", "kindergarten")
    return [(str(own.id), own.name) for own in unit_options(context.session, context.actor.coverage(READ), kinds)]
