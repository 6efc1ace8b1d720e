"""Values by which templates of papers written by hand are tried; data, in Chinese as papers are. Pure."""

from __future__ import annotations

from datetime import date

DAY = date(2026, 11, 21)
ISSUER, NO, RECIPIENTS = "某某区教育局", "某教安〔2026〕1号", "第一中学、第二小学"
TITLE, BODY, BASIS = "关于校园安全工作的通报", ["第一段。", "第二段。"], "《中小学幼儿园安全管理办法》"
PLACE, PROMISE = "教育局三楼会议室", ["按期完成整改。"]
