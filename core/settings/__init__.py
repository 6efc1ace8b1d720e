"""Every value that differs between machines, read once from the environment and typed."""

from core.settings.model import Environment, LogFormat, Settings
from core.settings.reading import SettingsError, load_settings

__all__ = ["Environment", "LogFormat", "Settings", "SettingsError", "load_settings"]
