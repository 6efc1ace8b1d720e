"""Registers: fields make sense by themselves, rules speak of fields that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.tenancy.packs.checks.orgs import PERMISSION, own_permissions
from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path, nearest
from core.tenancy.packs.model import (
    FieldKind,
    Having,
    Pack,
    Register,
    RegisterCondition,
    RegisterField,
    RegisterRule,
    RuleKind,
)

CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
TAKEN = frozenset({
    "id", "tenant_id", "unit_id", "unit_name", "version", "extra", "retired_on", "title", "valid_from", "valid_until", "register",
    "page", "page_size", "sort", "text", "state", "due", "csrf_token",
})  # fmt: skip
"""Names every entry and every list has already."""
VALIDITY = ("valid_from", "valid_until")
MOST_FILES = 20


@check("registers", "org_types", "domains")
def registers(pack: Pack, report: Report) -> None:
    """Codes, fields and rules of each register."""
    own = {register.code for register in pack.registers if not register.extends}
    org_types = frozenset(org_type.code for org_type in pack.org_types)
    for index, register in enumerate(pack.registers):
        path: Path = ("registers", index)
        if not CODE.match(register.code):
            report.fault(
                (*path, "code"),
                "bad-code",
                f"{register.code} 不能作台账代码",
                "小写字母开头，只用小写字母、数字和 _，不超过 40 个字符",
            )
        foreign = _extended(register, path, report)
        if not register.extends and not register.fields:
            report.fault(path, "no-fields", f"台账 {register.label} 没有字段", "至少写一个 fields")
        fields = _fields(register, path, own, report)
        for position, field in enumerate(register.fields):
            if foreign and field.code in foreign:
                wrong = f"{register.extends} 已有字段 {field.code}"
                report.fault((*path, "fields", position, "code"), "code-twice", wrong, "换一个代码")
        known = fields if not register.extends else None if foreign is None else {**foreign, **fields}
        _read_by(pack, register, path, report)
        _files(pack, register, path, report)
        for position, code in enumerate(register.named_by):
            report.one((*path, "named_by", position), code, fields, "字段", "no-such-field")
        report.codes((*path, "rules"), register.rules)
        for position, rule in enumerate(register.rules):
            here = (*path, "rules", position)
            _rule(rule, here, known, report)
            report.known((*here, "org_types"), rule.org_types, org_types, "单位类型", "no-such-org-type")
            _others(pack, register, rule, known, here, report)
            _category(pack, register, rule, here, report)


def _extended(register: Register, path: Path, report: Report) -> Mapping[str, RegisterField | None] | None:
    """Fields of the plugin's register that is extended; None where nobody here knows them."""
    if not register.extends:
        return {}
    for name in ("validity", "named_by", "kept_in"):
        if getattr(register, name):
            report.fault((*path, name), "not-extended", f"{name} 由插件的台账决定", "extends 只能增加 fields 和 rules")
    if report.registers is None:
        return None
    if register.extends not in report.registers:
        right = nearest(register.extends, report.registers)
        report.fault((*path, "extends"), "no-such-register", f"没有插件台账 {register.extends}", right)
        return None
    return dict.fromkeys(report.registers[register.extends])


def _read_by(pack: Pack, register: Register, path: Path, report: Report) -> None:
    """A permission that there is, or the register's very own; and nothing open points into what is not open."""
    _permission(pack, register.read_by, (*path, "read_by"), report)
    readers = {other.code: other.read_by for other in pack.registers if not other.extends}
    for position, field in enumerate(register.fields):
        needed = readers.get(field.to, "")
        if needed and needed != register.read_by:
            wrong = f"{field.label} 指向的台账 {field.to} 只给有 {needed} 的人看"
            report.fault((*path, "fields", position, "to"), "reads-restricted", wrong, f"本台账也写 read_by: {needed}")


def _files(pack: Pack, register: Register, path: Path, report: Report) -> None:
    files = register.files
    if files is None:
        return
    here = (*path, "files")
    if not files.label.strip():
        report.fault((*here, "label"), "no-label", "files 没有写明附件是什么", "例：证书扫描件")
    if not 1 <= files.most <= MOST_FILES:
        report.fault((*here, "most"), "bad-number", f"{files.most} 个附件不行", f"1 至 {MOST_FILES}")
    if not files.sorts:
        report.fault((*here, "sorts"), "no-sorts", "files 没有一种可以上传的文件", "例：[image, pdf]")
    if files.checked_by and not files.personal:
        report.fault(
            (*here, "checked_by"), "not-personal", "checked_by 只用于 personal: true", "看得到台账的人都看得到附件"
        )
    _permission(pack, files.checked_by, (*here, "checked_by"), report)


