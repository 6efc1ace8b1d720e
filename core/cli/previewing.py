"""Prints what a pack would mean, and what a new version would change. Data on standard output, for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from core.cli import print_rows
from core.onboarding.preview import Preview
from core.tenancy.merge import Side
from core.tenancy.packs.model import Pack
from core.tenancy.packs.preview import PlannedUnit
from core.tenancy.updating import Ahead


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_preview(pack: Pack, found: Preview, *, as_json: bool) -> None:
    if as_json:
        print_json(preview_json(pack, found))
        return
    click.echo(f"{pack.name}（{pack.slug} {pack.version}）")
    click.echo(f"\n单位 {len(found.units)}：{'，'.join(f'{label} {count}' for label, count in found.types)}")
    for depth, unit in tree(found.units):
        click.echo(f"{'  ' * (depth + 1)}{unit.name}（{unit.code}）")
    click.echo("\n主要任务：")
    for duty in found.matrix:
        click.echo(f"  {duty.no} {duty.label}：{'、'.join(duty.responsible) or '未指定'}")
    click.echo(f"\n{found.span.starts} 至 {found.span.ends} 到期 {sum(one.units for one in found.falling)} 项：")
    print_rows(list(due_rows(found)), as_json=False)
    click.echo("\n请先看一看：" if found.warnings else "\n没有需要先看的事项。")
    for warning in found.warnings:
        click.echo(f"  {warning.says}" + (f"：{'、'.join(warning.items)}" if warning.items else ""))


def preview_json(pack: Pack, found: Preview) -> dict[str, Any]:
    return {
        "tenant": pack.slug, "name": pack.name, "pack": pack.version,
        "units": [
            {"code": unit.code, "name": unit.name, "type": unit.org_type, "parent": unit.parent, "depth": depth}
            for depth, unit in tree(found.units)
        ],
        "types": dict(found.types),
        "matrix": [
            {"no": duty.no, "task": duty.label, "responsible": duty.responsible, "participating": duty.participating}
            for duty in found.matrix
        ],
        "due": {"from": found.span.starts, "to": found.span.ends, "rows": list(due_rows(found))},
        "warnings": [
            {"kind": one.kind, "says": str(one.says), "items": one.items, "count": one.count} for one in found.warnings
        ],
    }  # fmt: skip


def due_rows(found: Preview) -> Iterator[dict[str, Any]]:
    """One a due day and occasion, with how many units owe it."""
    for one in found.falling:
        yield {
            "date": str(one.due_on), "obligation": one.code, "title": one.title, "period": str(one.period), "units": one.units,
            "source": " ".join(one.sources), "confirm": one.confirm,
        }  # fmt: skip


def tree(units: tuple[PlannedUnit, ...]) -> Iterator[tuple[int, PlannedUnit]]:
    """(depth, unit), parents before children; a unit whose parent is not among them stands at the top."""
    codes = {unit.code for unit in units}
    below: dict[str, list[PlannedUnit]] = {}
    for unit in units:
        below.setdefault(unit.parent if unit.parent in codes and unit.parent != unit.code else "", []).append(unit)
    waiting = [(0, unit) for unit in reversed(below.get("", []))]
    while waiting:
        depth, unit = waiting.pop()
        yield depth, unit
        waiting += [(depth + 1, child) for child in reversed(below.get(unit.code, []))]


def show_ahead(ahead: Ahead, decisions: Mapping[str, Side], *, as_json: bool) -> None:
    if as_json:
        print_json(ahead_json(ahead, decisions))
        return
    for line in difference_lines(ahead):
        click.echo(line)
    for one in ahead.merge.conflicts:
        side = decisions.get(one.path)
        click.echo(f"? {one.title}（{one.path}）")
        click.echo(f"    原来：{one.before or '—'}  新版本：{one.theirs or '—'}  本区：{one.mine}")
        words = "--mine 或 --theirs" if one.mine_possible else "只能 --theirs"
        click.echo(f"    {side or words + ' ' + one.path}")
    for path in ahead.merge.lapsed:
        click.echo(f"! {path} 的内容变了，须重新确认")


def difference_lines(ahead: Ahead) -> Iterator[str]:
    if ahead.difference is None or ahead.difference.nothing:
        yield "区域包没有变化"
        return
    signs = {"added": "+", "removed": "-", "changed": "~"}
    for section in ahead.difference.sections:
        yield f"{section.title}（{section.section}）"
        for element in section.elements:
            yield f"  {signs[element.how]} {element.label}" + (f"（{element.code}）" if element.code else "")
            for change in element.fields:
                yield f"      {change.title or '内容'}：{change.before or '—'} → {change.after or '—'}"
    for moved in ahead.difference.moved:
        before, after = ("、".join(map(str, days[:6])) or "—" for days in (moved.before, moved.after))
        yield f"截止日变动 {moved.title}：{before} → {after}"


def ahead_json(ahead: Ahead, decisions: Mapping[str, Side]) -> dict[str, Any]:
    found = ahead.difference
    return {
        "in_force": ahead.version,
        "sections": [
            {
                "section": section.section,
                "elements": [
                    {
                        "code": one.code, "label": one.label, "how": one.how,
                        "fields": [{"field": own.title, "before": own.before, "after": own.after} for own in one.fields],
                    }
                    for one in section.elements
                ],
            }
            for section in (found.sections if found else ())
        ],
        "moved": [
            {"obligation": one.code, "title": one.title, "before": one.before, "after": one.after}
            for one in (found.moved if found else ())
        ],
        "kept": ahead.merge.kept, "lapsed": ahead.merge.lapsed,
        "conflicts": [
            {
                "path": one.path, "title": str(one.title), "before": one.before, "theirs": one.theirs, "mine": one.mine,
                "mine_possible": one.mine_possible, "decided": decisions.get(one.path),
            }
            for one in ahead.merge.conflicts
        ],
    }  # fmt: skip
