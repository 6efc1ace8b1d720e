"""The lifecycle's own words: every code it uses exists."""

from __future__ import annotations

from string import Formatter

from core.tenancy.packs.checks.orgs import PERMISSION
from core.tenancy.packs.checks.report import Report, check, walk
from core.tenancy.packs.faults import Path, nearest
from core.tenancy.packs.model import (
    Actor,
    Canonical,
    Fact,
    LegalGrade,
    Lifecycle,
    Need,
    Numbering,
    Origin,
    Pack,
    Requirement,
    Trigger,
    When,
)

_PLACEHOLDERS = frozenset({"slug", "year", "month", "day", "unit", "domain", "seq"})
_AT = ("lifecycle",)


@check("lifecycle")
def words(pack: Pack, report: Report) -> None:
    """Codes are unique; the initial stage and every stage of a move exist."""
    life = pack.lifecycle
    stages = report.codes((*_AT, "stages"), life.stages)
    moves = report.codes((*_AT, "moves"), life.moves)
    for name in ("shortcuts", "parts", "grounds", "sources", "grades", "tracks", "escalations", "numberings"):
        report.codes((*_AT, name), getattr(life, name))
    report.one((*_AT, "initial"), life.initial, stages, "阶段", "no-such-stage")
    for index, move in enumerate(life.moves):
        path = (*_AT, "moves", index)
        report.known((*path, "from"), move.from_, stages, "阶段", "no-such-stage")
        report.one((*path, "to"), move.to, stages, "阶段", "no-such-stage")
        if not move.by:
            report.fault(path, "nobody", f"动作 {move.label} 没有人可以做", "在 by 写明谁可以做")
    for index, track in enumerate(life.tracks):
        for name in ("opens", "closes"):
            report.one((*_AT, "tracks", index, name), getattr(track, name), stages, "阶段", "no-such-stage")
    for index, numbering in enumerate(life.numberings):
        _numbering(report, (*_AT, "numberings", index), numbering, moves)
    if "hazard" not in {numbering.code for numbering in life.numberings}:
        report.fault((*_AT, "numberings"), "no-hazard-number", "缺少隐患编号 hazard", "写一条 code: hazard")


@check("lifecycle")
def parts_and_grounds(pack: Pack, report: Report) -> None:
    """Grounds and rules ask for existing plan parts; one ground is the default; the grades are the two legal ones."""
    life = pack.lifecycle
    parts = frozenset(part.code for part in life.parts)
    for index, ground in enumerate(life.grounds):
        report.known((*_AT, "grounds", index, "parts"), ground.parts, parts, "整改要素", "no-such-part")
    if sum(ground.default for ground in life.grounds) != 1:
        report.fault((*_AT, "grounds"), "one-default", "grounds 应恰有一个 default: true", "只有一种情形时也要标出")
    for index, rule in enumerate(life.part_rules):
        report.known((*_AT, "part_rules", index, "parts"), rule.parts, parts, "整改要素", "no-such-part")
    if {grade.code for grade in life.grades} != set(LegalGrade):
        right = "恰好两级：general（一般）和 major（重大）；本区自己的分类写在 classes"
        report.fault((*_AT, "grades"), "legal-grades", "隐患等级不是法定两级", right)
    if not any(source.origin is Origin.SELF_CHECK for source in life.sources):
        report.fault((*_AT, "sources"), "no-self-check", "隐患来源缺少自查", "写一条 origin: self_check")


@check("lifecycle", "domains", "org_types")
def conditions(pack: Pack, report: Report) -> None:
    """Every condition, requirement and actor inside the lifecycle uses words that exist."""
    life = pack.lifecycle
    known = {
        "grounds": frozenset(ground.code for ground in life.grounds),
        "sources": frozenset(source.code for source in life.sources),
        "domains": frozenset(domain.code for domain in pack.domains),
        "org_types": frozenset(org_type.code for org_type in pack.org_types),
    }
    for path, element in walk(life, _AT):
        if isinstance(element, When):
            for name, codes in known.items():
                report.known((*path, name), getattr(element, name), codes, "", f"no-such-{name[:-1].replace('_', '-')}")
        elif isinstance(element, Requirement):
            _requirement(report, path, element, life)
        elif isinstance(element, Actor):
            _permission(report, (*path, "permission"), element.permission)
        if not isinstance(element, Actor) and hasattr(element, "permission"):
            _permission(report, (*path, "permission"), element.permission)


