"""What the audit log says of attachments, in words."""

from __future__ import annotations

from core.audit.words import named
from core.files.models import File
from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "file", "附件",
        {"file.stored": "上传附件", "file.attached": "挂接附件", "file.discarded": "撤回附件", "file.missing": "附件丢失"},
        facts={"size": "字节", "media_type": "格式", "purpose": "用途", "subject_kind": "所属"},
        endpoint="files.content", argument="file_id", names=named(File.id, File.name),
    ),
)  # fmt: skip
