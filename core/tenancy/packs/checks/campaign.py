"""Campaigns, phases, calendar: dates stand inside what holds them, unless labelled."""

from __future__ import annotations

import re

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import Campaign, Pack

_MONTH_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")


@check("campaigns", "documents")
def campaigns(pack: Pack, report: Report) -> None:
    """Campaigns end after they start, nest in existing ones, inside their dates."""
    known = report.codes(("campaigns",), pack.campaigns)
    documents = frozenset(document.code for document in pack.documents)
    by_code = {campaign.code: campaign for campaign in pack.campaigns}
    for index, campaign in enumerate(pack.campaigns):
        path = ("campaigns", index)
        report.one((*path, "document"), campaign.document, documents, "文件", "no-such-document")
        report.one((*path, "within"), campaign.within, known, "行动", "no-such-campaign")
        if campaign.ends < campaign.starts:
            report.fault(
                (*path, "ends"), "ends-before-start", f"{campaign.label} 结束早于开始", f"应不早于 {campaign.starts}"
            )
        outer = by_code.get(campaign.within)
        if outer and not (outer.starts <= campaign.starts and campaign.ends <= outer.ends):
            right = f"{outer.label} 为 {outer.starts} 至 {outer.ends}"
            report.fault((*path, "starts"), "outside-campaign", f"{campaign.label} 超出 {outer.label}", right)
        if _circles(campaign, by_code):
            report.fault((*path, "within"), "circle", f"{campaign.label} 套在自己里面", "within 不能成环")


@check("campaigns")
def phases(pack: Pack, report: Report) -> None:
    """Phase windows lie in the campaign unless labelled ``unbounded`` with a note; they may overlap each other."""
    for index, campaign in enumerate(pack.campaigns):
        report.codes(("campaigns", index, "phases"), campaign.phases)
        for p, phase in enumerate(campaign.phases):
            path = ("campaigns", index, "phases", p)
            if sum(window.default for window in phase.windows) != 1:
                report.fault(
                    (*path, "windows"), "one-default", f"{phase.label} 应恰有一个采用的起止", "其余写 default: false"
                )
            if phase.unbounded and not phase.note:
                report.fault(path, "no-reason", f"{phase.label} 超出行动起止但没有说明", "在 note 写明原因")
            for w, window in enumerate(phase.windows):
                here = (*path, "windows", w)
                if window.ends < window.starts:
                    report.fault(
                        (*here, "ends"), "ends-before-start", f"{phase.label} 结束早于开始", f"应不早于 {window.starts}"
                    )
                inside = campaign.starts <= window.starts and window.ends <= campaign.ends
                if not inside and not phase.unbounded:
                    right = f"应在 {campaign.starts} 至 {campaign.ends} 之内，或写 unbounded: true 并在 note 说明"
                    report.fault((*here, "starts"), "outside-campaign", f"{phase.label} 超出 {campaign.label}", right)


@check("calendar")
def calendar(pack: Pack, report: Report) -> None:
    """Terms end after they start and do not overlap; yearly days are MM-DD."""
    calendar = pack.calendar
    report.codes(("calendar", "terms"), calendar.terms)
    report.codes(("calendar", "key_periods"), calendar.key_periods)
    last = None
    for index, term in enumerate(calendar.terms):
        path = ("calendar", "terms", index)
        if term.ends < term.starts:
            report.fault((*path, "ends"), "ends-before-start", f"{term.label} 结束早于开始", f"应不早于 {term.starts}")
        if last is not None and term.starts <= last:
            report.fault((*path, "starts"), "terms-overlap", f"{term.label} 与上一学期重叠", f"应晚于 {last}")
        last = term.ends
    for index, month in enumerate(calendar.teaching_months):
        if not 1 <= month <= 12:
            report.fault(("calendar", "teaching_months", index), "bad-value", f"{month} 不是月份", "1 至 12")
    for index, period in enumerate(calendar.key_periods):
        path = ("calendar", "key_periods", index)
        for name in ("yearly_from", "yearly_to"):
            text = getattr(period, name)
            if text and not _MONTH_DAY.match(text):
                report.fault((*path, name), "bad-date", f"{text} 不是月日", '写成 MM-DD 并加引号，例 "11-09"')
        if period.starts and period.ends and period.ends < period.starts:
            report.fault(
                (*path, "ends"), "ends-before-start", f"{period.label} 结束早于开始", f"应不早于 {period.starts}"
            )


def _circles(campaign: Campaign, by_code: dict[str, Campaign]) -> bool:
    seen = {campaign.code}
    outer = by_code.get(campaign.within)
    while outer:
        if outer.code in seen:
            return True
        seen.add(outer.code)
        outer = by_code.get(outer.within)
    return False


CHECKS = (campaigns, phases, calendar)
