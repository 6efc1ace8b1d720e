"""A browser's own description in a few words, so that people recognise their devices."""

from __future__ import annotations

BROWSERS = (
    ("MicroMessenger", "微信"), ("wxwork", "企业微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("QQBrowser", "QQ浏览器"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
"""In this order: most browsers also claim to be others."""


def device_words(user_agent: str) -> str:
    """E.g. ``Chrome · Windows``; empty where nothing is recognised."""
    found = [next((word for mark, word in words if mark in user_agent), "") for words in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in found if word)
