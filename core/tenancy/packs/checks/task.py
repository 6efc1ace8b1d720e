"""Rows of the work plan: they name what exists, and a row that only points to others points somewhere."""

from __future__ import annotations

from collections.abc import Mapping

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Campaign, Pack, Task


@check("tasks", "campaigns")
def tasks(pack: Pack, report: Report) -> None:
    """A task names an existing phase; its dates lie in its campaign. By label, not by date: no check against the phase."""
    known = report.codes(("tasks",), pack.tasks)
    campaigns = {campaign.code: campaign for campaign in pack.campaigns}
    for index, task in enumerate(pack.tasks):
        path = ("tasks", index)
        report.one((*path, "campaign"), task.campaign, campaigns, "行动", "no-such-campaign")
        report.known((*path, "same_as"), task.same_as, known, "任务", "no-such-task")
        _dates(report, path, task, campaigns.get(task.campaign))


@check("tasks")
def copies(pack: Pack, report: Report) -> None:
    """同10月: such a row names the rows that it stands for, and no row stands for itself by way of others."""
    by_code = {task.code: task for task in pack.tasks}
    for index, task in enumerate(pack.tasks):
        path = ("tasks", index)
        if task.copies and not task.same_as:
            report.fault(
                (*path, "same_as"),
                "copies-nothing",
                f"任务 {task.no or task.code} 没有写明照抄哪些行",
                "在 same_as 列出",
            )
        if _circles(task, by_code, set()):
            report.fault((*path, "same_as"), "circle", f"任务 {task.no or task.code} 绕回自己", "same_as 不能成环")


def _dates(report: Report, path: Path, task: Task, campaign: Campaign | None) -> None:
    if task.starts and task.ends and task.ends < task.starts:
        right = f"应不早于 {task.starts}"
        report.fault((*path, "ends"), "ends-before-start", f"任务 {task.no} 结束早于开始", right)
    if campaign is None:
        return
    report.one((*path, "phase"), task.phase, (phase.code for phase in campaign.phases), "阶段", "no-such-phase")
    for name, day in (("starts", task.starts), ("ends", task.ends)):
        if day and not campaign.starts <= day <= campaign.ends:
            right = f"{campaign.label} 为 {campaign.starts} 至 {campaign.ends}"
            report.fault((*path, name), "outside-campaign", f"任务 {task.no} 的日期在行动之外", right)


def _circles(task: Task, by_code: Mapping[str, Task], seen: set[str]) -> bool:
    if task.code in seen:
        return True
    ways = (by_code[code] for code in task.same_as if task.copies and code in by_code)
    return any(_circles(way, by_code, seen | {task.code}) for way in ways)


CHECKS = (tasks, copies)
