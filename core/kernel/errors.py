"""The one tree of errors. Says what went wrong in words a person can act on; knows nothing of HTTP.

``message`` is a Chinese message id with ``%(name)s`` placeholders; core.http.problems translates and maps it.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.phrases import Phrase


class XiaoanError(Exception):
    """``fields`` names each refused input and what would be right: {"due_on": "…"}; with values inside, as a Phrase."""

    default = "出了一点问题，请稍后再试"

    def __init__(
        self, message: str | None = None, *, fields: Mapping[str, str] | None = None, **params: object
    ) -> None:
        self.message = message or self.default
        self.params = params
        self.fields: dict[str, str] = dict(fields or {})
        super().__init__(self.text())

    @property
    def phrase(self) -> Phrase:
        """The message with its values, to be translated where it is shown."""
        return self.message if isinstance(self.message, Phrase) else Phrase(self.message, **self.params)

    def text(self) -> str:
        """The message with its values, untranslated."""
        return str(self.phrase)

    @property
    def code(self) -> str:
        """Stable name for programs, e.g. ``not_found``."""
        return "".join("_" + c.lower() if c.isupper() else c for c in type(self).__name__).lstrip("_")


class Invalid(XiaoanError):
    default = "填写的内容有误，请按提示修改"


class NotFound(XiaoanError):
    """Also for what exists outside one's scope: the two must not be told apart."""

    default = "没有找到，可能已被删除或不在您的权限范围内"


class SignInNeeded(XiaoanError):
    default = "请先登录"


class Forbidden(XiaoanError):
    default = "您没有做这件事的权限，请联系本单位管理员"


class Conflict(XiaoanError):
    default = "与现有的数据冲突"


class Refused(XiaoanError):
    """A rule of the district or of the law says no."""

    default = "按规定现在不能这样做"


class Stale(XiaoanError):
    """Someone else changed it first. ``changes`` lists what is different now: {"stage": ["整改中", "已报告"]}."""

    default = "已被他人修改，请核对最新内容后重试"

    def __init__(
        self, message: str | None = None, *, changes: Mapping[str, list[object]] | None = None, **params: object
    ) -> None:
        self.changes = dict(changes or {})
        super().__init__(message, fields=None, **params)


class PreconditionNeeded(XiaoanError):
    default = "请带上 If-Match，说明您看到的是哪个版本"


class TooMany(XiaoanError):
    default = "操作太频繁，请稍后再试"

    def __init__(self, message: str | None = None, *, retry_after_s: int = 60, **params: object) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, fields=None, **params)


class TooLarge(XiaoanError):
    default = "文件太大"


class Unavailable(XiaoanError):
    default = "系统暂时不可用，请稍后再试"
