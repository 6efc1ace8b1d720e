"""What the inbox asks permission for."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class NoticePermission(Permission):
    READ = "notice:inbox:read"


DECLARED = declare(NoticePermission, {NoticePermission.READ: ("查看站内信", "每人只看得到发给自己的消息")})