def _permission(pack: Pack, code: str, path: Path, report: Report) -> None:
    if not code:
        return
    if not PERMISSION.match(code):
        report.fault(path, "bad-permission", f"{code} 不是权限代码", "形如 register:visits:read")
    elif report.permissions is not None:
        report.one(path, code, report.permissions | own_permissions(pack), "权限", "no-such-permission")


def _fields(register: Register, path: Path, own: set[str], report: Report) -> dict[str, RegisterField | None]:
    report.codes((*path, "fields"), register.fields)
    by_code = {field.code: field for field in register.fields}
    for position, field in enumerate(register.fields):
        here = (*path, "fields", position)
        if not CODE.match(field.code) or field.code in TAKEN:
            report.fault(
                (*here, "code"), "bad-code", f"{field.code} 不能作字段代码", "小写字母、数字和 _，且不与固定列同名"
            )
        if (field.kind is FieldKind.CHOICE) != bool(field.choices):
            report.fault(
                (*here, "choices"),
                "choices",
                f"{field.label} 的 choices 与 kind 不符",
                "kind: choice 才有 choices，且不能为空",
            )
        report.codes((*here, "choices"), field.choices)
        if (field.kind is FieldKind.ENTRY) != bool(field.to):
            report.fault((*here, "to"), "to", f"{field.label} 的 to 与 kind 不符", "kind: entry 时写明指向的台账代码")
        if field.to:
            report.one((*here, "to"), field.to, own | set(report.registers or {field.to}), "台账", "no-such-register")
        for name in ("expires", "past"):
            if getattr(field, name) and field.kind is not FieldKind.DATE:
                report.fault((*here, name), "not-a-date", f"{field.label} 不是日期", f"{name} 只用于 kind: date")
        if field.expires and register.extends:
            report.fault(
                (*here, "expires"), "not-extended", f"{field.label} 不能决定有效期", "插件台账的有效期由插件决定"
            )
        if field.after:
            dates = {code for code, other in by_code.items() if other.kind is FieldKind.DATE} - {field.code}
            report.one((*here, "after"), field.after, dates, "日期字段", "no-such-field")
    found: dict[str, RegisterField | None] = dict(by_code)
    if register.validity is not None:
        titles = (register.validity.starts, register.validity.ends)
        found |= {code: None for code, title in zip(VALIDITY, titles, strict=True) if title}
        if not any(titles):
            report.fault((*path, "validity"), "no-dates", "validity 没有日期", "写明 starts 或 ends 的名称")
    return found


def _rule(rule: RegisterRule, path: Path, known: Mapping[str, RegisterField | None] | None, report: Report) -> None:
    if rule.kind is RuleKind.AT_LEAST and not (rule.kinds or rule.org_types or rule.stages):
        report.fault(path, "over-nobody", f"{rule.label} 没有写明对哪些单位", "写 kinds、org_types 或 stages")
    if (rule.kind is RuleKind.FRESH_WITHIN) != (rule.days is not None):
        report.fault((*path, "days"), "days", f"{rule.label} 的 days 与 kind 不符", "kind: fresh_within 时写明天数")
    if (rule.kind is RuleKind.MATCHES) != bool(rule.must):
        report.fault((*path, "must"), "must", f"{rule.label} 的 must 与 kind 不符", "kind: matches 时写明条件")
    if known is None:
        return
    for name in ("field", "sum_of"):
        report.one((*path, name), getattr(rule, name), known, "字段", "no-such-field")
    needs_date = rule.kind is RuleKind.FRESH_WITHIN or rule.kind is RuleKind.NONE_EXPIRED
    if needs_date and not rule.field and not _expiring(known):
        report.fault((*path, "field"), "no-date", f"{rule.label} 没有写明看哪个日期", "在 field 写日期字段的代码")
    for group in ("where", "must"):
        for position, asked in enumerate(getattr(rule, group)):
            _condition(asked, (*path, group, position), known, report)


