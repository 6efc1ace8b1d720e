"""What the audit log says of imports and exports, in words."""

from __future__ import annotations

from core.audit.words import named
from core.exchange.models import Export, ImportBatch
from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "import_batch", "导入批次",
        {
            "import.received": "上传表格", "import.read": "核对表格", "import.ordered": "确认导入", "import.committed": "导入表格",
            "import.undone": "撤销导入",
        },
        facts={
            "kind": "种类", "file_name": "文件", "rows": "行数", "faulty": "有误", "created": "新增", "changed": "更新", "same": "不变",
            "refused": "拒绝",
        },
        endpoint="imports.show", argument="batch_id", names=named(ImportBatch.id, ImportBatch.file_name),
    ),
    Audited(
        "export", "导出文件", {"export.ordered": "导出表格", "export.made": "生成导出文件", "export.taken": "下载导出文件"},
        facts={"kind": "种类", "rows": "行数", "photos": "照片", "query": "筛选"},
        endpoint="exports.index", names=named(Export.id, Export.kind_title),
    ),
)  # fmt: skip
