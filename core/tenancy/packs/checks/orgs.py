"""Org types, departments, bodies, posts, the responsibility matrix."""

from __future__ import annotations

import re

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import nearest
from core.tenancy.packs.model import REQUIRED_TERMS, Pack

PERMISSION = re.compile(r"^[a-z]+(_[a-z]+)*:[a-z_]+:[a-z_]+$")


@check("terms")
def terms(pack: Pack, report: Report) -> None:
    """The words every page needs are there."""
    known = report.codes(("terms",), pack.terms)
    for word in REQUIRED_TERMS:
        if word not in known:
            report.fault(
                ("terms",), "missing-term", f"缺少用语 {word}", "每个区域包都要有：" + "、".join(REQUIRED_TERMS)
            )


@check("org_types")
def org_types(pack: Pack, report: Report) -> None:
    """Supervisors exist and may supervise."""
    known = report.codes(("org_types",), pack.org_types)
    for index, org_type in enumerate(pack.org_types):
        path = ("org_types", index, "supervised_by")
        report.known(path, org_type.supervised_by, known, "单位类型", "no-such-org-type")
        for s, code in enumerate(org_type.supervised_by):
            if code in known and not pack.org_type(code).supervises:
                report.fault(
                    (*path, s), "cannot-supervise", f"{code} 不能督导其他单位", f"在 {code} 上写 supervises: true"
                )


@check("departments", "bodies")
def bodies(pack: Pack, report: Report) -> None:
    """Parents exist; codes of departments and bodies are one namespace."""
    departments = report.codes(("departments",), pack.departments)
    others = report.codes(("bodies",), pack.bodies)
    for index, department in enumerate(pack.departments):
        report.one(("departments", index, "parent"), department.parent, departments, "部门", "no-such-department")
    for index, body in enumerate(pack.bodies):
        report.one(("bodies", index, "parent"), body.parent, departments | others, "机构", "no-such-body")
        if body.code in departments:
            report.fault(("bodies", index, "code"), "code-twice", f"代码 {body.code} 已是部门", "部门和机构不能同码")


@check("posts", "permission_sets", "org_types")
def posts(pack: Pack, report: Report) -> None:
    """Posts are held in existing org types and give well-formed permissions."""
    report.codes(("posts",), pack.posts)
    bundles = report.codes(("permission_sets",), pack.permission_sets)
    org_types = frozenset(org_type.code for org_type in pack.org_types)
    for index, bundle in enumerate(pack.permission_sets):
        _permissions(pack, report, ("permission_sets", index, "permissions"), bundle.permissions)
    for index, post in enumerate(pack.posts):
        report.known(("posts", index, "held_in"), post.held_in, org_types, "单位类型", "no-such-org-type")
        if not post.grants:
            report.fault(("posts", index), "no-grants", f"岗位 {post.label} 没有任何权限", "至少写一条 grants")
        for g, grant in enumerate(post.grants):
            path = ("posts", index, "grants", g)
            report.known((*path, "sets"), grant.sets, bundles, "权限组", "no-such-set")
            _permissions(pack, report, (*path, "permissions"), grant.permissions)


@check("main_tasks", "departments", "bodies", "domains")
def matrix(pack: Pack, report: Report) -> None:
    """The matrix names existing departments and domains. An empty ``responsible`` is no fault: 未指定."""
    report.codes(("main_tasks",), pack.main_tasks)
    departments = frozenset(department.code for department in pack.departments)
    bodies = frozenset(body.code for body in pack.bodies)
    domains = frozenset(domain.code for domain in pack.domains)
    for index, task in enumerate(pack.main_tasks):
        path = ("main_tasks", index)
        report.known((*path, "responsible"), task.responsible, departments, "部门", "no-such-department")
        report.known((*path, "participating"), task.participating, departments, "部门", "no-such-department")
        report.one((*path, "coordinator"), task.coordinator, departments | bodies, "部门或机构", "no-such-department")
        report.known((*path, "domains"), task.domains, domains, "领域", "no-such-domain")


def own_permissions(pack: Pack) -> frozenset[str]:
    """Permissions that only this pack has: of each register that asks for its very own, ``register:<code>:read``."""
    return frozenset(
        register.read_by
        for register in pack.registers
        if register.read_by == f"register:{register.extends or register.code}:read"
    )


def _permissions(pack: Pack, report: Report, path: tuple[str | int, ...], codes: tuple[str, ...]) -> None:
    known = None if report.permissions is None else report.permissions | own_permissions(pack)
    for index, code in enumerate(codes):
        if not PERMISSION.match(code):
            report.fault((*path, index), "bad-permission", f"{code} 不是权限代码", "形如 hazard:case:read")
        elif known is not None and code not in known:
            report.fault((*path, index), "no-such-permission", f"没有权限 {code}", nearest(code, known))


CHECKS = (terms, org_types, bodies, posts, matrix)
