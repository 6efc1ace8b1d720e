"""Pages of the switchboard: 插件管理, 参数与读法."""

from core.switchboard.pages import pack, plugins
from core.switchboard.pages.blueprint import bp

__all__ = ["bp", "pack", "plugins"]
