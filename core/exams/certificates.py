"""人员证书: a register declared in code. List, forms, REST, tables, notices before they end: core.registers does them."""

from __future__ import annotations

from typing import Any

from core.exams.models import PersonCertificate
from core.exams.permissions import ExamPermission
from core.exams.words import CERTIFICATES
from core.kernel.errors import Invalid
from core.registers.declared import Completing, Register
from core.tenancy.packs.model import FieldKind, RegisterChoice, RegisterField, RegisterFiles

SLUG = "certificates"


def complete_holder(work: Completing, given: dict[str, Any]) -> dict[str, Any]:
    """Somebody holds it: a person with an account, or one in words. Raises Invalid."""
    whole = {**(work.before or {}), **given}
    if whole.get("person_id") is None and not (whole.get("holder") or "").strip():
        raise Invalid(fields={"person_id": "请选择持证人；没有账号的在下一项填写"})
    return given


CERTIFICATE_REGISTER = Register(
    slug=SLUG,
    title="人员证书",
    model=PersonCertificate,
    icon="certificate",
    read=ExamPermission.CERTIFICATES,
    write=ExamPermission.CERTIFY,
    named_by=("kind",),
    identified_by=("kind", "holder", "number"),
    kept_in=("school", "kindergarten", "campus", "training_institution", "bureau", "department", "cluster"),
    fields=(
        RegisterField(
            code="kind", label="证书种类", kind=FieldKind.CHOICE, required=True,
            choices=tuple(RegisterChoice(code=code, label=label) for code, label in CERTIFICATES.items()),
            help="消控证在消防安全的台账里登记，这里不重复",
        ),
        RegisterField(code="person_id", label="持证人", kind=FieldKind.PERSON, personal=True, help="在本单位任职、有账号的人员"),
        RegisterField(code="holder", label="持证人（没有账号的）", most=40, personal=True, listed=False, help="填姓名或工号；只有登记人能看到"),
        RegisterField(code="number", label="证书编号", most=40, personal=True, listed=False, help="可只填后四位"),
        RegisterField(code="issuer", label="发证机关", most=80),
        RegisterField(code="issued_on", label="发证日期", kind=FieldKind.DATE, past=True),
        RegisterField(
            code="valid_until", label="有效期至", kind=FieldKind.DATE, expires=True, after="issued_on", help="长期有效的不填"
        ),
    ),
    complete=complete_holder,
    files=RegisterFiles(
        label="证书扫描件", personal=True, checked_by="inspection:visit:conduct", help="拍证书的照片或上传PDF；健康证只拍有效期一面"
    ),
)  # fmt: skip