@check("lifecycle", "departments", "bodies", "posts")
def sidelines(pack: Pack, report: Report) -> None:
    """Risk control, supervision and escalation point at what exists."""
    life = pack.lifecycle
    parts = frozenset(part.code for part in life.parts)
    escalations = frozenset(escalation.code for escalation in life.escalations)
    addressees = frozenset(item.code for group in (pack.departments, pack.bodies, pack.posts) for item in group)
    controlled = life.stages_of(Canonical.RISK_CONTROLLED)
    if life.risk_control:
        path: Path = (*_AT, "risk_control")
        report.one((*path, "stage"), life.risk_control.stage, controlled, "带险管控阶段", "no-such-stage")
        report.known((*path, "parts"), life.risk_control.parts, parts, "整改要素", "no-such-part")
        report.known((*path, "on_expiry"), life.risk_control.on_expiry, escalations, "升级", "no-such-escalation")
    elif controlled:
        right = "写 risk_control，或去掉该阶段"
        report.fault((*_AT, "stages"), "no-risk-control", f"有带险管控阶段 {controlled[0]} 而没有管控条件", right)
    for index, escalation in enumerate(life.escalations):
        path = (*_AT, "escalations", index)
        report.one((*path, "to"), escalation.to, addressees, "部门、机构或岗位", "no-such-addressee")
        if escalation.trigger is Trigger.MANUAL and not (escalation.by and escalation.permission):
            report.fault(path, "nobody", f"{escalation.label} 由人提出，但没写谁可以", "写 by 和 permission")
    if life.supervision:
        numberings = frozenset(numbering.code for numbering in life.numberings)
        where = (*_AT, "supervision", "numbering")
        report.one(where, life.supervision.numbering, numberings, "编号规则", "no-such-numbering")
        posts = frozenset(post.code for post in pack.posts)
        report.known((*_AT, "supervision", "supervisors"), life.supervision.supervisors, posts, "岗位", "no-such-post")


def _requirement(report: Report, path: Path, requirement: Requirement, life: Lifecycle) -> None:
    at = (*path, "of")
    match requirement.need:
        case Need.FIELDS:
            report.known(at, requirement.of, Fact, "字段", "no-such-field")
        case Need.PLAN:
            report.known(at, requirement.of, (part.code for part in life.parts), "整改要素", "no-such-part")
        case Need.FOLLOW_UP:
            report.known(at, requirement.of, (track.code for track in life.tracks), "跟踪记录", "no-such-track")
        case _ if requirement.of:
            report.fault(at, "bad-value", f"{requirement.need} 不用 of", "去掉 of")
    wants_of = requirement.need in (Need.FIELDS, Need.FOLLOW_UP)
    if wants_of and not requirement.of:
        report.fault(path, "missing", f"{requirement.need} 没有写 of", "写明是哪些")
    if requirement.at_least < 1:
        report.fault(
            (*path, "at_least"), "bad-value", f"at_least 为 {requirement.at_least}", "至少为 1；不要求就去掉这一条"
        )


def _permission(report: Report, path: Path, code: str) -> None:
    if code and not PERMISSION.match(code):
        report.fault(path, "bad-permission", f"{code} 不是权限代码", "形如 hazard:case:close")
    elif code and report.permissions is not None and code not in report.permissions:
        report.fault(path, "no-such-permission", f"没有权限 {code}", nearest(code, report.permissions))


def _numbering(report: Report, path: Path, numbering: Numbering, moves: frozenset[str]) -> None:
    report.one((*path, "on"), numbering.on, moves, "动作", "no-such-move")
    try:
        names = {name for _, name, _, _ in Formatter().parse(numbering.pattern) if name is not None}
        numbering.pattern.format(**{name: 1 if name != "slug" else "" for name in _PLACEHOLDERS})
    except (ValueError, KeyError, IndexError):
        names = {name for _, name, _, _ in _parts(numbering.pattern) if name is not None}
        wrong = names - _PLACEHOLDERS
        right = f"可用：{'、'.join(sorted(_PLACEHOLDERS))}；例 {{year}}-{{seq:05d}}"
        what = f"不认识 {{{min(wrong)}}}" if wrong else "写法有误"
        report.fault((*path, "pattern"), "bad-pattern", f"编号规则 {numbering.pattern} {what}", right)
        return
    if "seq" not in names:
        report.fault(
            (*path, "pattern"),
            "bad-pattern",
            f"编号规则 {numbering.pattern} 没有流水号",
            "要含 {seq}，例 {year}-{seq:05d}",
        )


def _parts(pattern: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(pattern))
    except ValueError:
        return []


CHECKS = (words, parts_and_grounds, conditions, sidelines)
