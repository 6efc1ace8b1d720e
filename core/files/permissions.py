"""What attachments ask permission for; whether a given file may be seen is decided by what it is attached to."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class FilePermission(Permission):
    READ = "file:object:read"
    WRITE = "file:object:write"


DECLARED = declare(
    FilePermission,
    {
        FilePermission.READ: ("查看附件", "附件跟随所属事项：看得到事项的人才看得到附件"),
        FilePermission.WRITE: ("上传附件", "现场照片、文件等佐证由经办人上传"),
    },
)