def _others(
    pack: Pack,
    register: Register,
    rule: RegisterRule,
    known: Mapping[str, RegisterField | None] | None,
    path: Path,
    report: Report,
) -> None:
    """What a rule asks of files, of other registers and of the units it is over."""
    takes_files = register.files is not None or (register.extends and known is None)
    if rule.kind is RuleKind.HAS_FILES and not takes_files and not register.extends:
        report.fault((*path, "kind"), "no-files", f"{rule.label} 要看附件，这个台账不附文件", "给台账写 files")
    if rule.having is not None:
        having(pack, rule.having, (*path, "having"), report)
        if rule.having.holding:
            wrong = f"{rule.label} 只能凭台账认定单位"
            report.fault((*path, "having", "holding"), "registers-only", wrong, "写 register")
    if (rule.kind is RuleKind.BALANCED) != (rule.balance is not None):
        report.fault((*path, "balance"), "balance", f"{rule.label} 的 balance 与 kind 不符", "kind: balanced 时写明")
    if rule.balance is None:
        return
    here = (*path, "balance")
    number = (known or {}).get(rule.field)
    if known is not None and (number is None or number.kind is not FieldKind.INTEGER):
        report.fault((*path, "field"), "not-a-number", f"{rule.label} 没有写明哪个数字", "field 写 integer 字段的代码")
    own = next((one for one in pack.registers if one.code == rule.balance.register and not one.extends), None)
    if own is None:
        codes = {one.code for one in pack.registers if not one.extends}
        report.one((*here, "register"), rule.balance.register, codes, "台账", "no-such-register")
        return
    fields = {field.code: field for field in own.fields}
    kinds = {"entry": FieldKind.ENTRY, "number": FieldKind.INTEGER, "movement": FieldKind.CHOICE}
    for name, kind in kinds.items():
        fits = {code for code, field in fields.items() if field.kind is kind}
        if name == "entry":
            fits = {code for code in fits if fields[code].to == register.code}
        report.one((*here, name), getattr(rule.balance, name), fits, "字段", "no-such-field")
    words = {choice.code for choice in fields[rule.balance.movement].choices} if rule.balance.movement in fields else ()
    for name in ("adds", "takes"):
        report.known((*here, name), getattr(rule.balance, name), words, "选项", "no-such-choice")


def having(pack: Pack, asked: Having, path: Path, report: Report) -> None:
    """Which units have it, by a register or by the word of a plugin."""
    if bool(asked.register) == bool(asked.holding):
        report.fault(path, "one-holding", f"{asked.label} 要写明凭什么认定", "register 和 holding 写其中一个")
    if asked.where and not asked.register:
        report.fault((*path, "where"), "no-register", "where 只用于 register", "写明 register，或去掉 where")
    if report.holdings is not None:
        report.one((*path, "holding"), asked.holding, report.holdings, "单位事项", "no-such-holding")
    if not asked.register:
        return
    own = {one.code for one in pack.registers if not one.extends}
    if report.registers is not None or asked.register in own:
        report.one((*path, "register"), asked.register, {*own, *(report.registers or ())}, "台账", "no-such-register")
    conditions(pack, asked.register, asked.where, path, report)


def conditions(pack: Pack, register: str, where: tuple[RegisterCondition, ...], path: Path, report: Report) -> None:
    """``where`` of whatever speaks of a register's entries."""
    fields = _fields_of(pack, register, report)
    for position, part in enumerate(where if fields is not None else ()):
        _condition(part, (*path, "where", position), fields or {}, report)


def _fields_of(pack: Pack, code: str, report: Report) -> Mapping[str, RegisterField | None] | None:
    """Code → field of a register of the pack or of a plugin (then None: of an unknown kind); None where nobody here knows them."""
    found: dict[str, RegisterField | None] = {}
    if code not in {own.code for own in pack.registers if not own.extends}:
        if report.registers is None or code not in report.registers:
            return None
        found |= dict.fromkeys(report.registers[code])
    for register in pack.registers:
        if (register.extends or register.code) == code:
            found |= {field.code: field for field in register.fields}
    return found


def _expiring(known: Mapping[str, RegisterField | None]) -> bool:
    return "valid_until" in known or any(field is None or field.expires for field in known.values())


def _condition(
    condition: RegisterCondition, path: Path, known: Mapping[str, RegisterField | None], report: Report
) -> None:
    report.one((*path, "field"), condition.field, known, "字段", "no-such-field")
    asked = (condition.among, condition.filled, condition.least, condition.most)
    if all(part in (None, ()) for part in asked):
        report.fault(path, "no-condition", f"对 {condition.field} 没有要求", "写 among、filled、least 或 most")
    field = known.get(condition.field)
    if field is not None and field.kind is FieldKind.CHOICE:
        report.known(
            (*path, "among"), condition.among, {choice.code for choice in field.choices}, "选项", "no-such-choice"
        )


def _category(pack: Pack, register: Register, rule: RegisterRule, path: Path, report: Report) -> None:
    domain = next((own for own in pack.domains if own.code == register.domain), None)
    if rule.category and domain is not None and domain.categories:
        known = {category.code for category in domain.categories}
        report.one((*path, "category"), rule.category, known, "隐患类别", "no-such-category")


CHECKS = (registers,)
