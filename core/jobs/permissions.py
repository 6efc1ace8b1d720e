"""What the list of jobs asks permission for."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class JobPermission(Permission):
    READ = "job:run:read"


DECLARED = declare(
    JobPermission, {JobPermission.READ: ("查看后台任务", "任务列表显示全区的导入、汇总等进度，供管理员排查")}
)
