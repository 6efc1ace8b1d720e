"""What the audit log says of accounts, in words."""

from __future__ import annotations

from core.audit.words import named
from core.hooks.meta import Audited
from core.identity.models import ApiToken, Person

AUDITED = (
    Audited(
        "person", "用户",
        {
            "auth.signed_in": "登录", "auth.refused": "登录被拒", "auth.switched_in": "从关联单位切换进入", "session.ended": "退出登录",
            "person.created": "新增用户", "person.updated": "修改用户", "person.disabled": "停用用户", "person.enabled": "启用用户",
            "person.password_reset": "发放一次性密码", "person.password_changed": "修改密码", "person.linked": "关联其他单位账号",
            "person.unlinked": "解除账号关联",
        },
        facts={
            "ip": "地址", "login": "登录名", "fields": "改动项", "sessions_ended": "退出的设备", "tokens_revoked": "收回的令牌",
            "other_tenant_id": "对方单位", "from_tenant_id": "来自单位",
        },
        names=named(Person.id, Person.name),
    ),
    Audited(
        "api_token", "接口令牌", {"token.created": "发放令牌", "token.revoked": "收回令牌"},
        facts={"name": "用途", "days": "有效天数"},
        endpoint="account.index", names=named(ApiToken.id, ApiToken.name),
    ),
)  # fmt: skip
